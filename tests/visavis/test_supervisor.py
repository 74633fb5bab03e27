"""What a program writes is read and shown, whole and under its name."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from visavis.devstack.processes import Guard
from visavis.devstack.supervisor import Program, Supervisor

WITHIN = 60.0
LINES = 16_384
"""Of 64 bytes each: a megabyte, sixteen times what a pipe holds."""


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    guard = Guard(os.environ)
    made = Supervisor(
        guard=guard, env=os.environ, cwd=tmp_path, pids=tmp_path / "processes.json"
    )
    yield made
    made.stop(within=WITHIN, hurry=lambda: False)
    guard.close()


def python(code: str, *, once: bool = True, essential: bool = False) -> Program:
    args = [sys.executable, "-c", f"import os, sys, time\n{code}"]
    return Program("child", args, once=once, essential=essential)


def too_late() -> Callable[[], bool]:
    deadline = time.monotonic() + WITHIN
    return lambda: time.monotonic() > deadline


def shown(capfd: pytest.CaptureFixture[str]) -> list[str]:
    return capfd.readouterr().out.splitlines()


@pytest.mark.parametrize("end", ["stdout", "stderr"])
def test_a_megabyte_is_shown_whole(
    supervisor: Supervisor, capfd: pytest.CaptureFixture[str], end: str
) -> None:
    code = f"for n in range({LINES}): print(f'{{n:063}}', file=sys.{end})"
    assert supervisor.run_once(python(code), too_late()) == 0
    assert shown(capfd) == [f"[child] {n:063}" for n in range(LINES)]


@pytest.mark.parametrize("end", ["stdout", "stderr"])
def test_a_megabyte_without_an_end_of_line_is_shown_whole(
    supervisor: Supervisor, capfd: pytest.CaptureFixture[str], end: str
) -> None:
    code = f"sys.{end}.write('x' * {LINES * 64})"
    assert supervisor.run_once(python(code), too_late()) == 0
    assert shown(capfd) == ["[child] " + "x" * LINES * 64]


def test_both_ends_are_shown_in_their_order(
    supervisor: Supervisor, capfd: pytest.CaptureFixture[str]
) -> None:
    code = "for n in range(2000): os.write(1 + n % 2, b'%d\\n' % n)"
    assert supervisor.run_once(python(code), too_late()) == 0
    assert shown(capfd) == [f"[child] {n}" for n in range(2000)]


def test_the_last_words_are_shown_though_a_grandchild_lives_on(
    supervisor: Supervisor, capfd: pytest.CaptureFixture[str]
) -> None:
    """It holds the pipe open, so that its end never comes."""
    code = "sys.stderr.write('last words'); sys.stderr.flush()\n"
    code += "if not os.fork(): time.sleep(600)"
    assert supervisor.run_once(python(code), too_late()) == 0
    assert shown(capfd) == ["[child] last words"]


def test_one_that_ends_starts_again_at_once_and_then_slower(
    supervisor: Supervisor, capfd: pytest.CaptureFixture[str]
) -> None:
    supervisor.is_up = True
    supervisor.start(python("sys.exit(3)", once=False, essential=True))
    late, lines = too_late(), list[str]()
    while len(lines) < 3:
        assert not late(), lines
        supervisor.turn()
        lines += shown(capfd)
    assert supervisor.ended is None
    assert lines[:3] == [
        "[run] child ended with status 3; it starts again",
        "[run] child ended with status 3; it starts again in 1 s",
        "[run] child ended with status 3; it starts again in 2 s",
    ]


def test_without_an_essential_one_a_copy_does_not_come_up(
    supervisor: Supervisor,
) -> None:
    supervisor.start(python("os.kill(os.getpid(), 9)", once=False, essential=True))
    late = too_late()
    while not supervisor.ended:
        assert not late()
        supervisor.turn()
    assert supervisor.ended == "child ended with signal 9"


def test_one_that_goes_on_may_write_for_ever(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    """As the web process does with its refusals: none of them may be the last."""
    mark = tmp_path / "written"
    code = f"sys.stderr.write('x\\n' * 500_000); open({str(mark)!r}, 'w')\n"
    supervisor.start(python(f"{code}time.sleep(600)", once=False))
    late = too_late()
    while not mark.exists():
        assert not late(), "it hangs"
        supervisor.turn()
