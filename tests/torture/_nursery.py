"""Senders that cost little to lose: one process that is ready forks them.

Each is a process of its own that runs the loop of `manage.py deliver --loop`, with
its own connections; what it is spared is the start of Python. The nursery itself
never opens a connection that two children could share.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from notifications.management.commands.deliver import Loop
from tests.notifications.post_office import PostOffice
from tests.notifications.senders import ROOT, environment
from visavis.devstack.processes import die_with_parent

START = (
    "import django; django.setup(); from tests.torture._nursery import serve; serve()"
)


def serve() -> None:
    """A line on standard input asks for a sender; its process id is the answer. The
    end of the input, which the end of who asked brings too, ends it and all of them."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    parent = os.getpid()
    while os.read(0, 1):
        child = os.fork()
        if not child:
            follow = die_with_parent(signal.SIGKILL, parent=parent)
            if follow:
                follow()
            Loop().run()
            os._exit(0)
        os.write(1, f"{child}\n".encode())


class Nursery:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.alive: list[int] = []

    def start_one(self) -> None:
        told, asked = self._process.stdout, self._process.stdin
        if told is None or asked is None:
            raise RuntimeError("the nursery has no pipes")
        asked.write(b"\n")
        asked.flush()
        self.alive.append(int(told.readline()))

    def kill_the_oldest(self) -> None:
        """With SIGKILL; returns once it is gone."""
        victim = self.alive.pop(0)
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
            while True:
                os.kill(victim, 0)
                time.sleep(0.002)

    def close(self) -> None:
        while self.alive:
            self.kill_the_oldest()
        self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def opened(
    office: PostOffice, log: Path, settings: Mapping[str, str]
) -> Iterator[Nursery]:
    """Its senders write their log to `log`."""
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment(office, settings),
            cwd=ROOT,
        )
    nursery = Nursery(process)
    try:
        yield nursery
    finally:
        nursery.close()
