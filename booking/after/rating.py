"""The customer says how the visit was: one tap, changed by the next."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from booking.after.recovery import owe_recovery
from booking.errors import RatingClosed
from booking.models import Appointment, VisitRating
from booking.services import locking
from booking.shown import Shown
from booking.states import Status

RATED_FOR = dt.timedelta(days=7)
"""After the visit: so long it may be rated, and the rating changed."""


def rated_until(appointment: Appointment) -> dt.datetime:
    return (appointment.ended_at or appointment.ends_at) + RATED_FOR


def may_rate(appointment: Appointment, now: dt.datetime) -> bool:
    is_there = appointment.status == Status.DONE and appointment.erased_at is None
    return is_there and now < rated_until(appointment)


def rate_visit(
    *,
    appointment: Appointment,
    now: dt.datetime,
    score: int | None = None,
    resolved: bool | None = None,
    words: str | None = None,
    reason: str | None = None,
    place: str = VisitRating.Place.PAGE,
    shown: Shown | None = None,
) -> VisitRating:
    """Stores the parts that are given and leaves the others. A bad one begins the
    promise of a talk, a good one ends it. RatingClosed before the visit is over and a
    week after it; StaleVersion where the page showed it otherwise."""
    said = {"score": score, "resolved": resolved, "words": words, "reason": reason}
    given = {name: value for name, value in said.items() if value is not None}
    with transaction.atomic():
        locking.lock_as_shown(appointment, shown or Shown())
        if not may_rate(appointment, now):
            raise RatingClosed
        rating, _made = VisitRating.objects.for_brand(
            appointment.brand
        ).update_or_create(
            appointment=appointment,
            defaults={**given, "place": place, "rated_at": now},
            create_defaults={
                **given, "place": place, "rated_at": now,
                "brand_id": appointment.brand_id,
            },
        )  # fmt: skip
        rating.appointment = appointment
        owe_recovery(rating, now=now)
    return rating


def rating_of(appointment: Appointment) -> VisitRating | None:
    rows = VisitRating.objects.for_brand(appointment.brand)
    return rows.filter(appointment=appointment).first()
