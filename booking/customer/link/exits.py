"""The ways out for whom our side keeps waiting: a call within minutes, another hour."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Literal

from booking.availability.alternatives import times_instead
from booking.models import Appointment, Promise
from booking.models.promise import CALL_WITHIN
from booking.promises.calls import (
    call_offer,
    call_owed,
    calls_itself_at,
    is_somebody_at_work,
    may_ask_for_call,
)
from booking.stages import is_left_alone, stage_of
from booking.starts import Start
from booking.states import Status
from booking.thread.reading import written_by_us

Kind = Literal["late", "alone", "owed", "broken"]


@dataclass(frozen=True)
class Exits:
    """`alone`: nobody came; `late`: as our side announced; `owed`: a call is promised;
    `broken`: it was not made in time. Hours are on the clock of the store."""

    kind: Kind
    call_by: dt.datetime | None = None
    """A call is possible, or promised, until then at the latest."""
    calls_itself_by: dt.datetime | None = None
    """A customer who chooses nothing is called until then."""
    start: Start | None = None
    """The nearest other hour."""


def exits_of(appointment: Appointment, now: dt.datetime) -> Exits | None:
    """None while all goes as promised: no query then, but for a call."""
    kind, owed = _kind(appointment, now)
    if kind == "owed" and owed is not None:
        return Exits(kind, owed.due_at.astimezone(appointment.zone))
    if kind is None:
        return None
    calls = call_offer(appointment) is not None
    calls = calls and is_somebody_at_work(appointment.store, now)
    if appointment.status == Status.MISSED_BY_STAFF and not calls:
        return None  # its page offers the first free hour for a call
    by = (now + CALL_WITHIN).replace(second=0, microsecond=0)
    return Exits(
        kind,
        by.astimezone(appointment.zone) if calls else None,
        _calls_itself_by(appointment, now) if calls else None,
        next(iter(times_instead(appointment, now=now)), None),
    )


def _kind(
    appointment: Appointment, now: dt.datetime
) -> tuple[Kind | None, Promise | None]:
    """And the call that is owed."""
    owed = call_owed(appointment) if appointment.is_open_call else None
    if owed is not None and owed.broken_at is None and now < owed.due_at:
        return "owed", owed
    if not may_ask_for_call(appointment, now):
        return None, owed
    if appointment.is_open_call:
        return "broken", owed
    is_missed = appointment.status == Status.MISSED_BY_STAFF
    is_alone = is_missed or is_left_alone(appointment, now)
    return ("alone" if is_alone else "late"), owed


def _calls_itself_by(appointment: Appointment, now: dt.datetime) -> dt.datetime | None:
    at = calls_itself_at(appointment, now)
    if at is None or now >= at:
        return None
    return (at + CALL_WITHIN).astimezone(appointment.zone)


def state_of(appointment: Appointment, now: dt.datetime) -> str:
    """The name of what the page shows by the clock and by others' acts. Asked every few
    seconds: one query for the thread, one more for a call."""
    kind, _owed = _kind(appointment, now)
    said = written_by_us(appointment)
    known = (appointment.version, stage_of(appointment, now), kind, said)
    return hashlib.sha256(repr(known).encode()).hexdigest()[:16]
