"""Reads and writes of the planner: visits in bulk, and faults one by one."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from booking.models import Appointment, AppointmentEvent
from notifications.models import Delivery, PlanningFault

logger = logging.getLogger(__name__)

NOT_WANTED = "not_wanted"
LOOK_AHEAD = 200
"""More events than other planners can have locked at any moment."""
RESTS = (
    dt.timedelta(minutes=1),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=15),
    dt.timedelta(minutes=60),
)


def lock_unplanned(limit: int) -> list[Appointment]:
    """At most so many, their rows locked in the transaction of the caller; none when
    there are none, or only what others have locked or what a fault has set aside."""
    # Two questions, so that each is answered by one small index however many visits
    # there have been; the first alone is what an idle poll costs.
    aside = PlanningFault.objects.all_brands().filter(
        appointment=OuterRef("appointment"), next_at__gt=Now()
    )
    events = AppointmentEvent.objects.all_brands().unrelayed().filter(~Exists(aside))
    waiting = set(events.values_list("appointment", flat=True)[:LOOK_AHEAD])
    return _locked(waiting, limit) if waiting else []


def lock_one(appointment_id: uuid.UUID) -> list[Appointment]:
    """The same of this one: none if another planner has it, or was quicker."""
    unread = AppointmentEvent.objects.all_brands().unrelayed()
    if not unread.filter(appointment=appointment_id).exists():
        return []
    return _locked({appointment_id}, 1)


def _locked(ids: Collection[uuid.UUID], limit: int) -> list[Appointment]:
    rows = Appointment.objects.all_brands().filter(pk__in=ids)
    locked = rows.select_for_update(skip_locked=True, no_key=True, of=("self",))
    return list(locked.select_related("customer")[:limit])


def unread_events(appointments: Collection[Appointment]) -> list[AppointmentEvent]:
    """In the order in which they happened."""
    unread = AppointmentEvent.objects.all_brands().unrelayed()
    return list(unread.filter(appointment__in=appointments).order_by("id"))


def insert_messages(*, messages: Iterable[Delivery]) -> None:
    """Those that are there already are left as they are."""
    Delivery.objects.bulk_create(messages, ignore_conflicts=True)


def void_messages(*, ids: Collection[int]) -> None:
    """A row that is being sent is not touched: its sender asks again before sending."""
    rows = Delivery.objects.all_brands().filter(pk__in=ids, state=Delivery.State.DUE)
    if ids:
        rows.update(state=Delivery.State.VOID, problem=NOT_WANTED)


def revive_messages(*, ids: Collection[int]) -> None:
    rows = Delivery.objects.all_brands().filter(pk__in=ids, state=Delivery.State.VOID)
    if ids:
        rows.update(state=Delivery.State.DUE, problem="")


def mark_read(
    *,
    appointments: Collection[Appointment],
    events: Collection[AppointmentEvent],
    now: dt.datetime,
) -> None:
    """In the transaction that planned them; what was a fault is one no more."""
    read = AppointmentEvent.objects.all_brands().filter(pk__in=[e.pk for e in events])
    read.update(relayed_at=now)
    PlanningFault.objects.all_brands().filter(appointment__in=appointments).delete()


def set_aside(*, appointment: Appointment, fault: Exception) -> None:
    """Write the fault down and say it: the others go on, and this one is tried again
    after a minute, then later and later. The class only: the words of an error may
    hold a person's."""
    code = f"fault_{type(fault).__name__}"[:80]
    rows = PlanningFault.objects.all_brands().filter(appointment=appointment)
    with transaction.atomic():
        row, _made = rows.select_for_update().get_or_create(
            appointment=appointment,
            defaults={"brand_id": appointment.brand_id, "code": code, "next_at": Now()},
        )
        rest = RESTS[min(row.tries, len(RESTS) - 1)]
        rows.update(code=code, tries=row.tries + 1, next_at=Now() + rest)
    text = "visit %s: its messages cannot be planned, %s at try %s"
    logger.error(text, appointment.pk, code, row.tries + 1)
