"""Sending what is due, one row at a time: claim, ask again, send, mark.

At least once towards the server, with one key per delivery; a message is lost by no
crash. The lease keeps other senders away while one sends; `tries` is the fence that
keeps a sender whose lease ran out from marking what another took over.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from django.db import Error as DatabaseError
from django.db.models.functions import Now
from django.utils import timezone

from booking.models import Appointment
from notifications.channels.base import Channel
from notifications.channels.email import EmailChannel
from notifications.channels.sms import SmsChannel
from notifications.errors import DeliveryError
from notifications.models import Delivery
from notifications.planner import NOT_WANTED, plan_next
from notifications.policy import wanted_messages
from notifications.queries import appointment_to_tell, claim_delivery, facts_of
from notifications.rendering import render
from notifications.services.refusals import note_bounce
from notifications.services.text_budget import take_from_budget

logger = logging.getLogger(__name__)

CHANNELS: Mapping[str, Channel] = {
    Delivery.Channel.EMAIL: EmailChannel(),
    Delivery.Channel.SMS: SmsChannel(),
}
BACK_OFF = (
    dt.timedelta(minutes=1),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=15),
    dt.timedelta(minutes=60),
)
MOST_TRIES = 8
BOUNCE = "recipient_refused"


class Result(StrEnum):
    SENT = "sent"
    VOID = "void"
    RETRY = "retry"
    DEAD = "dead"
    FENCED = "fenced"


@dataclass
class Swept:
    """What one sweep did."""

    planned: int = 0
    sent: int = 0
    void: int = 0
    retry: int = 0
    dead: int = 0
    fenced: int = 0

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


def sweep(*, limit: int = 100, now: dt.datetime | None = None) -> Swept:
    """Plan what has happened, then send what is due: at most `limit` of each.

    Any number may run at once, on any host. `now` stands still when given.
    """
    done = Swept()
    while done.planned < limit and plan_next(now=now or timezone.now()):
        done.planned += 1
    for _ in range(limit):
        result = deliver_next(now=now or timezone.now())
        if result is None:
            break
        setattr(done, result, getattr(done, result) + 1)
    return done


def deliver_next(
    *, now: dt.datetime, channels: Mapping[str, Channel] = CHANNELS
) -> Result | None:
    """Send one delivery due at `now`; None when none is due. Needs autocommit: the
    claim must be committed before the message leaves."""
    delivery = claim_delivery(now)
    if delivery is None:
        return None
    if delivery.tries > MOST_TRIES:  # its senders died each time
        return _settle(delivery, Result.DEAD, Delivery.State.DEAD, "gave_up")
    appointment = appointment_to_tell(delivery.appointment_id)
    problem = _why_not(delivery, appointment, now)
    if problem:
        return _settle(delivery, Result.VOID, Delivery.State.VOID, problem)
    try:
        message = render(delivery, appointment, now=now)
        if delivery.channel == Delivery.Channel.SMS:
            take_from_budget(delivery=delivery, appointment=appointment, now=now)
        handed = channels[delivery.channel].send(message)
    except DeliveryError as error:
        if error.code == BOUNCE and error.permanent:
            note_bounce(appointment=appointment, now=now)
        return _fail(delivery, error)
    except DatabaseError:
        raise
    except Exception as error:  # one bad row must not stop the others
        # The class only: the words of an error may hold a person's.
        logger.error("delivery %s: %s", delivery.pk, type(error).__name__)
        return _fail(delivery, DeliveryError(f"fault_{type(error).__name__}"[:80]))
    return _settle(
        delivery, Result.SENT, Delivery.State.SENT,
        sent_at=now, provider_reference=handed.reference, cost=handed.cost,
    )  # fmt: skip


def _why_not(delivery: Delivery, appointment: Appointment, now: dt.datetime) -> str:
    """Asked between claim and sending; empty when it may be sent."""
    if delivery.sequence != appointment.sequence:
        return "superseded"
    facts = facts_of(appointment)
    if delivery.key not in {message.key for message in wanted_messages(facts)}:
        by_email = delivery.channel == Delivery.Channel.EMAIL
        is_open = facts.has_email if by_email else facts.has_mobile
        return NOT_WANTED if is_open else "address_closed"
    return "too_late" if now >= delivery.useless_after else ""


def _fail(delivery: Delivery, error: DeliveryError) -> Result:
    logger.warning("delivery %s: %s at try %s", delivery.pk, error.code, delivery.tries)
    if error.permanent or delivery.tries >= MOST_TRIES:
        return _settle(delivery, Result.DEAD, Delivery.State.DEAD, error.code)
    pause = BACK_OFF[min(delivery.tries, len(BACK_OFF)) - 1]
    return _settle(
        delivery,
        Result.RETRY,
        Delivery.State.DUE,
        error.code,
        lease_until=Now() + pause,
    )


def _settle(
    delivery: Delivery,
    result: Result,
    state: Delivery.State,
    problem: str = "",
    **also: object,
) -> Result:
    """Write the end of this try, if this try still holds the row."""
    held = Delivery.objects.all_brands().filter(
        pk=delivery.pk, tries=delivery.tries, state=Delivery.State.SENDING
    )
    written = held.update(state=state, problem=problem, **{"lease_until": None} | also)
    return result if written else Result.FENCED
