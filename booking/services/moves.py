"""What happens on the day: arrived, begun, done, missed, late."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from booking.errors import MoveRefused
from booking.models import Actor, Appointment, EventKind
from booking.services import locking
from booking.states import UPCOMING, Outcome, Status


def record_arrival(*, appointment: Appointment, by: Actor, now: dt.datetime) -> None:
    """The customer says "I'm here"; saying it again changes nothing."""
    if appointment.status in (Status.ARRIVED, Status.IN_PROGRESS):
        return
    with transaction.atomic():
        appointment.arrive(by=by, now=now)
        locking.notify_events()


def start_visit(*, appointment: Appointment, by: Actor, now: dt.datetime) -> None:
    """The two have met; a second start changes nothing."""
    if appointment.status == Status.IN_PROGRESS:
        return
    with transaction.atomic():
        appointment.start(by=by, now=now)
        locking.notify_events()


def complete_visit(
    *, appointment: Appointment, outcome: Outcome | str, by: Actor, now: dt.datetime
) -> None:
    """The visit is over, with one of the outcomes; unused time is given back.

    From "confirmed" or "arrived" it passes through "in progress": staff who forgot to
    press start must not be sent back.
    """
    with transaction.atomic():
        agendas = locking.lock_agendas_of(appointment)
        if appointment.status in (Status.CONFIRMED, Status.ARRIVED):
            appointment.start(by=by, now=now)
        appointment.complete(outcome=Outcome(outcome), by=by, now=now)
        locking.free_time_of(appointment, after=now)
        locking.raise_versions(agendas)
        locking.notify_events()


def mark_missed(
    *, appointment: Appointment, by_staff: bool, by: Actor, now: dt.datetime
) -> None:
    """They did not meet; `by_staff` says that it was our side that did not come."""
    with transaction.atomic():
        agendas = locking.lock_agendas_of(appointment)
        appointment.miss(by_staff=by_staff, by=by, now=now)
        locking.free_time_of(appointment, after=now)
        locking.raise_versions(agendas)
        locking.notify_events()


def mark_seen(*, appointment: Appointment, now: dt.datetime) -> None:
    """The customer's page is open now (a fact that the room writes down)."""
    appointment.seen_at = now
    appointment.save(update_fields=["seen_at"])


def announce_delay(
    *, appointment: Appointment, minutes: int, by: Actor, now: dt.datetime
) -> None:
    """Staff say how late they are; 0 takes it back. MoveRefused once it has begun.

    What is said already is no news, for nobody: two taps are one event.
    """
    rows = Appointment.objects.for_brand(appointment.brand)
    told = ["status", "version", "sequence", "starts_at", "delay_minutes"]
    with transaction.atomic():
        # The second of two taps waits here, and then reads what the first has said.
        appointment.refresh_from_db(
            fields=told, from_queryset=rows.select_for_update(no_key=True)
        )
        if appointment.status not in UPCOMING - {Status.REQUESTED}:
            raise MoveRefused
        if appointment.delay_minutes == minutes:
            return
        appointment.delay(minutes=minutes)
        appointment.record(EventKind.DELAYED, by=by, now=now)
        locking.notify_events()
