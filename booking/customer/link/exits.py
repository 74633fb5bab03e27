"""The ways out for whom our side keeps waiting: a call within minutes, another hour."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Literal

from booking.availability.alternatives import times_instead
from booking.models import Appointment
from booking.models.promise import CALL_WITHIN
from booking.promises.calls import (
    CALLED_BY_ITSELF,
    call_offer,
    call_owed,
    is_somebody_at_work,
    may_ask_for_call,
)
from booking.stages import NOBODY_AFTER, is_left_alone, stage_of
from booking.starts import Start
from booking.states import Status

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
    owed = call_owed(appointment) if appointment.is_open_call else None
    if owed is not None and owed.broken_at is None and now < owed.due_at:
        return Exits("owed", owed.due_at.astimezone(appointment.zone))
    if not may_ask_for_call(appointment, now):
        return None
    calls = call_offer(appointment) is not None
    calls = calls and is_somebody_at_work(appointment.store, now)
    if appointment.status == Status.MISSED_BY_STAFF and not calls:
        return None  # its page offers the first free hour for a call
    by = (now + CALL_WITHIN).replace(second=0, microsecond=0)
    return Exits(
        _kind(appointment, now),
        by.astimezone(appointment.zone) if calls else None,
        _calls_itself_by(appointment, now) if calls else None,
        next(iter(times_instead(appointment, now=now)), None),
    )


def _kind(appointment: Appointment, now: dt.datetime) -> Kind:
    if appointment.is_open_call:
        return "broken"
    is_missed = appointment.status == Status.MISSED_BY_STAFF
    return "alone" if is_missed or is_left_alone(appointment, now) else "late"


def _calls_itself_by(appointment: Appointment, now: dt.datetime) -> dt.datetime | None:
    begins = appointment.expected_at + NOBODY_AFTER + CALLED_BY_ITSELF
    waits = appointment.status == Status.ARRIVED and is_left_alone(appointment, now)
    if not (waits and appointment.customer.phone and now < begins):
        return None
    return (begins + CALL_WITHIN).astimezone(appointment.zone)


def state_of(appointment: Appointment, now: dt.datetime) -> str:
    """The name of all that the page shows by the clock and by others' acts."""
    exits = exits_of(appointment, now)
    calls = exits is not None and exits.call_by is not None
    kind = exits.kind if exits else ""
    known = (appointment.version, stage_of(appointment, now), kind, calls)
    return hashlib.sha256(repr(known).encode()).hexdigest()[:16]
