"""Child processes that never outlive the launcher, however the launcher ends.

Each child leads its own session, so Ctrl-C reaches the launcher alone, which then
stops the children in order. Two guards stand against `kill -9` of the launcher: the
kernel's parent-death signal (Linux), and the guard, a small process that holds the
reading end of a pipe and ends every group, grandchildren too, once the pipe closes.
"""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0  # a process that ran this long begins again without a pause
GUARD = Path(__file__).with_name("guard.py")

Arguments = Sequence[str | Path]


def die_with_parent(
    number: int, *, parent: int | None = None
) -> Callable[[], None] | None:
    """Returns a function for the child, which gets the signal when its parent ends;
    None if the system cannot do that. The caller, about to fork, knows `parent`."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def follow() -> None:
        prctl(PR_SET_PDEATHSIG, number)
        if parent is not None and os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)  # it ended before prctl was called

    return follow


def spawn(
    args: Arguments,
    *,
    output: IO[bytes] | int,
    env: Mapping[str, str],
    cwd: Path | str,
    account: pwd.struct_passwd | None = None,
    stdin: int = subprocess.DEVNULL,
    on_death: int = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a session leader whose errors go where its output goes.

    Call it in the main thread only: the parent-death signal is sent when the *thread*
    that forked ends. Whoever asks for a pipe must read it until its end.
    """
    uid, gid = (account.pw_uid, account.pw_gid) if account else (None, None)
    return subprocess.Popen(
        [str(part) for part in args],
        stdin=stdin,
        stdout=output,
        stderr=subprocess.STDOUT,  # a pipe of its own would need a reader of its own
        env=dict(env),
        cwd=cwd,
        user=uid,
        group=gid,
        extra_groups=[] if account else None,
        start_new_session=True,
        preexec_fn=die_with_parent(on_death, parent=os.getpid()),  # noqa: PLW1509 - see the docstring
    )


def spawn_foreground(
    args: Arguments, *, env: Mapping[str, str], cwd: Path | str
) -> subprocess.Popen[bytes]:
    """Start a command that has the terminal: keys and Ctrl-C reach it itself."""
    follow = die_with_parent(signal.SIGTERM, parent=os.getpid())

    def between_fork_and_exec() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if follow:
            follow()

    return subprocess.Popen(
        [str(part) for part in args],
        env=dict(env),
        cwd=cwd,
        preexec_fn=between_fork_and_exec,  # noqa: PLW1509 - one thread, see `spawn`
    )


class Guard:
    """Tells the guard process which groups end with the launcher."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(GUARD)],
            stdin=subprocess.PIPE,
            env=dict(env),
            cwd="/",
            start_new_session=True,
        )

    def _tell(self, line: str) -> None:
        assert self._process.stdin  # noqa: S101 - for the type checker
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()

    def watch(
        self, child: subprocess.Popen[bytes], polite: int = signal.SIGTERM
    ) -> None:
        self._tell(f"watch {child.pid} {int(polite)}")

    def forget(self, child: subprocess.Popen[bytes]) -> None:
        self._tell(f"forget {child.pid}")

    def close(self) -> None:
        """End the guard; it still ends what was never forgotten."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()


@dataclass
class Child:
    """A started process and the signal that ends it in an orderly way; `again` starts
    its successor at the same place, and does not wait for it."""

    name: str
    process: subprocess.Popen[bytes]
    polite: int = signal.SIGTERM
    again: Callable[[], subprocess.Popen[bytes]] | None = None


@dataclass
class Restarts:
    """One policy for every program that ends: it starts again, the first time at once
    and then slower. Times are those of `time.monotonic`."""

    since: float = field(default_factory=time.monotonic)
    failures: int = 0
    due: float = 0.0
    """The time at which it starts again; 0 while it runs."""

    def ended(self, name: str, status: int) -> str:
        """Note the end; returns the line that says who ended, and what comes now."""
        now = time.monotonic()
        if now - self.since > STEADY_AFTER:
            self.failures = 0
        pause = min(2.0 ** (self.failures - 1), LONGEST_PAUSE) if self.failures else 0.0
        self.failures += 1
        self.due = now + pause
        how = f"signal {-status}" if status < 0 else f"status {status}"
        return f"{name} ended with {how}; it starts again" + (
            f" in {pause:.0f} s" if pause else ""
        )

    def is_due(self) -> bool:
        return bool(self.due) and time.monotonic() >= self.due

    def started(self) -> None:
        self.since, self.due = time.monotonic(), 0.0


def signal_group(child: Child, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, number)


def stop_all(children: Sequence[Child], *, within: float) -> list[str]:
    """Stop children side by side; returns the names that had to be killed.

    What is left of a group (a prefork child whose master has gone) is killed too.
    """
    for child in children:
        if child.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                child.process.send_signal(child.polite)
    deadline = time.monotonic() + within
    killed = []
    for child in children:
        try:
            child.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            killed.append(child.name)
        signal_group(child, signal.SIGKILL)
        child.process.wait()
    return killed
