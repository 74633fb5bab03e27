"""Acts at the same moment, each in a thread with a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from booking.errors import BookingError

T = TypeVar("T")


def at_once(*acts: Callable[[], T]) -> list[T]:
    """Runs all of them from one barrier; what each answers, in their order.

    Raises what the first of them raised that did.
    """
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        barrier.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def twice(act: Callable[[], T]) -> tuple[T, T]:
    """Does one thing in two threads that start together; both answers."""
    one, two = at_once(act, act)
    return one, two


def outcome_of(act: Callable[[], object]) -> str:
    """The code with which it was refused, or "done". Who waited too long for others
    asks again, as a person does who reads that the agenda is busy: how long many take
    one after the other is a figure of the machine. A deadlock is still raised."""
    while True:
        try:
            act()
        except BookingError as refusal:
            return refusal.code
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
        else:
            return "done"


def outcomes_at_once(*acts: Callable[[], object]) -> list[str]:
    return at_once(*(partial(outcome_of, act) for act in acts))
