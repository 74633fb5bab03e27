"""Two web processes, and somebody who kills one after the other."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from visavis.devstack.ports import free_port
from visavis.devstack.product import web
from visavis.devstack.state import ROOT

KILL_EVERY = 6.0


class Webs:
    """Two web processes; `kill` ends one as a power cut would, and starts it anew."""

    def __init__(self, database_url: str, log: Path) -> None:
        self.ports = [free_port(), free_port()]
        self._url = database_url
        self._log = log.open("wb")
        self._running = [self._start(port) for port in self.ports]
        self.kills = 0

    def _start(self, port: int) -> subprocess.Popen[bytes]:
        program = web(port)
        named = {"DATABASE_URL": self._url, "TRUSTED_PROXIES": "1", "PORT": str(port)}
        return subprocess.Popen(
            [str(part) for part in program.args],
            cwd=ROOT,
            env=dict(os.environ) | dict(program.env) | named,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def kill(self, number: int) -> None:
        self._running[number].send_signal(signal.SIGKILL)
        self._running[number].wait()
        self._running[number] = self._start(self.ports[number])
        self.kills += 1

    def are_up(self) -> bool:
        try:
            for port in self.ports:
                socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return False
        return True

    def wait_until_up(self) -> None:
        deadline = time.monotonic() + 60
        while not self.are_up():
            if time.monotonic() > deadline:
                raise TimeoutError("The web processes did not start.")
            time.sleep(0.1)

    def stop(self) -> None:
        for process in self._running:
            process.kill()
            process.wait()
        self._log.close()


@contextlib.contextmanager
def nemesis(webs: Webs) -> Iterator[None]:
    """Kills one web process after the other for the length of a `with`."""
    over = threading.Event()

    def work() -> None:
        number = 0
        while not over.wait(KILL_EVERY):
            # Never the last one that answers: somebody must be there to be asked.
            if webs.are_up():
                webs.kill(number % 2)
                number += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
