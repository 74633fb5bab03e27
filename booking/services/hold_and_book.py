"""Holding and booking in one step: a hold that ran out, or a brand's own system."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass
from typing import Required, TypedDict, Unpack

from django.db import transaction

from booking.brought.photos import hand_over
from booking.brought.product import Brought
from booking.errors import HoldExpired, SlotNotOffered
from booking.models import Appointment, Hold
from booking.services.booking import Answers, book_appointment
from booking.services.holding import hold_slot
from stores.models import Channel, StaffMember, Store, Topic


class Details(TypedDict, total=False):
    """The customer and the question, as `book_appointment` takes them; `phone` is
    E.164."""

    name: Required[str]
    email: str
    phone: str
    question: str
    answers: Answers
    language: str
    also: bool
    source: str
    privacy_version: int | None
    brought: Brought


@dataclass(frozen=True)
class HeldTime:
    """The facts of a hold. Its row may be gone, and its adviser, too.

    The caller has made sure that the hold was this visitor's.
    """

    hold_id: uuid.UUID
    store: Store
    topic: Topic
    channel: str
    starts_at: dt.datetime
    staff_member: StaffMember | None
    hold: Hold | None = None

    @classmethod
    def of(cls, hold: Hold) -> HeldTime:
        return cls(
            hold.pk,
            hold.store,
            hold.topic,
            hold.channel,
            hold.starts_at,
            hold.staff_member,
            hold,
        )


def book_held(
    *,
    held: HeldTime,
    visitor: str,
    network: str,
    now: dt.datetime,
    **details: Unpack[Details],
) -> Appointment:
    """Books the hold. If it ran out, takes the same time again while it is free; a
    request that was sent twice gets the appointment that the first one made.

    Raises what `hold_slot` and `book_appointment` raise, but not HoldExpired.
    """
    if held.hold is not None:
        try:
            return book_appointment(hold=held.hold, now=now, **details)
        except HoldExpired:
            pass
    # An appointment has its hold's id.
    rows = Appointment.objects.for_brand(held.store.brand).with_people()
    made = rows.filter(pk=held.hold_id).first()
    if made is not None:
        with transaction.atomic():
            hand_over(visitor=visitor, appointment=made)
        return made
    if held.staff_member is None:
        raise SlotNotOffered
    again = hold_slot(
        store=held.store,
        topic=held.topic,
        channel=held.channel,
        starts_at=held.starts_at,
        staff_member=held.staff_member,
        visitor=visitor,
        network=network,
        now=now,
    )
    return book_appointment(hold=again, now=now, **details)


def book_directly(
    *,
    store: Store,
    topic: Topic,
    channel: Channel | str,
    starts_at: dt.datetime,
    network: str,
    now: dt.datetime,
    staff_member: StaffMember | None = None,
    **details: Unpack[Details],
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
        return book_appointment(hold=hold, now=now, **details)
