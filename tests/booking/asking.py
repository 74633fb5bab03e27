"""Visits that are only asked for, and what is known of the answer."""

from __future__ import annotations

import datetime as dt
import uuid

from booking.models import Actor, Appointment, Occupancy, Promise
from booking.services.answers import answer_owed
from booking.services.booking import book_appointment
from booking.services.holding import hold_slot
from stores.models import Channel, Offer
from tests.cast import ALICE, World, next_step

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def ask(
    world: World, now: dt.datetime, *, minutes: int = 480, channel: str = Channel.VIDEO
) -> Appointment:
    """Alice asks for a time that the store confirms."""
    Offer.objects.update(needs_approval=True)
    hold = hold_slot(
        store=world.store,
        topic=world.topic,
        channel=channel,
        starts_at=next_step(now, minutes=minutes),
        visitor=uuid.uuid4().hex,
        network=uuid.uuid4().hex,
        now=now,
    )
    name, email, phone = ALICE.values()
    return book_appointment(hold=hold, name=name, email=email, phone=phone, now=now)


def staff(world: World) -> Actor:
    return Actor.staff(world.bob.user)


def promise_of(visit: Appointment) -> Promise:
    found = answer_owed(visit)
    assert found is not None
    return found


def takes_time(visit: Appointment) -> bool:
    return Occupancy.objects.filter(appointment=visit, active=True).exists()


def kinds(visit: Appointment) -> list[str]:
    return list(visit.events.order_by("id").values_list("kind", flat=True))
