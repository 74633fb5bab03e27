"""Events of the day: arrived, begun, done, missed, late."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from booking.errors import TransitionRefused
from booking.models import Actor, Appointment, EventKind
from booking.services import locking
from booking.shown import NOTHING, Shown
from booking.states import UPCOMING, Outcome, Status


def record_arrival(
    *, appointment: Appointment, by: Actor, now: dt.datetime, shown: Shown | None = None
) -> None:
    """The customer says "I'm here"; saying it again changes nothing."""
    with transaction.atomic():
        locking.lock_as_shown(appointment, shown)
        if appointment.status in (Status.ARRIVED, Status.IN_PROGRESS):
            return
        with locking.changing():
            appointment.arrive(by=by, now=now)


def start_visit(
    *, appointment: Appointment, by: Actor, now: dt.datetime, shown: Shown | None = None
) -> None:
    """The two have met; a second start changes nothing."""
    with transaction.atomic():
        locking.lock_as_shown(appointment, shown)
        if appointment.status == Status.IN_PROGRESS:
            return
        with locking.changing():
            appointment.start(by=by, now=now)


def complete_visit(
    *,
    appointment: Appointment,
    outcome: Outcome | str,
    by: Actor,
    now: dt.datetime,
    shown: Shown | None = None,
) -> None:
    """The visit is over, with one of the outcomes; unused time is given back.

    From "confirmed" or "arrived" it passes through "in progress": staff who forgot to
    press start must not be sent back.
    """
    with locking.changing_visit(appointment, shown):
        if appointment.status in (Status.CONFIRMED, Status.ARRIVED):
            appointment.start(by=by, now=now)
        appointment.complete(outcome=Outcome(outcome), by=by, now=now)
        locking.free_time_of(appointment, after=now)


def mark_missed(
    *,
    appointment: Appointment,
    by_staff: bool,
    by: Actor,
    now: dt.datetime,
    shown: Shown | None = None,
) -> None:
    """They did not meet; `by_staff` says that it was our side that did not come. That
    the customer did not is no longer said when they have arrived meanwhile."""
    minding = NOTHING if by_staff else frozenset({EventKind.ARRIVED})
    with locking.changing_visit(appointment, shown, minding=minding):
        appointment.miss(by_staff=by_staff, by=by, now=now)
        locking.free_time_of(appointment, after=now)


def mark_staff_came(*, appointment: Appointment, now: dt.datetime) -> None:
    """One of the staff is at the door or in the room (a fact that the room writes
    down); the first time counts."""
    rows = Appointment.objects.for_brand(appointment.brand)
    rows.filter(pk=appointment.pk, staff_came_at=None).update(staff_came_at=now)


def mark_seen(*, appointment: Appointment, now: dt.datetime) -> None:
    """The customer's page is open now (a fact that the room writes down)."""
    appointment.seen_at = now
    appointment.save(update_fields=["seen_at"])


def announce_delay(
    *,
    appointment: Appointment,
    minutes: int,
    by: Actor,
    now: dt.datetime,
    shown: Shown | None = None,
) -> None:
    """Staff say how late they are; 0 takes it back. TransitionRefused once it has
    begun.

    What is said already is no news, for nobody: two taps are one event. What a
    colleague has said meanwhile is not taken back unseen.
    """
    rows = Appointment.objects.for_brand(appointment.brand)
    told = ["status", "version", "sequence", "starts_at", "delay_minutes"]
    with transaction.atomic():
        # The second of two taps waits here, and then reads what the first has said.
        appointment.refresh_from_db(
            fields=told, from_queryset=rows.select_for_update(no_key=True)
        )
        if appointment.status not in UPCOMING - {Status.REQUESTED}:
            raise TransitionRefused
        if appointment.delay_minutes == minutes:
            return
        if shown is not None:
            shown.check(appointment, minding=frozenset({EventKind.DELAYED}))
        with locking.changing():
            appointment.delay(minutes=minutes)
            appointment.record(EventKind.DELAYED, by=by, now=now)
