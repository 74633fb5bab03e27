"""Bookings as the services make them, at times that the test names."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from django.db.models.functions import Now

from booking.models import Appointment
from booking.services.booking import book_appointment
from booking.services.holding import hold_slot
from notifications.models import Delivery
from notifications.outbox.planner import plan_next
from stores.models import Channel
from tests.cast import ALICE, World, now_utc

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)


def on_the_grid(moment: dt.datetime) -> dt.datetime:
    """The five-minute mark at or before."""
    return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)


ZONES = (
    "Pacific/Auckland", "Asia/Tokyo", "Asia/Karachi", "Europe/Paris",
    "Atlantic/Azores", "America/New_York", "America/Los_Angeles", "Pacific/Honolulu",
)  # fmt: skip


def zone_at_noon() -> str:
    """The zone of ours whose clock is nearest to one in the afternoon."""
    now = now_utc()
    return min(ZONES, key=lambda z: abs(now.astimezone(ZoneInfo(z)).hour - 13))


def by_day(world: World) -> World:
    """Lays its stores where it is day, so that no quiet hours hold messages back."""
    zone = zone_at_noon()
    for store in (world.store, world.other_store, world.foreign_store):
        store.time_zone = zone
        store.save(update_fields=["time_zone"])
    return world


def book(
    world: World,
    *,
    starts_at: dt.datetime,
    now: dt.datetime,
    channel: str = Channel.VIDEO,
    language: str = "fr",
    name: str = ALICE["name"],
    email: str = ALICE["email"],
    phone: str = ALICE["phone"],
    network: str = "",
) -> Appointment:
    """Alice books with whoever is free."""
    hold = hold_slot(
        store=world.store,
        topic=world.topic,
        channel=channel,
        starts_at=starts_at,
        visitor=uuid.uuid4().hex,
        network=network or uuid.uuid4().hex,
        now=now,
    )
    return book_appointment(
        hold=hold,
        name=name,
        email=email,
        phone=phone,
        language=language,
        also=True,
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
