"""Runs the product's processes: prefixed lines, restarts with back-off, one end.

One thread and one selector. Children are started by the main thread because the
kernel's parent-death signal belongs to the thread that forked.
"""

import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from visavis.devstack.messages import say
from visavis.devstack.processes import Child, Guard, Restarts, signal_group, spawn
from visavis.devstack.state import write_private

TICK = 0.1
LONGEST_LINE = 4 * 1024 * 1024
"""Bytes; what is longer is shown in parts, so that it costs no more than it is long."""


@dataclass(frozen=True)
class Program:
    """One process of the product. Without an `essential` one the copy does not come up:
    if it ends before, all ends. One that runs `once` is not started again."""

    name: str
    args: Sequence[str | Path]
    essential: bool = False
    once: bool = False
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Running:
    program: Program
    child: Child
    restarts: Restarts
    rest: bytes = b""


class Supervisor:
    """Started programs by name. Not thread-safe; `turn` is called in a loop."""

    def __init__(
        self,
        *,
        guard: Guard,
        env: Mapping[str, str],
        cwd: Path,
        pids: Path,
        servers: Callable[[], Mapping[str, int]] = dict,
    ) -> None:
        """`servers` tells the process numbers of what others start, by name."""
        self._servers = servers
        self._pids = pids
        self._guard = guard
        self._env = env
        self._cwd = cwd
        self._running: dict[str, Running] = {}
        self._selector = selectors.DefaultSelector()
        self.is_up = False
        """From here on an essential program is started again like any other."""
        self.ended: str | None = None
        """The reason to end the copy: an essential program ended before it was up."""

    def start(self, program: Program, *, restarts: Restarts | None = None) -> None:
        process = spawn(
            program.args,
            output=subprocess.PIPE,
            env={**self._env, **program.env},
            cwd=self._cwd,
        )
        self._guard.watch(process)
        assert process.stdout  # noqa: S101 - for the type checker
        os.set_blocking(process.stdout.fileno(), False)
        child = Child(program.name, process)
        running = Running(program, child, restarts or Restarts())
        running.restarts.started()
        self._running[program.name] = running
        self._selector.register(process.stdout, selectors.EVENT_READ, running)
        self.write_pids()

    def write_pids(self) -> None:
        """Writes name → process number, for those who want to watch or kill one of
        them."""
        ours = {name: r.child.process.pid for name, r in self._running.items()}
        numbers = {**self._servers(), **ours}
        write_private(self._pids, json.dumps(numbers, indent=2) + "\n")

    def run_once(self, program: Program, until: Callable[[], bool]) -> int | None:
        """Run a program to its end among the others; its exit status, or None when
        `until` said stop first."""
        self.start(program)
        running = self._running[program.name]
        process = running.child.process
        while program.name in self._running:
            if until() or self.ended:
                return None
            self.turn()
        return process.returncode

    def turn(self, timeout: float = TICK) -> None:
        """Show what was printed, notice who ended, restart who is due."""
        for key, _ in self._selector.select(timeout):
            self._show(key.data)
        for running in list(self._running.values()):
            if running.restarts.due:
                if running.restarts.is_due():
                    self.start(running.program, restarts=running.restarts)
            elif running.child.process.poll() is not None:
                self._ended(running)

    def _show(self, running: Running) -> None:
        output = running.child.process.stdout
        data = os.read(output.fileno(), 65536) if output else b""
        *lines, running.rest = (running.rest + data).split(b"\n")
        if len(running.rest) > LONGEST_LINE:
            lines, running.rest = [*lines, running.rest], b""
        self._say(running, lines)
        if not data:
            self._close(running)

    @staticmethod
    def _say(running: Running, lines: Iterable[bytes]) -> None:
        for line in lines:
            say(line.decode(errors="replace"), area=running.program.name)

    def _close(self, running: Running) -> None:
        """Nothing more is read; a last line without an end is shown."""
        if running.rest:
            self._say(running, [running.rest])
            running.rest = b""
        if output := running.child.process.stdout:
            self._selector.unregister(output)
            output.close()

    def _drop(self, running: Running) -> None:
        """Show the last words of an ended program and let go of its group."""
        output = running.child.process.stdout
        while output and not output.closed:
            try:
                self._show(running)
            except BlockingIOError:  # a grandchild holds the pipe open
                self._close(running)
        signal_group(running.child, signal.SIGKILL)
        self._guard.forget(running.child.process)

    def _ended(self, running: Running) -> None:
        self._drop(running)
        name = running.program.name
        if running.program.once:
            del self._running[name]
            return
        line = running.restarts.ended(name, running.child.process.returncode)
        if running.program.essential and not self.is_up:
            self.ended = line.partition(";")[0]
            return
        say(line)

    def stop(self, *, within: float, hurry: Callable[[], bool]) -> None:
        """End everything side by side; kill what is left when the time is over."""
        alive = [r for r in self._running.values() if not r.restarts.due]
        for running in alive:
            if running.child.process.poll() is None:
                running.child.process.send_signal(running.child.polite)
        deadline = time.monotonic() + within
        while any(r.child.process.poll() is None for r in alive):
            if time.monotonic() > deadline or hurry():
                break
            for key, _ in self._selector.select(TICK):
                self._show(key.data)
        for running in alive:
            if running.child.process.poll() is None:
                say(f"{running.program.name} did not end in time and was killed")
            signal_group(running.child, signal.SIGKILL)
            running.child.process.wait()
            self._drop(running)
        self._pids.unlink(missing_ok=True)
