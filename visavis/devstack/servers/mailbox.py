"""Starts the development mailbox (`mailbox_server`) as a process of its own."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from visavis.devstack.messages import StartError
from visavis.devstack.ports import LOOPBACK, free_port
from visavis.devstack.processes import Child, spawn
from visavis.devstack.state import ROOT

START_WITHIN = 20.0


@dataclass(frozen=True)
class Mailbox:
    child: Child
    url: str
    port: int
    folder: Path


def start_mailbox(folder: Path) -> Mailbox:
    """Start the mailbox of a state folder; messages of earlier starts are kept."""
    kept = folder / "mailbox"
    kept.mkdir(mode=0o700, exist_ok=True)
    port = free_port()
    log = folder / "mailbox.log"
    log.unlink(missing_ok=True)
    program: list[str | Path] = [
        sys.executable,
        "-m",
        "visavis.devstack.servers.mailbox_server",
        kept,
        str(port),
    ]

    def launch() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            env = os.environ | {"VISAVIS_STATE": str(folder)}
            return spawn(program, output=output, env=env, cwd=ROOT)

    child = Child("mailbox", launch(), again=launch)
    return Mailbox(child, f"smtp://{LOOPBACK}:{port}", port, kept)


def await_mailbox(mailbox: Mailbox) -> None:
    """Block until the mailbox greets; raises StartError where it does not."""
    deadline = time.monotonic() + START_WITHIN
    while True:
        try:
            socket.create_connection((LOOPBACK, mailbox.port), 1).close()
        except OSError as error:
            if mailbox.child.process.poll() is not None or time.monotonic() > deadline:
                raise StartError(
                    "the mailbox did not start: read mailbox.log"
                ) from error
            time.sleep(0.02)
        else:
            return
