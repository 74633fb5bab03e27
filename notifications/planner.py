"""From events to due deliveries: what is due becomes what the policy wants."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from booking.models import Appointment
from notifications.models import Delivery
from notifications.policy import Wanted, wanted_messages
from notifications.queries import facts_of, lock_unplanned
from notifications.services.webhooks import plan_calls

NOT_WANTED = "not_wanted"


def plan_next(*, now: dt.datetime) -> bool:
    """Plan one appointment with unrelayed events; False when none is left.

    It reads the present state and never what an event says, so any number of
    planners, in any order and again, leave the same deliveries. An event written
    meanwhile stays unrelayed and brings the appointment back.
    """
    with transaction.atomic():
        appointment = lock_unplanned()
        if appointment is None:
            return False
        seen = list(appointment.events.unrelayed())
        wanted = wanted_messages(facts_of(appointment))
        _insert_missing(appointment, wanted)
        _void_the_rest(appointment, wanted)
        plan_calls(events=seen)
        read = [event.pk for event in seen]
        appointment.events.filter(pk__in=read).update(relayed_at=now)
    return True


def _insert_missing(appointment: Appointment, wanted: frozenset[Wanted]) -> None:
    """Those that are there already, in whatever state, are left as they are."""
    appointment.deliveries.bulk_create(
        [
            Delivery(
                brand_id=appointment.brand_id,
                appointment=appointment,
                sequence=appointment.sequence,
                kind=message.name,
                channel=message.channel,
                recipient=message.recipient,
                due_at=message.due_at,
                useless_after=message.useless_after,
            )
            for message in wanted
        ],
        ignore_conflicts=True,
    )


def _void_the_rest(appointment: Appointment, wanted: frozenset[Wanted]) -> None:
    """A row that is being sent is not touched: its sender asks again before sending.

    What was voided because it was not wanted and is wanted again, in the same
    sequence, is due again: a status may go and come back without the customer being
    told anything else.
    """
    keys = {message.key for message in wanted}
    void, again = [], []
    messages = appointment.deliveries.exclude(channel=Delivery.Channel.WEBHOOK)
    for row in messages.exclude(state=Delivery.State.SENT):
        is_wanted = row.sequence == appointment.sequence and row.key in keys
        if row.state == Delivery.State.DUE and not is_wanted:
            void.append(row.pk)
        elif row.problem == NOT_WANTED and is_wanted:
            again.append(row.pk)
    rows = appointment.deliveries
    if void:
        rows.filter(pk__in=void, state=Delivery.State.DUE).update(
            state=Delivery.State.VOID, problem=NOT_WANTED
        )
    if again:
        rows.filter(pk__in=again, state=Delivery.State.VOID).update(
            state=Delivery.State.DUE, problem=""
        )
