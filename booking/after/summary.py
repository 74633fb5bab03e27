"""The summary of a visit: written by staff, read by the customer once it is
released."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from booking.after.deadlines import next_evening
from booking.errors import TransitionRefused
from booking.models import Actor, Appointment, EventKind, VisitSummary
from booking.services import locking
from booking.shown import AsShown, Shown
from booking.states import Status
from stores.models import StaffMember

NEXT_STEP_BY = dt.time(18)
"""The hour of the day that staff choose, by which the next step is done."""


def save_summary(
    *,
    appointment: Appointment,
    words: str,
    by: Actor,
    now: dt.datetime,
    next_step: str = "",
    next_owner: StaffMember | None = None,
    next_due_at: dt.datetime | None = None,
    announce: bool = False,
    release: bool = False,
    as_shown: AsShown | None = None,
) -> VisitSummary:
    """Keeps a draft or, with `release`, lets the customer read it, who is told once, by
    the event; what they read already stays in their hands and is corrected by this.
    With `announce` they are told by when it will be written. TransitionRefused for a
    visit that is not over, StaleVersion where a colleague has written meanwhile."""
    with transaction.atomic():
        locking.lock_as_shown(appointment, Shown())
        if appointment.status != Status.DONE:
            raise TransitionRefused
        summary = summary_of(appointment)
        if as_shown is not None:
            as_shown.check(*([summary] if summary else []))
        summary = summary or VisitSummary(
            brand_id=appointment.brand_id, appointment=appointment
        )
        was_readable = summary.is_readable
        summary.words, summary.next_step = words, next_step
        summary.next_owner = next_owner if next_step else None
        summary.next_due_at = next_due_at if next_step else None
        summary.written_at = now
        if release and summary.released_at is None:
            summary.released_at = now
        if not announce:
            summary.promised_for = None
        elif summary.promised_for is None:
            summary.promised_for = next_evening(appointment.store, now)
        summary.save()
        if summary.is_readable and not was_readable:
            with locking.changing():
                kind = EventKind.SUMMARY_RELEASED
                appointment.record(kind, by=by, now=now)
    return summary


def summary_of(appointment: Appointment) -> VisitSummary | None:
    rows = VisitSummary.objects.for_brand(appointment.brand)
    return rows.filter(appointment=appointment).select_related("next_owner").first()


def released_summary_of(appointment: Appointment) -> VisitSummary | None:
    """As the customer may read it: None for a draft, and for one that was erased."""
    found = summary_of(appointment)
    return found if found is not None and found.is_readable else None
