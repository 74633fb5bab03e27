"""The wish itself: made, changed and given up by the customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from enum import StrEnum

from django.db import transaction

from booking.errors import ContactNeeded, TransitionRefused
from booking.instants import Part
from booking.models import Appointment, Customer, Wish, WishOffer
from booking.states import Status
from booking.wishes.answering import give_back, lock_visit, open_offer_of
from stores.telephone import takes_texts

LAST_CALL = dt.timedelta(hours=1)
"""Before its start an hour is held for nobody any more."""

WEEK = range(7)
PARTS = (Part.MORNING, Part.AFTERNOON, Part.EVENING)


class Who(StrEnum):
    """The person of the appointment, or anybody."""

    SAME = "same"
    ANY = "any"


def is_reached(customer: Customer) -> bool:
    """True if a message could bring them the offer within minutes."""
    return bool(customer.email) or takes_texts(customer.phone)


def may_wish(appointment: Appointment, now: dt.datetime) -> bool:
    """True while an earlier hour could still be offered, and taken by the customer."""
    waits = appointment.status in (Status.REQUESTED, Status.CONFIRMED)
    is_near = appointment.starts_at <= now + LAST_CALL
    return waits and not is_near and appointment.can_cancel(now)


def make_wish(
    *,
    appointment: Appointment,
    days: Collection[int],
    parts: Collection[str],
    who: Who | str,
    now: dt.datetime,
) -> Wish:
    """Puts the customer into the line; who stands there already keeps the place, with
    other days. TransitionRefused where nothing earlier can come, ContactNeeded where
    no message would reach them."""
    if not is_reached(appointment.customer):
        raise ContactNeeded
    with transaction.atomic():
        visit = lock_visit(appointment)
        if not may_wish(visit, now):
            raise TransitionRefused
        wish = wish_of(visit) or Wish(
            brand_id=visit.brand_id,
            appointment=visit,
            store_id=visit.store_id,
            made_at=now,
        )
        wish.days = sorted(set(days) & set(WEEK))
        wish.parts = [part for part in PARTS if part in parts]
        wish.staff_member = visit.staff_member if who == Who.SAME else None
        wish.save()
    return wish


def end_wish(*, appointment: Appointment, now: dt.datetime) -> None:
    """No more offers; an hour that is held for them goes to the next. Twice changes
    nothing."""
    with transaction.atomic():
        offer = open_offer_of(appointment, now)
        if offer is not None:
            give_back(offer, WishOffer.Answer.DECLINED, now=now)
        lock_visit(appointment)
        rows = Wish.objects.for_brand(appointment.brand)
        rows.filter(appointment=appointment, ended_at=None).update(ended_at=now)


def wish_of(appointment: Appointment) -> Wish | None:
    """The one that is not over."""
    rows = Wish.objects.for_brand(appointment.brand).filter(ended_at=None)
    return rows.filter(appointment=appointment).select_related("staff_member").first()
