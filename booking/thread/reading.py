"""The thread of a visit on its two pages, and the questions of a board."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from booking.models import Appointment, Message, MessagePhoto, Promise
from booking.thread.forms import MessageForm
from booking.thread.writing import answer_due, is_open, open_until, owed_to
from stores.models import StaffMember, Store

SHOWN_FOR = dt.timedelta(days=14)
"""An answer that is not given for so long leaves the board."""


@dataclass(frozen=True)
class Question:
    """An answer that is owed to a customer, and the last words of theirs."""

    promise: Promise
    words: str

    @property
    def visit(self) -> Appointment:
        return self.promise.appointment

    @property
    def is_late(self) -> bool:
        return self.promise.broken_at is not None

    @property
    def key(self) -> tuple[object, ...]:
        """All that its row shows."""
        return self.promise.pk, self.is_late, self.words


def thread_of(appointment: Appointment) -> list[Message]:
    """In the order of writing. Two queries, one while nothing is written."""
    rows = Message.objects.for_brand(appointment.brand).filter(appointment=appointment)
    rows = rows.select_related("staff_member").prefetch_related("photos")
    found = list(rows)
    for message in found:
        message.sent_at = message.sent_at.astimezone(appointment.zone)
    return found


def facts_of_thread(appointment: Appointment, now: dt.datetime) -> dict[str, Any]:
    """Times are on the clock of the appointment. `answer_by` is when the answer comes
    that is owed, or that a question would get: five queries more."""
    messages, opened = thread_of(appointment), is_open(appointment, now)
    owed = owed_to(appointment).first() if messages else None
    due_at = owed.due_at if owed else None
    if due_at is None and opened:
        due_at = answer_due(appointment, now)
    return {
        "thread": messages,
        "thread_open": opened,
        "thread_until": open_until(appointment).astimezone(appointment.zone),
        "thread_owed": owed,
        "thread_late": owed is not None and (owed.broken_at or owed.due_at) <= now,
        "answer_by_thread": due_at.astimezone(appointment.zone) if due_at else None,
        "thread_form": MessageForm(),
    }


def facts_for_staff(appointment: Appointment, now: dt.datetime) -> dict[str, Any]:
    messages = thread_of(appointment)
    return {
        "thread": messages,
        "thread_open": is_open(appointment, now),
        "thread_owed": owed_to(appointment).first() if messages else None,
        "thread_form": MessageForm(),
    }


def written_by_us(appointment: Appointment) -> int:
    """The number of messages that are not the customer's: another one is news."""
    rows = Message.objects.for_brand(appointment.brand).filter(appointment=appointment)
    return rows.exclude(author=Message.Author.CUSTOMER).count()


def photo_of_message(
    appointment: Appointment, photo_id: uuid.UUID
) -> MessagePhoto | None:
    rows = MessagePhoto.objects.for_brand(appointment.brand).select_related("file")
    return rows.filter(pk=photo_id, message__appointment=appointment).first()


def questions_of_store(
    *, store: Store, staff_member: StaffMember | None, now: dt.datetime
) -> list[Question]:
    """Questions that wait for an answer of the store, or of the staff member at any
    store: the late first. One query."""
    place = Q(appointment__store=store)
    if staff_member is not None:
        place |= Q(owner=staff_member)
    said = Message.objects.for_brand(store.brand).filter(
        appointment=OuterRef("appointment"), author=Message.Author.CUSTOMER
    )
    rows = Promise.objects.for_brand(store.brand).filter(
        place,
        kind=Promise.Kind.THREAD,
        kept_at__isnull=True,
        due_at__gt=now - SHOWN_FOR,
        appointment__erased_at__isnull=True,
    )
    people = ("customer", "topic", "store", "staff_member", "brand")
    found = rows.annotate(
        words=Subquery(said.order_by("-sent_at", "-id").values("text")[:1])
    ).select_related("owner", *(f"appointment__{one}" for one in people))
    return [Question(row, row.words or "") for row in found.order_by("due_at", "pk")]
