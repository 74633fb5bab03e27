"""A visit as the subject of a message: read with what it needs, asked again, sent."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from booking.models import Appointment
from booking.states import CANCELLED
from notifications.channels.base import Channel, Handed
from notifications.content.rendering import OwnTexts, render
from notifications.errors import DeliveryError
from notifications.facts import MessageFacts
from notifications.kinds import Kind
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

TAKE_FROM = {
    Delivery.Channel.SMS: take_from_budget,
    Delivery.Channel.EMAIL: take_from_mailbox,
}


@dataclass(frozen=True)
class Read:
    """An appointment with all that a message needs, as it was when it was read."""

    appointment: Appointment
    background: Background
    own: OwnTexts = field(default_factory=dict)

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.appointment.version, self.background.last_event)

    def why_not(self, delivery: Delivery, now: dt.datetime) -> str:
        if delivery.channel == Delivery.Channel.WEBHOOK:
            return body.why_not(delivery, now)
        if delivery.sequence != self.appointment.sequence:
            return "superseded"
        facts = facts_of(self.appointment, self.background)
        by_email = delivery.channel == Delivery.Channel.EMAIL
        is_open = facts.has_email if by_email else facts.has_mobile
        if not self._is_wanted(delivery, facts) or (
            not is_open and _is_asked(delivery)
        ):
            return NOT_WANTED if is_open else "address_closed"
        return "too_late" if now >= delivery.useless_after else ""

    def _is_wanted(self, delivery: Delivery, facts: MessageFacts) -> bool:
        """A link that was asked for is wanted while there is something to open."""
        if _is_asked(delivery):
            return self.appointment.status not in CANCELLED
        return delivery.key in {message.key for message in wanted_messages(facts)}

    def hand_over(
        self, delivery: Delivery, channel: Channel, now: dt.datetime
    ) -> Handed:
        appointment = self.appointment
        if delivery.channel == Delivery.Channel.WEBHOOK:
            return _call(delivery, appointment, channel, now)
        message = render(delivery, appointment, now=now, own=self.own)
        take = TAKE_FROM[Delivery.Channel(delivery.channel)]
        segments = message.segments
        take(delivery=delivery, appointment=appointment, now=now, segments=segments)
        return channel.send(message)

    def note_refused(self, delivery: Delivery, now: dt.datetime) -> None:
        if delivery.recipient == CUSTOMER:
            note_bounce(appointment=self.appointment, now=now)

    def settle(self, delivery: Delivery, ending: Ending) -> bool:
        return settle(delivery, ending)


def _is_asked(delivery: Delivery) -> bool:
    return delivery.kind == Kind.LINK


def read_many(deliveries: Iterable[Delivery]) -> dict[uuid.UUID, Read]:
    """Reads what many messages need, in five queries; by appointment. The texts of the
    brands are among it, so that a changed one is in all that is still to be sent."""
    wanted = [row.appointment_id for row in deliveries if row.appointment_id]
    appointments = appointments_to_tell(wanted)
    backgrounds = backgrounds_of(appointments.values())
    brands = {one.brand_id for one in appointments.values()}
    own = own_texts_of(brands)
    return {
        pk: Read(appointment, backgrounds[pk], own.get(appointment.brand_id, {}))
        for pk, appointment in appointments.items()
    }


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
