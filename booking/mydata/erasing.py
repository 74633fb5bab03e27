"""Erasing before the date, because the customer asks for it."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import models, transaction
from django.db.models.functions import Cast

from booking.errors import TooLateToCancel
from booking.models import (
    AccessLink,
    Actor,
    Appointment,
    Customer,
    EventKind,
    Hold,
    IdempotencyKey,
    Promise,
)
from booking.services import locking
from booking.shown import Shown
from booking.states import UPCOMING, Status
from stores.erasing import erase_of
from stores.files.door import remove_now
from stores.models import Brand, StoredFile

FORGOTTEN = dt.timedelta(days=1)
"""After its end: a visit that still goes on by then was not closed by anybody."""


def may_erase(appointment: Appointment, now: dt.datetime) -> bool:
    """Before the limit of cancelling, and again once the hour is over: in between
    somebody of the store is on their way, and only a call reaches them."""
    if appointment.status == Status.IN_PROGRESS:
        return now >= appointment.ends_at + FORGOTTEN
    waits = appointment.status in UPCOMING and now < appointment.ends_at
    return not waits or appointment.can_cancel(now)


def erase_customer(
    *, appointment: Appointment, now: dt.datetime, shown: Shown | None = None
) -> None:
    """Cancels what is still to come and erases all that is known of the customer of
    this link: of the visit, and of what hangs on it. Tombstones stay, and the link,
    which says so.

    TooLateToCancel between the limit of cancelling and the end of the visit,
    StaleVersion where the page showed it otherwise. Call it outside of a transaction:
    it removes files from the storage.
    """
    if not may_erase(appointment, now):
        raise TooLateToCancel
    story = Appointment.objects.for_brand(appointment.brand).filter(
        customer=appointment.customer_id
    )
    visits = list(story.select_related("brand", "store", "customer").order_by("pk"))
    names = _files_of(visits)
    with transaction.atomic():
        locking.lock_agendas(
            id_ for visit in visits for id_ in locking.agendas_of(visit)
        )
        for visit in visits:
            is_own = visit.pk == appointment.pk
            _end(visit, shown if is_own else None, now)
        ids = [visit.pk for visit in visits]
        owners: dict[type[models.Model], list[uuid.UUID]] = {
            Customer: [appointment.customer_id],
            Appointment: ids,
        }
        erase_of(owners=owners, now=now)
        for visit in visits:
            _forget_beside(visit)
    remove_now(names)


def _end(visit: Appointment, shown: Shown | None, now: dt.datetime) -> None:
    """Gives the time back, and writes into the history that the customer went."""
    by = Actor.customer()
    with locking.changing_visit(visit, shown):
        if visit.status in UPCOMING:
            visit.cancel(by=by, now=now)
            locking.free_time_of(visit)
        Promise.objects.all_brands().filter(appointment=visit).running().delete()
        visit.record(EventKind.ERASED, by=by, now=now)


def _forget_beside(visit: Appointment) -> None:
    """Rows that stand for the visit without hanging on it: what the API answered, what
    is held for taking a cancellation back, and links that were given to guests."""
    brand = Brand(pk=visit.brand_id)
    links = AccessLink.objects.for_brand(brand).filter(appointment=visit)
    links.exclude(purpose=AccessLink.Purpose.CUSTOMER).delete()
    Hold.objects.for_brand(brand).filter(visitor=visit.pk.hex).delete()
    answers = IdempotencyKey.objects.for_brand(brand).annotate(
        words=Cast("document", models.TextField())
    )
    answers.filter(words__contains=str(visit.pk)).delete()


def _files_of(visits: list[Appointment]) -> list[str]:
    found: list[str] = []
    for visit in visits:
        rows = StoredFile.objects.for_brand(visit.brand)
        mine = models.Q(photo__appointment=visit)
        mine |= models.Q(message_photo__message__appointment=visit)
        found += rows.filter(mine).values_list("name", flat=True)
    return found
