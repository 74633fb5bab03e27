"""The talk that a bad visit earns: promised at once, kept by staff, in the customer's
way. At most one for a visit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from booking.after.deadlines import next_deadlines
from booking.errors import (
    ContactNeeded,
    PhoneNeeded,
    SlotNotOffered,
    StaleVersion,
    TransitionRefused,
)
from booking.models import Actor, Appointment, EventKind, Promise, VisitRating
from booking.models.querysets import PromiseQuerySet
from booking.models.rating import STILL_BAD
from booking.services import locking
from booking.services.answers import forget_recovery
from booking.services.contact import give_number
from booking.shown import Shown
from booking.states import Status
from stores.models import StaffMember, Store

CHOICES = 5
"""Deadlines that a customer may choose from."""

SHOWN_FOR = dt.timedelta(days=14)
"""A promise not kept for so long leaves the board; the visit's page still says it."""

Way = VisitRating.Way


class Result(StrEnum):
    """The result of a try of staff."""

    REACHED = "reached"
    SETTLED = "settled"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True)
class Recovery:
    """The talk that is owed for a visit, and the way of it."""

    promise: Promise
    rating: VisitRating

    @property
    def visit(self) -> Appointment:
        return self.promise.appointment

    @property
    def is_late(self) -> bool:
        return self.promise.broken_at is not None

    @property
    def key(self) -> tuple[object, ...]:
        """All that its row shows."""
        promise, rating = self.promise, self.rating
        return (
            *(promise.pk, promise.due_at, self.is_late, promise.owner_id),
            *(rating.score, rating.resolved, rating.words, rating.reason),
            *(rating.way, rating.tries),
        )


def owe_recovery(rating: VisitRating, *, now: dt.datetime) -> None:
    """Makes the promise follow the rating, in the caller's transaction: begun once for
    a bad one, forgotten once it is good."""
    appointment = rating.appointment
    if not rating.is_bad:
        forget_recovery(appointment)
    elif _may_be_owed(rating) and not _owed(appointment).exists():
        due_at = next_deadlines(appointment.store, now, count=1)[0]
        _promise(appointment, due_at=due_at, now=now)


def _may_be_owed(rating: VisitRating) -> bool:
    return not rating.outcome and rating.way != Way.NONE


def _promise(
    appointment: Appointment, *, due_at: dt.datetime, now: dt.datetime
) -> None:
    Promise.made(Promise.Kind.RECOVERY, appointment, due_at=due_at, now=now).save()
    with locking.changing():
        by = Actor.customer()
        appointment.record(EventKind.RECOVERY_PROMISED, by=by, now=now)


def recovery_of(appointment: Appointment) -> Recovery | None:
    """Still owed, be it late; None where nothing is, or it is done."""
    rows = _owed(appointment).select_related("owner", "appointment__rating")
    promise = rows.first()
    if promise is None or appointment.status != Status.DONE:
        return None
    rating = promise.appointment.rating
    promise.appointment = appointment
    return Recovery(promise, rating) if rating.is_bad and _may_be_owed(rating) else None


def call_promised_until(appointment: Appointment) -> dt.datetime | None:
    """None where no call is owed, where one is owed in writing, or late."""
    owed = recovery_of(appointment)
    if owed is None or owed.is_late or owed.rating.way == Way.WRITE:
        return None
    return owed.promise.due_at


def _owed(appointment: Appointment) -> PromiseQuerySet[Promise]:
    rows = Promise.objects.for_brand(appointment.brand).filter(kept_at__isnull=True)
    return rows.filter(appointment=appointment, kind=Promise.Kind.RECOVERY)


def choose_way(
    *,
    appointment: Appointment,
    way: str,
    now: dt.datetime,
    phone: str = "",
    due_at: dt.datetime | None = None,
    shown: Shown | None = None,
) -> None:
    """The customer says how: a call (on `phone`, by `due_at` if one is chosen), in
    writing, or not at all.

    TransitionRefused where nothing is to be made good; PhoneNeeded or ContactNeeded
    where it leads nowhere; SlotNotOffered for a deadline that is not, or no longer,
    among those that were shown.
    """
    with transaction.atomic():
        locking.lock_as_shown(appointment, shown or Shown())
        rating = _open_rating(appointment)
        if way == Way.CALL and not (phone or appointment.customer.phone):
            raise PhoneNeeded
        if way == Way.WRITE and not appointment.customer.email:
            raise ContactNeeded
        give_number(appointment.customer, phone)
        rating.way = Way(way)
        rating.save(update_fields=["way"])
        if way == Way.NONE:
            forget_recovery(appointment)
        elif due_at is not None:
            _put_off(appointment, due_at, now=now)
        else:
            owe_recovery(rating, now=now)


def _open_rating(appointment: Appointment) -> VisitRating:
    rows = VisitRating.objects.for_brand(appointment.brand).select_for_update()
    rating = rows.filter(appointment=appointment, outcome="").first()
    if rating is None or not rating.is_bad or appointment.status != Status.DONE:
        raise TransitionRefused
    rating.appointment = appointment
    return rating


def _put_off(
    appointment: Appointment, due_at: dt.datetime, *, now: dt.datetime
) -> None:
    """To a deadline of the customer's own choice. A broken promise stays broken, and a
    new one begins."""
    if due_at not in next_deadlines(appointment.store, now, count=CHOICES):
        raise SlotNotOffered
    moved = _owed(appointment).running().update(due_at=due_at)
    if not moved:
        _promise(appointment, due_at=due_at, now=now)


def note_result(
    *, appointment: Appointment, result: str, tries: int, now: dt.datetime
) -> None:
    """Staff say how it went. Reached or settled, the promise is kept, be it late; a
    call that nobody took is counted, and the talk is owed as before. TransitionRefused
    where it is not owed any more, StaleVersion where the page knew of fewer `tries`."""
    with transaction.atomic():
        locking.lock_as_shown(appointment, Shown())
        rating = _open_rating(appointment)
        owed = _owed(appointment)
        if not owed.exists():
            raise TransitionRefused
        if rating.tries != tries:
            raise StaleVersion
        if Result(result) is Result.NO_ANSWER:
            rating.tries, rating.tried_at = tries + 1, now
        else:
            rating.outcome = result
            owed.keep(now=now)
        rating.save(update_fields=["tries", "tried_at", "outcome"])


def recoveries_of_store(
    *, store: Store, staff_member: StaffMember | None, now: dt.datetime
) -> list[Recovery]:
    """Talks that the store owes, or the staff member at any store: the late first.
    One query."""
    place = Q(appointment__store=store)
    if staff_member is not None:
        place |= Q(owner=staff_member)
    bad = Q(appointment__rating__score__lte=STILL_BAD)
    bad |= Q(appointment__rating__resolved=False)
    rows = Promise.objects.for_brand(store.brand).filter(
        place,
        bad,
        kind=Promise.Kind.RECOVERY,
        kept_at__isnull=True,
        due_at__gt=now - SHOWN_FOR,
        appointment__status=Status.DONE,
        appointment__rating__outcome="",
    )
    people = ("customer", "topic", "store", "staff_member", "rating", "brand")
    rows = rows.exclude(appointment__rating__way=Way.NONE).select_related(
        "owner", *(f"appointment__{one}" for one in people)
    )
    latest = {row.appointment_id: row for row in rows.order_by("pk")}
    found = sorted(latest.values(), key=lambda row: row.due_at)
    return [Recovery(row, row.appointment.rating) for row in found]
