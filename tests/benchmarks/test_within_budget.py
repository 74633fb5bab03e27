"""The budget of `.ci/check`: what it allows, and what it does not count."""

from __future__ import annotations

import pytest

from benchmarks import _within_budget
from benchmarks._machine import one_loop
from benchmarks._within_budget import Budget, budget, main

SLEEP = ["python3", "-c", "import time; time.sleep(0.3)"]


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_within_budget, "machine_loop", lambda: 0.5)
    monkeypatch.setattr(_within_budget, "busy", lambda: 0.0)


def allow(monkeypatch: pytest.MonkeyPatch, *, waits: float, loops: float = 0) -> None:
    monkeypatch.setattr(_within_budget, "budget", lambda: Budget(waits, loops))


def test_the_repository_names_one_that_grows_with_the_machine() -> None:
    named = budget()
    assert named.waits > 0
    assert named.seconds(1.5) - named.waits == 3 * (named.seconds(0.5) - named.waits)


@pytest.mark.usefixtures("loop")
def test_what_takes_longer_fails(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    allow(monkeypatch, waits=0.1)
    assert main(SLEEP) == 1
    assert "over the budget" in capfd.readouterr().out
    allow(monkeypatch, waits=0.1, loops=200)
    assert main(SLEEP) == 0
    assert "machine_loop_s 0.50" in capfd.readouterr().out


@pytest.mark.usefixtures("loop")
def test_what_fails_fails_with_its_own_code(monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, waits=100)
    assert main(["python3", "-c", "raise SystemExit(3)"]) == 3


@pytest.mark.usefixtures("loop")
def test_what_others_took_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cores that others kept busy all the time leave nothing to judge."""
    seconds = iter([0.0, 100.0])
    monkeypatch.setattr(_within_budget, "busy", lambda: next(seconds))
    allow(monkeypatch, waits=0.1)
    assert main(SLEEP) == 0


def test_a_processor_second_of_anybody_is_seen() -> None:
    before = _within_budget.busy()
    took = one_loop(2_000_000)
    assert _within_budget.busy() - before >= 0.5 * took > 0
