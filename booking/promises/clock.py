"""The one clock of promises: what is over is written down, and acted on.

It runs with the delivery loop and needs no broker. Any number may run at once: each
step is a compare-and-swap, and the slower writer leaves the row alone.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.db import DatabaseError

from booking.errors import BookingError
from booking.models import Appointment
from booking.models.promise import last_moment
from booking.services.answers import (
    break_promise,
    lapse_request,
    promises_over,
    requests_near_their_end,
)

logger = logging.getLogger(__name__)

AT_ONCE = 50


def run_clock(*, now: dt.datetime) -> int:
    """Breaks the promises that are over, and ends what waited to the last moment; how
    many those were, at most fifty of each. Two small queries where there are none."""
    over = promises_over(now=now, count=AT_ONCE)
    broken = sum(break_promise(promise=promise, now=now) for promise in over)
    late = [v for v in requests_near_their_end(now=now) if _ends_at(v) <= now]
    return broken + sum(_lapse(appointment, now) for appointment in late[:AT_ONCE])


def _ends_at(appointment: Appointment) -> dt.datetime:
    """Nothing was promised of a row that no customer made: it counts from then on."""
    told_at: dt.datetime | None = getattr(appointment, "told_at", None)
    return last_moment(told_at or appointment.created_at, appointment.starts_at)


def _lapse(appointment: Appointment, now: dt.datetime) -> bool:
    """One that cannot be ended must not keep the others waiting."""
    try:
        lapse_request(appointment=appointment, now=now)
    except BookingError:  # answered at this moment
        return False
    except DatabaseError:
        raise
    except Exception as error:
        # The class only: the words of an error may hold a person's.
        logger.error("request %s: not ended, %s", appointment.pk, type(error).__name__)
        return False
    return True
