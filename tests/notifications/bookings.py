"""Bookings as the services make them, at times that the test names."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models.functions import Now

from booking.models import Appointment
from booking.services.booking import book_appointment, hold_slot
from notifications.models import Delivery
from notifications.planner import plan_next
from stores.models import Channel
from tests.cast import ALICE, World

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)


def on_the_grid(moment: dt.datetime) -> dt.datetime:
    """The five-minute mark at or before."""
    return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)


def book(
    world: World,
    *,
    starts_at: dt.datetime,
    now: dt.datetime,
    channel: str = Channel.VIDEO,
    language: str = "fr",
    name: str = ALICE["name"],
    email: str = ALICE["email"],
) -> Appointment:
    """Alice books with whoever is free."""
    hold = hold_slot(
        store=world.store,
        topic=world.topic,
        channel=channel,
        starts_at=starts_at,
        visitor=uuid.uuid4().hex,
        network=uuid.uuid4().hex,
        now=now,
    )
    return book_appointment(
        hold=hold,
        name=name,
        email=email,
        phone=ALICE["phone"],
        language=language,
        now=now,
    )


def plan_all(now: dt.datetime) -> int:
    planned = 0
    while plan_next(now=now):
        planned += 1
    return planned


def due(appointment: Appointment) -> dict[str, dt.datetime]:
    """Kind → time of what is still to be sent."""
    rows = appointment.deliveries.filter(state=Delivery.State.DUE)
    return dict(rows.values_list("kind", "due_at"))


def the(appointment: Appointment, kind: str) -> Delivery:
    return appointment.deliveries.get(kind=kind, sequence=appointment.sequence)


def end_the_leases() -> None:
    """What a minute would do, without waiting for it."""
    Delivery.objects.all_brands().exclude(lease_until=None).update(
        lease_until=Now() - SECOND
    )
