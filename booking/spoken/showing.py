"""The staff who are shown the words: the adviser of the visit at once, everybody else
when they ask, which is written into the visit's history.

After a change the customer may hold an older message: its pair stays good for a day.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Min, Q, prefetch_related_objects

from booking.models import Actor, Appointment, AppointmentEvent, EventKind
from booking.spoken.pairs import is_called, words_at, words_of
from stores.accounts.workplace import Workplace

GOOD_AFTER_CHANGE = dt.timedelta(hours=24)
SHOWN_FOR = dt.timedelta(minutes=15)
"""Time for which a colleague who asked sees them: long enough for a call."""


@dataclass(frozen=True)
class Spoken:
    """The words of one visit as one reader may see them. `older` are those of messages
    that were right a day ago, the latest first."""

    words: str = ""
    older: tuple[str, ...] = ()
    is_hidden: bool = False


def spoken_for(
    workplace: Workplace, visits: Sequence[Appointment], *, now: dt.datetime
) -> dict[uuid.UUID, Spoken]:
    """By the visit's id; of visits about which nobody calls any more there is none.
    Two queries, and one for each visit that is done."""
    called = [visit for visit in visits if is_called(visit)]
    if not called:
        return {}
    prefetch_related_objects(called, "links")
    told, opened = _told_and_opened(workplace, called)
    return {
        visit.pk: _of(visit, told[visit.pk], now)
        if _is_own(workplace, visit) or _lasts(opened.get(visit.pk), now)
        else Spoken(is_hidden=bool(words_of(visit)))
        for visit in called
    }


def open_words(
    *, workplace: Workplace, visits: Sequence[Appointment], now: dt.datetime
) -> None:
    """Notes that somebody of the staff is shown the words of others' visits."""
    by, kind = Actor.staff(workplace.membership.user), EventKind.WORDS_SHOWN
    with transaction.atomic():
        AppointmentEvent.objects.bulk_create(
            visit.event(kind, before=visit.status, by=by, now=now)
            for visit in visits
            if is_called(visit) and not _is_own(workplace, visit)
        )


def _is_own(workplace: Workplace, visit: Appointment) -> bool:
    member = workplace.staff_member
    return member is not None and visit.staff_member_id == member.pk


def _lasts(opened_at: dt.datetime | None, now: dt.datetime) -> bool:
    return opened_at is not None and now - opened_at < SHOWN_FOR


def _told_and_opened(
    workplace: Workplace, visits: Sequence[Appointment]
) -> tuple[dict[uuid.UUID, dict[int, dt.datetime]], dict[uuid.UUID, dt.datetime]]:
    """Of each visit when each sequence began, and when the user last asked for the
    words of the present one."""
    told: dict[uuid.UUID, dict[int, dt.datetime]] = defaultdict(dict)
    opened: dict[uuid.UUID, dt.datetime] = {}
    asked = Q(kind=EventKind.WORDS_SHOWN, actor_user=workplace.membership.user_id)
    rows = AppointmentEvent.objects.for_brand(workplace.brand)
    rows = rows.filter(appointment__in=[visit.pk for visit in visits])
    found = rows.values("appointment_id", "sequence").annotate(
        began=Min("occurred_at"), asked=Max("occurred_at", filter=asked)
    )
    present = {visit.pk: visit.sequence for visit in visits}
    for row in found:
        pk, sequence = row["appointment_id"], row["sequence"]
        told[pk][sequence] = row["began"]
        if row["asked"] and sequence == present[pk]:
            opened[pk] = row["asked"]
    return told, opened


def _of(visit: Appointment, told: dict[int, dt.datetime], now: dt.datetime) -> Spoken:
    """An older pair is good for a day from when the next one was told."""
    good = [
        sequence - 1
        for sequence in range(visit.sequence, 0, -1)
        if sequence in told and now - told[sequence] < GOOD_AFTER_CHANGE
    ]
    return Spoken(words_of(visit), words_at(visit, good))
