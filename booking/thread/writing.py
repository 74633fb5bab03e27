"""Writing a message: the customer's makes us owe an answer, the staff's keeps it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from booking.after.deadlines import next_evening
from booking.brought.product import Brought, bring
from booking.errors import ThreadClosed, TooManyMessages
from booking.models import (
    Actor,
    Appointment,
    EventKind,
    Message,
    MessagePhoto,
    Promise,
)
from booking.models.message import MOST_PICTURES
from booking.models.promise import SHORTEST_NOTICE
from booking.models.querysets import PromiseQuerySet
from booking.services import locking
from booking.shown import AsShown, Shown
from stores.files.door import put_picture
from stores.models import Brand, StaffMember, StoredFile

OPEN_FOR = dt.timedelta(days=14)
"""After the visit; later questions are another visit's."""

MOST_IN_HOUR = 10
HOUR = dt.timedelta(hours=1)
TWICE = dt.timedelta(minutes=2)
"""The same words again within this time are one message: a double tap."""

Author = Message.Author


def open_until(appointment: Appointment) -> dt.datetime:
    return (appointment.ended_at or appointment.ends_at) + OPEN_FOR


def is_open(appointment: Appointment, now: dt.datetime) -> bool:
    return appointment.erased_at is None and now < open_until(appointment)


def answer_due(appointment: Appointment, now: dt.datetime) -> dt.datetime:
    """The next evening of a working day, and never after the visit has begun. Five
    queries."""
    due_at = next_evening(appointment.store, now)
    if appointment.starts_at > now:
        due_at = min(due_at, max(appointment.starts_at, now + SHORTEST_NOTICE))
    return due_at


def ask(
    *,
    appointment: Appointment,
    text: str,
    now: dt.datetime,
    pictures: Sequence[bytes] = (),
) -> Message:
    """The customer writes. The first question that nobody has answered begins the
    promise; sent twice, it is one message.

    Raises ThreadClosed two weeks after the visit, TooManyMessages, PictureRefused. Call
    it outside of a transaction: pictures are drawn again.
    """
    _check_open(appointment, now)
    _check_count(appointment, now)
    due_at = answer_due(appointment, now)
    files = _drawn(appointment, pictures, now)
    with transaction.atomic():
        locking.lock_as_shown(appointment, Shown())
        _check_open(appointment, now)
        same = _sent_just_now(appointment, text, len(files), now)
        if same is not None:
            return same
        _check_count(appointment, now)
        message = _written(appointment, Author.CUSTOMER, text, files, now)
        if not owed_to(appointment).exists():
            kind = Promise.Kind.THREAD
            Promise.made(kind, appointment, due_at=due_at, now=now).save()
        with locking.changing():
            pass  # Boards read it at once.
    return message


def answer(
    *,
    appointment: Appointment,
    text: str,
    staff_member: StaffMember | None,
    by: Actor,
    now: dt.datetime,
    pictures: Sequence[bytes] = (),
) -> Message:
    """Somebody of the staff writes: what was owed is kept, be it late, and the customer
    is told by the event. Raises ThreadClosed and PictureRefused, as `ask`."""
    _check_open(appointment, now)
    files = _drawn(appointment, pictures, now)
    with transaction.atomic():
        locking.lock_as_shown(appointment, Shown())
        _check_open(appointment, now)
        message = _written(
            appointment, Author.STAFF, text, files, now, staff_member=staff_member
        )
        owed_to(appointment).keep(now=now)
        with locking.changing():
            appointment.record(EventKind.THREAD_ANSWERED, by=by, now=now)
    return message


def correct(
    *,
    appointment: Appointment,
    question: str,
    brought: Brought,
    shown: AsShown,
    now: dt.datetime,
) -> None:
    """The customer corrects what they said; another question stands in the history.
    Raises as `bring`."""
    with transaction.atomic():
        asked = appointment.question
        row = bring(
            appointment=appointment,
            question=question,
            brought=brought,
            shown=shown,
            now=now,
        )
        if row.question != asked:
            with locking.changing():
                kind, by = EventKind.QUESTION_CHANGED, Actor.customer()
                row.record(kind, by=by, now=now)


def owed_to(appointment: Appointment) -> PromiseQuerySet[Promise]:
    """The answer that is still owed, be it late."""
    rows = Promise.objects.for_brand(appointment.brand)
    kind = Promise.Kind.THREAD
    return rows.filter(appointment=appointment, kind=kind, kept_at__isnull=True)


def _check_open(appointment: Appointment, now: dt.datetime) -> None:
    """Asked again under the lock: meanwhile the customer may have been erased."""
    if not is_open(appointment, now):
        raise ThreadClosed


def _check_count(appointment: Appointment, now: dt.datetime) -> None:
    """Asked again under the lock, so that two at once are counted."""
    if _sent_since(appointment, now - HOUR).count() >= MOST_IN_HOUR:
        raise TooManyMessages


def _sent_since(appointment: Appointment, since: dt.datetime) -> QuerySet[Message]:
    rows = Message.objects.for_brand(appointment.brand).filter(appointment=appointment)
    return rows.filter(author=Author.CUSTOMER, sent_at__gt=since)


def _sent_just_now(
    appointment: Appointment, text: str, pictures: int, now: dt.datetime
) -> Message | None:
    last = _sent_since(appointment, now - TWICE).last()
    same = last is not None and last.text == text
    return last if last and same and last.photos.count() == pictures else None


def _drawn(
    appointment: Appointment, pictures: Sequence[bytes], now: dt.datetime
) -> list[StoredFile]:
    """A file that is refused or forgotten afterwards goes within the hour."""
    brand, kind = Brand(pk=appointment.brand_id), StoredFile.Kind.PHOTO
    return [
        put_picture(brand=brand, kind=kind, content=content, now=now)
        for content in pictures[:MOST_PICTURES]
    ]


def _written(
    appointment: Appointment,
    author: Message.Author,
    text: str,
    files: Sequence[StoredFile],
    now: dt.datetime,
    *,
    staff_member: StaffMember | None = None,
) -> Message:
    brand = appointment.brand
    message = Message.objects.create(
        brand=brand,
        appointment=appointment,
        author=author,
        staff_member=staff_member,
        text=text,
        sent_at=now,
    )
    rows = StoredFile.objects.for_brand(brand)
    rows.filter(pk__in=[file.pk for file in files]).update(erase_after=None)
    MessagePhoto.objects.bulk_create(
        MessagePhoto(brand=brand, message=message, file=file, place=place)
        for place, file in enumerate(files)
    )
    return message
