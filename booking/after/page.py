"""The facts that the permanent page shows once the visit is over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from booking.after.deadlines import next_deadlines
from booking.after.forms import RatingForm, RecoveryForm
from booking.after.rating import may_rate, rated_until, rating_of
from booking.after.recovery import CHOICES, Recovery, recovery_of
from booking.after.summary import summary_of
from booking.models import Appointment, VisitRating, VisitSummary


def facts_after(appointment: Appointment, now: dt.datetime) -> dict[str, Any]:
    """Local times, on the clock of the appointment. Five queries more where a talk is
    owed."""
    zone, rating = appointment.zone, rating_of(appointment)
    recovery = recovery_of(appointment) if rating and rating.is_bad else None
    return {
        "rating": rating,
        "may_rate": may_rate(appointment, now),
        "rated_until": rated_until(appointment).astimezone(zone),
        "rating_form": RatingForm(initial={"words": rating.words if rating else ""}),
        "recovery_form": RecoveryForm(country=appointment.store.country),
        "not_called": _wants_no_talk(rating),
        **_summary(summary_of(appointment), appointment, now),
        **(_recovery(recovery, appointment, now) if recovery else {}),
    }


def _wants_no_talk(rating: VisitRating | None) -> bool:
    wants_none = rating is not None and rating.way == VisitRating.Way.NONE
    return wants_none and rating is not None and rating.is_bad and not rating.outcome


def _recovery(
    recovery: Recovery, appointment: Appointment, now: dt.datetime
) -> dict[str, Any]:
    zone, due_at = appointment.zone, recovery.promise.due_at
    others = next_deadlines(appointment.store, now, count=CHOICES)
    tried_at = recovery.rating.tried_at
    return {
        "recovery": recovery,
        "due": due_at.astimezone(zone),
        "deadlines": [at.astimezone(zone) for at in others if at != due_at],
        "tried": tried_at.astimezone(zone) if tried_at else None,
        "by_writing": recovery.rating.way == VisitRating.Way.WRITE,
    }


def _summary(
    summary: VisitSummary | None, appointment: Appointment, now: dt.datetime
) -> dict[str, Any]:
    """The summary that staff have released. Of one that is only announced, the evening
    by which it comes, as long as that lies ahead."""
    if summary is None:
        return {}
    zone = appointment.zone
    if summary.released_at is None:
        until = summary.promised_for
        comes = until is not None and until > now
        return {"summary_until": until.astimezone(zone) if until and comes else None}
    due_at = summary.next_due(now)
    return {
        "summary": summary if summary.is_readable else None,
        "next_due": due_at.astimezone(zone) if due_at else None,
    }
