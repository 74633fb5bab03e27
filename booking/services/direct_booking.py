"""A visit booked in one step, by a brand's own system that asks no customer to wait."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import transaction

from booking.models import Appointment
from booking.services.booking import book_appointment, hold_slot
from stores.models import Channel, StaffMember, Store, Topic


def book_directly(
    *,
    store: Store,
    topic: Topic,
    channel: Channel | str,
    starts_at: dt.datetime,
    name: str,
    network: str,
    source: Appointment.Source,
    now: dt.datetime,
    email: str = "",
    phone: str = "",
    question: str = "",
    language: str = "fr",
    also: bool = False,
    staff_member: StaffMember | None = None,
) -> Appointment:
    """Holds the start and books it in one transaction; refused, nothing is held.

    Raises what `hold_slot` and `book_appointment` raise. `network` counts holds, as a
    browser's network does: a key is one.
    """
    with transaction.atomic():
        hold = hold_slot(
            store=store,
            topic=topic,
            channel=channel,
            starts_at=starts_at,
            staff_member=staff_member,
            visitor=secrets.token_hex(32),
            network=network,
            now=now,
        )
        return book_appointment(
            hold=hold,
            name=name,
            email=email,
            phone=phone,
            question=question,
            language=language,
            also=also,
            now=now,
            source=source,
        )
