"""Visits that are over, and what is owed for them."""

from __future__ import annotations

import datetime as dt

from booking.links import issue_link
from booking.models import Appointment, Promise
from booking.states import Status
from tests.cast import World, make_visit

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def visit_done(
    world: World, now: dt.datetime, *, ago: dt.timedelta = HOUR, status: str = "done"
) -> Appointment:
    """Alice's video visit with Bob, with its link."""
    made = make_visit(
        world, starts_at=now - ago, now=now - ago - DAY, status=Status(status)
    )
    made.ended_at = made.ends_at
    made.question_erase_after = made.ends_at + 30 * DAY
    made.save(update_fields=["ended_at", "question_erase_after"])
    issue_link(made, now=now)
    return made


def owed(visit: Appointment) -> list[Promise]:
    rows = Promise.objects.filter(appointment=visit, kind=Promise.Kind.RECOVERY)
    return list(rows.order_by("pk"))


def events_of(visit: Appointment) -> list[str]:
    return list(visit.events.order_by("id").values_list("kind", flat=True))
