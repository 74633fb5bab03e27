"""From events to due deliveries: what is due becomes what the policy wants."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from django.db import DatabaseError, DataError, IntegrityError, transaction

from booking.models import Appointment, EventKind
from booking.states import Status
from notifications.kinds import NEWS
from notifications.models import Delivery
from notifications.outbox.planned import (
    NOT_WANTED,
    insert_messages,
    lock_one,
    lock_unplanned,
    mark_read,
    revive_messages,
    set_aside,
    unread_events,
    void_messages,
)
from notifications.policy import WantedMessage, wanted_messages
from notifications.queries import backgrounds_of, facts_of, planned_messages
from notifications.webhooks.endpoints import plan_calls

TOGETHER = 50
"""Their rows are locked for as long as it takes to plan them, some 50 ms: nobody who
moves or cancels one of them waits for longer."""

All = Mapping[uuid.UUID, frozenset[WantedMessage]]


def when_told(
    appointments: Collection[Appointment], *, changed_at: dt.datetime | None = None
) -> list[dt.datetime | None]:
    """For each, the moment at which the customer gets the news of its last change; or,
    with `changed_at`, of one that would be made then. None where no message reaches
    them. Two queries."""
    backgrounds = backgrounds_of(appointments)
    found: list[dt.datetime | None] = []
    for appointment in appointments:
        facts = facts_of(appointment, backgrounds[appointment.pk])
        if changed_at is not None:
            facts = replace(
                facts,
                status=Status.CONFIRMED,
                change=EventKind.MOVED,
                told_at=changed_at,
                by_customer=False,
                is_known=False,
            )
        news = (one for one in wanted_messages(facts) if one.kind in NEWS)
        found.append(min((one.due_at for one in news), default=None))
    return found


def plan_next(*, now: dt.datetime) -> bool:
    """Plan one appointment with unrelayed events; False when none is left."""
    return bool(plan_many(now=now, limit=1))


def plan_many(*, now: dt.datetime, limit: int = TOGETHER) -> int:
    """Plan appointments with unrelayed events in one transaction; how many those were,
    none when there is nothing left to do. A dozen statements for any number.

    It reads the present state and never what an event says, so any number of
    planners, in any order and again, leave the same deliveries. An event written
    meanwhile stays unrelayed and brings the appointment back.

    Where one of them makes this fail each is planned by itself, and those at fault are
    set aside (`outbox.planned`). Raises only what is the database's own failure.
    """
    taken: list[Appointment] = []
    try:
        with transaction.atomic():
            taken = lock_unplanned(min(limit, TOGETHER))
            _plan(taken, now)
    except Exception as error:
        if not taken or _is_the_databases(error):
            raise
        for appointment in taken:
            _plan_alone(appointment, now)
    return len(taken)


def _is_the_databases(error: Exception) -> bool:
    """Not a fault of the values that we wrote."""
    values = isinstance(error, DataError | IntegrityError)
    return isinstance(error, DatabaseError) and not values


def _plan_alone(appointment: Appointment, now: dt.datetime) -> None:
    try:
        with transaction.atomic():
            _plan(lock_one(appointment.pk), now)
    except Exception as error:
        if _is_the_databases(error):
            raise
        set_aside(appointment=appointment, fault=error)


def _plan(appointments: Collection[Appointment], now: dt.datetime) -> None:
    if not appointments:
        return
    seen = unread_events(appointments)
    backgrounds = backgrounds_of(appointments)
    wanted = {
        appointment.pk: wanted_messages(
            facts_of(appointment, backgrounds[appointment.pk])
        )
        for appointment in appointments
    }
    planned = planned_messages(appointments)
    _insert_missing(appointments, wanted, planned)
    _void_the_rest(appointments, wanted, planned)
    plan_calls(events=seen)
    mark_read(appointments=appointments, events=seen, now=now)


def _insert_missing(
    appointments: Iterable[Appointment], wanted: All, planned: Iterable[Delivery]
) -> None:
    there = {(row.appointment_id, row.sequence, row.key) for row in planned}
    insert_messages(
        messages=[
            Delivery(
                brand_id=appointment.brand_id,
                appointment_id=appointment.pk,
                sequence=appointment.sequence,
                kind=message.name,
                channel=message.channel,
                recipient=message.recipient,
                due_at=message.due_at,
                useless_after=message.useless_after,
            )
            for appointment in appointments
            for message in wanted[appointment.pk]
            if (appointment.pk, appointment.sequence, message.key) not in there
        ]
    )


def _void_the_rest(
    appointments: Iterable[Appointment], wanted: All, planned: Iterable[Delivery]
) -> None:
    """Voids what is not wanted. A message that was voided and is wanted again, in the
    same sequence, is due again: a status may go and come back without the customer
    being told anything else."""
    keys: dict[uuid.UUID | None, set[tuple[int, tuple[str, str, str]]]] = {
        appointment.pk: {
            (appointment.sequence, message.key) for message in wanted[appointment.pk]
        }
        for appointment in appointments
    }
    void, again = [], []
    for row in planned:
        is_wanted = (row.sequence, row.key) in keys[row.appointment_id]
        if row.state == Delivery.State.DUE and not is_wanted:
            void.append(row.pk)
        elif row.problem == NOT_WANTED and is_wanted:
            again.append(row.pk)
    void_messages(ids=void)
    revive_messages(ids=again)
