"""The servers behind one state folder: started, or those of its owner used.

The secrets of a copy are made once and kept in its state folder, mode 600.
"""

import atexit
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from visavis.devstack.messages import StartError, say
from visavis.devstack.processes import Child, Guard, Restarts, signal_group, stop_all
from visavis.devstack.servers.mailbox import await_mailbox, start_mailbox
from visavis.devstack.servers.postgres import start_postgres
from visavis.devstack.servers.valkey import start_valkey
from visavis.devstack.state import (
    ROOT,
    StackLock,
    make_state,
    publish,
    published,
    withdraw,
    write_private,
)

STOP_WITHIN = 5.0

NAMES = ("SECRET_KEY", "LINK_KEYS", "MEDIA_CONTROL_KEY")


class Stack:
    """Servers for the length of a `with`. What the environment names already
    (`DATABASE_URL`, `REDIS_URL`, `EMAIL_URL`) is checked and not started.

    `env` holds every variable that the product then needs; `ports` what was found.
    The caller must be in the main thread (see `processes.spawn`).
    """

    def __init__(
        self, folder: Path, *, durable: bool = True, mail: bool = True
    ) -> None:
        self.folder = folder
        self.env: dict[str, str] = {}
        self.ports: dict[str, int] = {}
        self._durable = durable
        self._mail = mail
        self._children: list[Child] = []
        self._restarts: dict[str, Restarts] = {}
        self._exit = ExitStack()
        self.guard: Guard

    def __enter__(self) -> Self:
        with self._exit:
            # The variable lets a test find every process of a copy in /proc.
            self.guard = Guard(os.environ | {"VISAVIS_STATE": str(self.folder)})
            self._exit.callback(self.guard.close)
            self._exit.callback(self._stop)
            self._start()
            self._exit = self._exit.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._exit.close()

    def _keep(self, child: Child) -> None:
        self._children.append(child)
        self._restarts[child.name] = Restarts()
        self.guard.watch(child.process, child.polite)

    def _start(self) -> None:
        self.env = {"VISAVIS_STATE": str(self.folder)}
        self.env |= {"VISAVIS_DEBUG": os.environ.get("VISAVIS_DEBUG", "1")}
        self.env |= {
            k: v for k, v in keys(self.folder).items() if not os.environ.get(k)
        }
        mailbox = None
        if self._mail and not os.environ.get("EMAIL_URL"):
            mailbox = start_mailbox(self.folder)  # slow to import: awaited below
            self._keep(mailbox.child)
            self.env |= {"EMAIL_URL": mailbox.url, "MAILBOX_DIR": str(mailbox.folder)}
            self.ports["smtp"] = mailbox.port
        if os.environ.get("REDIS_URL"):
            check_external("REDIS_URL")
        else:
            valkey = start_valkey(self.folder, durable=self._durable)
            self._keep(valkey.child)
            self.env["REDIS_URL"] = valkey.url
            self.ports["valkey"] = valkey.port
        if os.environ.get("DATABASE_URL"):
            check_external("DATABASE_URL")
        else:
            postgres = start_postgres(self.folder, durable=self._durable)
            self._keep(postgres.child)
            self.env["DATABASE_URL"] = postgres.url
        if mailbox:
            await_mailbox(mailbox)

    def pids(self) -> dict[str, int]:
        return {child.name: child.process.pid for child in self._children}

    def revive(self) -> bool:
        """Start again what has ended, at the place where everybody looks for it; True
        when something was. Nobody waits here: who needs it asks until it is there."""
        revived = False
        for child in self._children:
            restarts = self._restarts[child.name]
            if not restarts.due and child.process.poll() is not None:
                say(restarts.ended(child.name, child.process.returncode))
                signal_group(child, signal.SIGKILL)
                self.guard.forget(child.process)
            if child.again and restarts.is_due():
                child.process = child.again()
                self.guard.watch(child.process, child.polite)
                restarts.started()
                revived = True
        return revived

    def _stop(self) -> None:
        for name in stop_all(self._children[::-1], within=STOP_WITHIN):
            say(f"{name} did not stop in {STOP_WITHIN:.0f} s and was killed")
        for child in self._children:
            self.guard.forget(child.process)


class OwnedStack(Stack):
    """A stack whose folder is locked and whose variables others may read."""

    def __init__(self, folder: Path, lock: StackLock, *, url: str = "") -> None:
        super().__init__(folder)
        self._lock = lock
        self._url = url

    def _start(self) -> None:
        self._exit.callback(self._lock.release)
        super()._start()
        facts = {"pid": str(os.getpid())}
        if self._url:
            port = self._url.rstrip("/").rpartition(":")[2]
            facts |= {"url": self._url, "PORT": port}
        publish(self.folder, self.env | facts)
        self._exit.callback(withdraw, self.folder)


def check_external(name: str) -> None:
    """Raise StartError unless the server that the variable names answers."""
    checked = subprocess.run(
        [sys.executable, "-m", "visavis.devstack.servers.external", name],
        check=False,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    if checked.returncode:
        raise StartError(checked.stdout.strip() or f"{name} could not be checked")


def await_owner(folder: Path, *, within: float = 90.0) -> dict[str, str] | None:
    """The variables of the stack that runs on this folder; None when it has ended."""
    deadline = time.monotonic() + within
    lock = StackLock(folder)
    while (running := published(folder)) is None:
        if lock.take():
            lock.release()
            return None
        if time.monotonic() > deadline:
            raise StartError(f"another start on {folder} does not finish")
        time.sleep(0.1)
    return running


def start_for_tests(folder: Path) -> None:
    """Start a throw-away stack, export its variables and stop it when Python exits.

    Does nothing where the environment names servers already: the workers of
    pytest-xdist use those of the process that started them.
    """
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    make_state(folder)
    lock = StackLock(folder)
    if not lock.take():  # a second run of the tests: servers of its own
        folder = Path(tempfile.mkdtemp(prefix="visavis-test-"))
        lock.take()
    stack = Stack(folder, durable=False, mail=False).__enter__()
    owner = os.getpid()

    def stop_once() -> None:
        if os.getpid() == owner:  # not in a child forked by a test
            stack.__exit__(None, None, None)

    atexit.register(stop_once)
    os.environ.update(stack.env)


def _fresh(name: str) -> str:
    value = secrets.token_hex(32)
    return f"1:{value}" if name == "LINK_KEYS" else value


def keys(folder: Path) -> dict[str, str]:
    """The copy's keys by environment name; absent ones are made and written."""
    path = folder / "keys.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    complete = {name: known.get(name) or _fresh(name) for name in NAMES}
    if complete != known:
        write_private(path, json.dumps(complete, indent=2) + "\n")
    return complete
