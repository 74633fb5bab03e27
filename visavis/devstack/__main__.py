"""`python -m visavis.devstack [COMMAND …]`: what `./run` calls after installing.

`up [--media N]` (or nothing) runs the product, with N media workers, until Ctrl-C.
Any other word is a `manage.py` command: it uses the servers of the copy that runs on
the state folder, or has them started for its own length.
"""

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from visavis.devstack.catalogues import compile_stale
from visavis.devstack.messages import StartError, refuse
from visavis.devstack.ports import web_port
from visavis.devstack.processes import spawn_foreground
from visavis.devstack.product import environment
from visavis.devstack.stack import OwnedStack, await_owner
from visavis.devstack.state import (
    ROOT,
    StackLock,
    await_users,
    join_users,
    make_state,
    state_folder,
)
from visavis.devstack.up import up

MOST_MEDIA_WORKERS = 16


def use_running(folder: Path, running: dict[str, str], argv: list[str]) -> NoReturn:
    """Become the command, with the servers that another process started."""
    known = {name: value for name, value in running.items() if name.isupper()}
    join_users(folder)
    os.chdir(ROOT)
    env = known | dict(os.environ)
    os.execve(sys.executable, [sys.executable, "manage.py", *argv], env)  # noqa: S606


def command(folder: Path, argv: list[str]) -> int:
    """Run a `manage.py` command with servers; its exit status."""
    lock = StackLock(folder)
    while not lock.take():
        if running := await_owner(folder):
            use_running(folder, running, argv)
    # Ctrl-C goes to everything in the terminal: the command decides what it means,
    # and the servers end after it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(128 + signal.SIGHUP))
    with OwnedStack(folder, lock) as stack:
        args = [sys.executable, "manage.py", *argv]
        child = spawn_foreground(args, env=environment(stack.env), cwd=ROOT)
        try:
            status = child.wait()
        finally:
            child.terminate()
            child.wait()
        await_users(folder)
    return 128 - status if status < 0 else status


def media_workers(argv: list[str]) -> int:
    """Of `[up] [--media N]`: how many media workers the copy shall have."""
    match argv[1:] if argv[:1] == ["up"] else argv:
        case []:
            return 1
        case ["--media", text] if text.isascii() and text.isdigit():
            count = int(text)
            if 1 <= count <= MOST_MEDIA_WORKERS:
                return count
    raise StartError(f"it is ./run [--media N], N from 1 to {MOST_MEDIA_WORKERS}")


def main(argv: list[str]) -> int:
    os.environ.setdefault("VISAVIS_DEBUG", "1")
    try:
        port = web_port()
        folder = make_state(state_folder())
        compile_stale()
        if not argv or argv[0] in ("up", "--media"):
            return up(folder, port, media_workers(argv))
        return command(folder, argv)
    except StartError as error:
        return refuse(error)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
