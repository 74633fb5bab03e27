"""One message that has just been claimed: ask again, send, mark."""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import Error as DatabaseError

from booking.models import Appointment
from notifications.channels.base import Channel, Handed
from notifications.channels.email import ASCII_ONLY
from notifications.content.rendering import OwnTexts, render
from notifications.errors import DeliveryError
from notifications.models import Delivery
from notifications.outbox.claims import Ending, Stamp, settle
from notifications.outbox.planned import NOT_WANTED
from notifications.outbox.text_budget import take_from_budget, take_from_mailbox
from notifications.policy import CUSTOMER, wanted_messages
from notifications.queries import (
    Background,
    appointments_to_tell,
    backgrounds_of,
    facts_of,
    own_texts_of,
)
from notifications.returns.refusals import note_bounce
from notifications.webhooks import body
from notifications.webhooks.endpoints import note_attempt

logger = logging.getLogger(__name__)

BACK_OFF = (
    dt.timedelta(minutes=1),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=15),
    dt.timedelta(minutes=60),
)
TAKE_FROM = {
    Delivery.Channel.SMS: take_from_budget,
    Delivery.Channel.EMAIL: take_from_mailbox,
}
MOST_TRIES = 8
BOUNCES = {"recipient_refused", ASCII_ONLY}
"""The customer's page asks for another address."""


class Result(StrEnum):
    SENT = "sent"
    VOID = "void"
    RETRY = "retry"
    DEAD = "dead"
    FENCED = "fenced"


@dataclass(frozen=True)
class Read:
    """An appointment with all that a message needs, as it was when it was read."""

    appointment: Appointment
    background: Background
    own: OwnTexts = field(default_factory=dict)

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.appointment.version, self.background.last_event)


def read_many(deliveries: Iterable[Delivery]) -> dict[uuid.UUID, Read]:
    """Reads what many messages need, in five queries; by appointment. The texts of the
    brands are among it, so that a changed one is in all that is still to be sent."""
    appointments = appointments_to_tell(row.appointment_id for row in deliveries)
    backgrounds = backgrounds_of(appointments.values())
    brands = {one.brand_id for one in appointments.values()}
    own = own_texts_of(brands)
    return {
        pk: Read(appointment, backgrounds[pk], own.get(appointment.brand_id, {}))
        for pk, appointment in appointments.items()
    }


def send_claimed(
    delivery: Delivery, read: Read, *, channel: Channel, now: dt.datetime
) -> Result:
    """Sends it. The caller has claimed it and knows that `read` is up to date."""
    if delivery.tries > MOST_TRIES:  # its senders died each time
        logger.error("delivery %s: given up, gave_up", delivery.pk)
        return _settle(delivery, Result.DEAD, Ending(Delivery.State.DEAD, "gave_up"))
    try:
        problem = _why_not(delivery, read, now)
        if problem:
            return _settle(delivery, Result.VOID, Ending(Delivery.State.VOID, problem))
        handed = _hand_over(delivery, read, channel, now)
    except DeliveryError as error:
        is_theirs = delivery.recipient == CUSTOMER
        if error.code in BOUNCES and error.permanent and is_theirs:
            note_bounce(appointment=read.appointment, now=now)
        return _fail(delivery, error)
    except DatabaseError:
        raise
    except Exception as error:  # one bad row must not stop the others
        # The class only: the words of an error may hold a person's.
        logger.error("delivery %s: %s", delivery.pk, type(error).__name__)
        return _fail(delivery, DeliveryError(f"fault_{type(error).__name__}"[:80]))
    ending = Ending(
        Delivery.State.SENT, sent_at=now, reference=handed.reference, cost=handed.cost
    )
    return _settle(delivery, Result.SENT, ending)


def _hand_over(
    delivery: Delivery, read: Read, channel: Channel, now: dt.datetime
) -> Handed:
    appointment = read.appointment
    if delivery.channel == Delivery.Channel.WEBHOOK:
        return _call(delivery, appointment, channel, now)
    message = render(delivery, appointment, now=now, own=read.own)
    take = TAKE_FROM[Delivery.Channel(delivery.channel)]
    segments = message.segments
    take(delivery=delivery, appointment=appointment, now=now, segments=segments)
    return channel.send(message)


def _call(
    delivery: Delivery, appointment: Appointment, channel: Channel, now: dt.datetime
) -> Handed:
    """Each try stands in the endpoint's log, with its answer and its time."""
    message = body.message_for(delivery, appointment)
    began, status, problem = time.monotonic(), None, "fault"
    try:
        handed = channel.send(message)
        status, problem = int(handed.reference), ""
    except DeliveryError as error:
        status, problem = error.status, error.code
        raise
    finally:
        took = time.monotonic() - began
        note_attempt(
            delivery=delivery, status=status, problem=problem, took=took, now=now
        )
    return handed


def _why_not(delivery: Delivery, read: Read, now: dt.datetime) -> str:
    """Asked between claim and sending; empty when it may be sent."""
    if delivery.channel == Delivery.Channel.WEBHOOK:
        return body.why_not(delivery, now)
    if delivery.sequence != read.appointment.sequence:
        return "superseded"
    facts = facts_of(read.appointment, read.background)
    if delivery.key not in {message.key for message in wanted_messages(facts)}:
        by_email = delivery.channel == Delivery.Channel.EMAIL
        is_open = facts.has_email if by_email else facts.has_mobile
        return NOT_WANTED if is_open else "address_closed"
    return "too_late" if now >= delivery.useless_after else ""


def _fail(delivery: Delivery, error: DeliveryError) -> Result:
    logger.warning("delivery %s: %s at try %s", delivery.pk, error.code, delivery.tries)
    if error.permanent or delivery.tries >= MOST_TRIES:
        logger.error("delivery %s: given up, %s", delivery.pk, error.code)
        return _settle(delivery, Result.DEAD, Ending(Delivery.State.DEAD, error.code))
    pause = BACK_OFF[min(delivery.tries, len(BACK_OFF)) - 1]
    ending = Ending(Delivery.State.DUE, error.code, rest=pause)
    return _settle(delivery, Result.RETRY, ending)


def _settle(delivery: Delivery, result: Result, ending: Ending) -> Result:
    """Write the end of this try, if this try still holds the row."""
    return result if settle(delivery, ending) else Result.FENCED
