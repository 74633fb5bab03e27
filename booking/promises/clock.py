"""The one clock of promises: what is over is written down, and acted on.

It runs with the delivery loop and needs no broker. Any number may run at once: each
step is a compare-and-swap, and the slower writer leaves the row alone.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from django.db import DatabaseError

from booking.errors import BookingError
from booking.models import Actor, Appointment
from booking.models.promise import last_moment
from booking.promises.calls import (
    calls_itself_at,
    left_alone,
    promise_call,
    say_nobody_came,
)
from booking.services.answers import (
    break_promise,
    lapse_request,
    promises_over,
    requests_near_their_end,
)
from booking.shown import Shown

logger = logging.getLogger(__name__)

AT_ONCE = 50

TRIED_FOR = dt.timedelta(minutes=5)
"""Of a call that could not be promised at its time."""


def run_clock(*, now: dt.datetime) -> int:
    """Breaks the promises that are over, ends what waited to the last moment, and acts
    for who was left alone; how many those were, at most fifty of each. Three small
    queries where there are none."""
    over = promises_over(now=now, count=AT_ONCE)
    done = sum(break_promise(promise=promise, now=now) for promise in over)
    late = [v for v in requests_near_their_end(now=now) if _ends_at(v) <= now]
    done += sum(_lapse(appointment, now) for appointment in late[:AT_ONCE])
    alone = left_alone(now=now, count=AT_ONCE)
    return done + sum(_help(appointment, now) for appointment in alone)


def _help(appointment: Appointment, now: dt.datetime) -> bool:
    """Says that nobody came; who has chosen nothing five minutes later is called."""
    if not getattr(appointment, "was_said", False):
        return _without_fault(say_nobody_came, appointment, now)
    at = calls_itself_at(appointment, now)
    # Later than that nobody was at work when it was tried.
    if at is None or not at <= now < at + TRIED_FOR:
        return False
    return _without_fault(_call, appointment, now)


def _call(*, appointment: Appointment, now: dt.datetime) -> bool:
    shown = Shown(appointment.version, appointment.sequence)
    by = Actor.system()
    promise_call(appointment=appointment, by=by, now=now, shown=shown)
    return True


def _ends_at(appointment: Appointment) -> dt.datetime:
    """Nothing was promised of a row that no customer made: it counts from then on."""
    told_at: dt.datetime | None = getattr(appointment, "told_at", None)
    return last_moment(told_at or appointment.created_at, appointment.starts_at)


def _lapse(appointment: Appointment, now: dt.datetime) -> bool:
    return _without_fault(_end, appointment, now)


def _end(*, appointment: Appointment, now: dt.datetime) -> bool:
    lapse_request(appointment=appointment, now=now)
    return True


def _without_fault(
    step: Callable[..., bool], appointment: Appointment, now: dt.datetime
) -> bool:
    """One that cannot be served must not keep the others waiting."""
    try:
        return step(appointment=appointment, now=now)
    except BookingError:  # settled at this moment
        return False
    except DatabaseError:
        raise
    except Exception as error:
        # The class only: the words of an error may hold a person's.
        name = type(error).__name__
        logger.error("visit %s: not served, %s", appointment.pk, name)
        return False
