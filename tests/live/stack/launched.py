"""Starts the launcher as a person would, apart from the servers of the tests."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from visavis.devstack.inventory import alive, processes_of
from visavis.devstack.ports import free_port

ROOT = Path(__file__).resolve().parents[3]
READY = re.compile(r"^visavis ready (http://127\.0\.0\.1:\d+)/$", re.MULTILINE)
# What the tests' own servers left in the environment must not reach the copy.
OURS = re.compile(
    r"^(VISAVIS_|PYTEST_|COV_|PORT$|DATABASE_URL$|REDIS_URL$|EMAIL_URL$|MAILBOX_DIR$"
    r"|SECRET_KEY$|LINK_KEYS$|MEDIA_|DJANGO_)"
)
START_WITHIN = 120.0
STOP_WITHIN = 10.0
CHANGE_WITHIN = 30.0
NOTHING: Mapping[str, str] = {}


@dataclass
class RunningStack:
    """A started copy. `base_url` has no slash at its end; `env` is what a command
    on the same copy needs (`python -m visavis.devstack seed …`)."""

    base_url: str
    state: Path
    mailbox_dir: Path
    env: dict[str, str]
    process: subprocess.Popen[bytes]
    log: Path

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def await_output(self, text: str) -> None:
        deadline = time.monotonic() + CHANGE_WITHIN
        while text not in self.output():
            assert time.monotonic() < deadline, f"no {text!r} in:\n{self.output()}"
            time.sleep(0.05)

    def ports(self) -> dict[str, int]:
        found: dict[str, int] = json.loads((self.state / "ports.json").read_text())
        return found

    def pids(self) -> set[int]:
        return processes_of(self.state)

    def pid_of(self, name: str) -> int:
        """The process of the product with this name: web, worker, deliver, …"""
        numbers: dict[str, int] = json.loads(
            (self.state / "processes.json").read_text()
        )
        return numbers[name]

    def await_pid_of(self, name: str, *, other_than: int) -> int:
        deadline = time.monotonic() + CHANGE_WITHIN
        while (pid := self.pid_of(name)) == other_than:
            assert time.monotonic() < deadline, f"{name} did not start again"
            time.sleep(0.05)
        return pid


def clean_environment(state: Path, named: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not OURS.match(name)}
    return kept | {"VISAVIS_STATE": str(state), "PYTHONUNBUFFERED": "1"} | dict(named)


def launch(
    state: Path, named: Mapping[str, str], *arguments: str, cwd: Path = ROOT
) -> subprocess.Popen[bytes]:
    """Start the launcher with its output in `<state>.log`; returns at once."""
    with state.with_suffix(".log").open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "visavis.devstack", *(arguments or ("up",))],
            cwd=cwd,
            env=clean_environment(state, named),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def await_ready(process: subprocess.Popen[bytes], log: Path) -> str:
    """The base URL, once the ready line is printed; fails with the log otherwise."""
    deadline = time.monotonic() + START_WITHIN
    while not (found := READY.search(log.read_text(errors="replace"))):
        shown = log.read_text(errors="replace")
        assert process.poll() is None, f"the launcher ended:\n{shown}"
        assert time.monotonic() < deadline, f"no ready line:\n{shown}"
        time.sleep(0.05)
    return found.group(1)


def await_end(pids: set[int], *, within: float = STOP_WITHIN) -> set[int]:
    """The processes that are still there after the time that they had to end."""
    deadline = time.monotonic() + within
    while (left := {pid for pid in pids if alive(pid)}) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def run_command(
    env: Mapping[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run a launcher command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "visavis.devstack", *arguments],
        cwd=ROOT,
        env=dict(env),
        check=False,
        capture_output=True,
        text=True,
        timeout=START_WITHIN,
    )


@contextlib.contextmanager
def launched(
    folder: Path,
    named: Mapping[str, str] = NOTHING,
    *,
    media: int = 1,
    check_end: bool = True,
) -> Iterator[RunningStack]:
    """A ready copy for the length of a `with`; asserts that it leaves no process."""
    state = folder / "state"
    log = state.with_suffix(".log")
    named = {"PORT": str(free_port()), **named}
    several = ["--media", str(media)] if media > 1 else []
    process = launch(state, named, *several)
    try:
        base_url = await_ready(process, log)
        env = clean_environment(state, named)
        yield RunningStack(base_url, state, state / "mailbox", env, process, log)
        if check_end:
            assert process.poll() is None, f"the copy ended:\n{log.read_text()}"
    finally:
        seen = processes_of(state)
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
        left = await_end(seen | processes_of(state))
    assert not left, f"left running: {sorted(left)}\n{log.read_text()}"
