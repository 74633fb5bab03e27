"""Where a trial happens: a fresh database beside the copy's own, dropped at the end."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from tests.cast import World, make_world
from tests.notifications.bookings import by_day


@dataclass(frozen=True)
class Chosen:
    quick: bool
    seed: int
    began: float

    def pick(self, quick: int, full: int) -> int:
        return quick if self.quick else full


def chosen(name: str, argv: list[str]) -> Chosen:
    parser = argparse.ArgumentParser(prog=f"./run torture {name}")
    parser.add_argument("--quick", action="store_true", help="at most 60 s")
    parser.add_argument("--seed", type=int, default=5, help="of what is random")
    found = parser.parse_args(argv)
    return Chosen(found.quick, found.seed, time.monotonic())


@contextlib.contextmanager
def own_database() -> Iterator[None]:
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"visavis_torture_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def world_by_day() -> World:
    """The tests' cast, where it is day now: no quiet hours hold a message back."""
    return by_day(make_world())


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def report(chosen: Chosen, goals: dict[str, object], **keys: object) -> int:
    """Prints the JSON line; 0 when every goal was met."""
    missed = [
        name for name, goal in goals.items() if not _is_met(keys[name], goal, keys)
    ]
    facts = {
        **keys,
        "goals": {name: str(goal) for name, goal in goals.items()},
        "missed": missed,
        "seconds": round(time.monotonic() - chosen.began, 1),
        "load": round(os.getloadavg()[0], 1),
        "seed": chosen.seed,
        "quick": chosen.quick,
    }
    print(json.dumps(facts), flush=True)
    return 1 if missed else 0


def _is_met(value: object, goal: object, keys: dict[str, object]) -> bool:
    """A goal is a most; a name stands for another key's value."""
    most = keys[goal] if isinstance(goal, str) else goal
    return float(str(value)) <= float(str(most))
