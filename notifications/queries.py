"""Questions to the database about messages; nothing else here writes `.objects`."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models.functions import Now
from django.utils import timezone

from booking.after.recovery import call_promised_until
from booking.models import (
    Actor,
    Appointment,
    AppointmentEvent,
    Customer,
    EventKind,
)
from booking.promises.calls import call_owed
from booking.states import Outcome, Status
from booking.wishes.answering import offers_of
from notifications.channels.sms import sends_texts
from notifications.facts import Happened, MessageFacts
from notifications.kinds import CALLED_OFF, NEWS, Kind
from notifications.marks import marks_of
from notifications.models import (
    Delivery,
    MessageText,
    Refusal,
    TextCount,
)
from notifications.models.message_text import Text
from notifications.policy import ALARMS
from stores.models import Membership
from stores.queries import managers_of
from stores.telephone import takes_texts

STOPPED = (Delivery.Channel.SMS, Refusal.Reason.STOPPED)
BOUNCED = (Delivery.Channel.EMAIL, Refusal.Reason.BOUNCED)
UNSUBSCRIBED = (Delivery.Channel.EMAIL, Refusal.Reason.UNSUBSCRIBED)
REFUSED = "mail_refused"
"""The problem of a mail whose server refused us, not its address."""
PROMISED = EventKind.RECOVERY_PROMISED
MEMBER = "member-"
"""A recipient of the staff is named by the id of the membership."""


@dataclass(frozen=True)
class Background:
    """The facts of an appointment besides its row: the events of its present sequence,
    oldest first, and what its customer's addresses refuse."""

    events: Sequence[AppointmentEvent]
    last_event: int | None
    refused: Collection[tuple[str, str]]


def appointments_to_tell(
    appointment_ids: Iterable[uuid.UUID],
) -> dict[uuid.UUID, Appointment]:
    """With all that a message prints, as they are now; two queries for any number."""
    rows = Appointment.objects.all_brands().with_people().prefetch_related("links")
    return {row.pk: row for row in rows.filter(pk__in=set(appointment_ids))}


def backgrounds_of(
    appointments: Iterable[Appointment],
) -> dict[uuid.UUID, Background]:
    """Two queries for any number of appointments."""
    visits = {appointment.pk: appointment for appointment in appointments}
    rows = AppointmentEvent.objects.all_brands().filter(appointment__in=visits)
    events: dict[uuid.UUID, list[AppointmentEvent]] = {pk: [] for pk in visits}
    for event in rows.only(*_TOLD_OF_EVENTS).order_by("id"):
        events[event.appointment_id].append(event)
    refused = _refusals(visits.values())
    return {
        pk: Background(
            [event for event in events[pk] if event.sequence == appointment.sequence],
            events[pk][-1].pk if events[pk] else None,
            refused[pk],
        )
        for pk, appointment in visits.items()
    }


_TOLD_OF_EVENTS = ("appointment_id", "kind", "occurred_at", "actor", "sequence")


def facts_of(
    appointment: Appointment, background: Background | None = None
) -> MessageFacts:
    """The appointment as the policy sees it: what was not read before is read now."""
    if background is None:
        background = backgrounds_of([appointment])[appointment.pk]
    events, refused = background.events, background.refused
    began = events[0] if events else None
    happened = _happened(events)
    customer = appointment.customer
    owed = _call_owed(appointment, began)
    return MessageFacts(
        status=Status(appointment.status),
        sequence=appointment.sequence,
        change=EventKind(began.kind) if began else EventKind.BOOKED,
        told_at=began.occurred_at if began else appointment.created_at,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        zone=appointment.zone,
        has_email=bool(customer.email) and BOUNCED not in refused,
        has_mobile=sends_texts()
        and takes_texts(customer.phone)
        and STOPPED not in refused,
        wants_reminders=UNSUBSCRIBED not in refused,
        by_customer=began is None or began.actor == Actor.Kind.CUSTOMER,
        is_known=began is not None and _is_known(appointment, began),
        happened=happened,
        delay=dt.timedelta(minutes=appointment.delay_minutes),
        delay_was_told=EventKind.DELAYED in happened and _delay_was_told(appointment),
        next_try_at=_next_try(appointment)
        if EventKind.CALL_TRIED in happened
        else None,
        channel=appointment.channel,
        ended_badly=appointment.outcome == Outcome.TECHNICAL,
        managers=_managers(appointment) if ALARMS & happened.keys() or owed else (),
        call_owed=owed,
        hour_offered=_hour_offered(appointment)
        if EventKind.HOUR_OFFERED in happened
        else None,
        talk_until=call_promised_until(appointment) if PROMISED in happened else None,
    )


def _happened(events: Iterable[AppointmentEvent]) -> dict[EventKind, Happened]:
    found: dict[EventKind, Happened] = {}
    for event in events:
        before = found.get(EventKind(event.kind))
        number = before.number + 1 if before else 1
        found[EventKind(event.kind)] = Happened(number, event.occurred_at)
    return found


def planned_messages(appointments: Iterable[Appointment]) -> list[Delivery]:
    """All of every sequence and state, but for calls of webhooks and what somebody
    asked for."""
    rows = Delivery.objects.all_brands().filter(appointment__in=appointments)
    return list(rows.exclude(channel=Delivery.Channel.WEBHOOK).exclude(kind=Kind.LINK))


def _refusals(
    appointments: Iterable[Appointment],
) -> dict[uuid.UUID, set[tuple[str, str]]]:
    """Channel and reason of what the customers' addresses refuse; one query."""
    found: dict[uuid.UUID, set[tuple[str, str]]] = {}
    marks: dict[tuple[int, str], list[uuid.UUID]] = {}
    for appointment in appointments:
        found[appointment.pk] = set()
        customer = appointment.customer
        for address in (customer.email, customer.phone, bounce_address(customer)):
            for mark in marks_of(address):
                marks.setdefault((appointment.brand_id, mark), []).append(
                    appointment.pk
                )
    rows = Refusal.objects.all_brands().filter(
        brand__in={brand for brand, _ in marks},
        channel__in=[Delivery.Channel.EMAIL, Delivery.Channel.SMS],
        mark__in={mark for _, mark in marks},
    )
    for brand, mark, channel, reason in rows.values_list(
        "brand_id", "mark", "channel", "reason"
    ):
        for pk in marks.get((brand, mark), ()):
            found[pk].add((channel, reason))
    return found


def bounce_address(customer: Customer) -> str:
    """Of this customer only, and only while they have this address."""
    return f"{customer.pk} {customer.email}"


@dataclass(frozen=True)
class Oldest:
    """The message that has been due for longest, and for how many seconds."""

    pk: int
    channel: str
    problem: str
    age: float


def oldest_due() -> Oldest | None:
    """By the clocks of the database and of this machine. What waits between two tries
    counts too; the index of what waits answers."""
    waiting = Delivery.objects.all_brands().filter(
        state__in=[Delivery.State.DUE, Delivery.State.SENDING], due_at__lte=Now()
    )
    row = waiting.order_by("due_at").first()
    if row is None:
        return None
    age = (timezone.now() - row.due_at).total_seconds()
    return Oldest(row.pk, row.channel, row.problem, age)


def refused_mails(since: dt.datetime) -> int:
    """Counts the mails due since then that were refused because of us, at once or by a
    report."""
    dead = Delivery.objects.all_brands().filter(state=Delivery.State.DEAD)
    problems = [REFUSED, "message_refused", "sender_refused"]
    return dead.filter(due_at__gte=since, problem__in=problems).count()


def plan_again(appointment: Appointment) -> None:
    """The planner will look at it once more, though nothing happened to it."""
    last = appointment.events.order_by("-id").values("pk")[:1]
    appointment.events.filter(pk__in=last).update(relayed_at=None)


def delivery_of_key(key: uuid.UUID) -> Delivery | None:
    return Delivery.objects.all_brands().filter(provider_key=key).first()


def customers_with(brand_id: int, phone: str) -> list[Customer]:
    """Those of the brand who gave this number, and were not erased."""
    rows = Customer.objects.all_brands().filter(brand_id=brand_id, phone=phone)
    return list(rows.exclude(phone="").filter(erased_at=None))


def brands_that_texted(phone: str) -> list[int]:
    """The brands whose text messages this number got."""
    rows = TextCount.objects.all_brands().filter(
        scope=TextCount.Scope.PHONE, subject__in=marks_of(phone)
    )
    return sorted(set(rows.values_list("brand_id", flat=True)))


def _call_owed(
    appointment: Appointment, began: AppointmentEvent | None
) -> tuple[dt.datetime, dt.datetime] | None:
    """Half of its time and its end; asks only of what has become a callback."""
    if began is None or began.kind != EventKind.BECAME_CALLBACK:
        return None
    owed = call_owed(appointment)
    return (owed.half_at, owed.due_at) if owed else None


def _hour_offered(
    appointment: Appointment,
) -> tuple[dt.datetime, dt.datetime] | None:
    latest = next(iter(offers_of(appointment)), None)
    return (latest.told_at, latest.ends_at) if latest and not latest.answer else None


def _delay_was_told(appointment: Appointment) -> bool:
    return appointment.deliveries.filter(
        state__in=[Delivery.State.SENT, Delivery.State.SENDING],
        sequence=appointment.sequence,
        kind__startswith=Kind.DELAYED,
    ).exists()


def _next_try(appointment: Appointment) -> dt.datetime | None:
    last = appointment.call_attempts.order_by("number").last()
    return last.next_try_at if last else None


def _is_known(appointment: Appointment, began: AppointmentEvent) -> bool:
    """Reopened, and the last news that left, or may be leaving, was no cancellation."""
    if began.kind != EventKind.REOPENED:
        return False
    told = [*NEWS, Kind.MISSED]
    last = (
        appointment.deliveries.filter(
            state__in=[Delivery.State.SENT, Delivery.State.SENDING],
            sequence__lt=appointment.sequence,
            kind__in=told,
        )
        .order_by("sequence", "due_at")
        .last()
    )
    return last is not None and last.kind not in CALLED_OFF | {Kind.MISSED}


def _managers(appointment: Appointment) -> tuple[str, ...]:
    return tuple(f"{MEMBER}{row.pk}" for row in managers_of(appointment.store))


def member_of(delivery: Delivery) -> Membership | None:
    """The member of the brand it is for; None for a customer, or one who has left."""
    number = delivery.recipient.removeprefix(MEMBER)
    rows = Membership.objects.all_brands().filter(brand=delivery.brand_id)
    rows = rows.filter(user__is_active=True).select_related("user")
    return rows.filter(pk=number).first() if number.isdecimal() else None


def own_texts_of(brands: Iterable[int]) -> dict[int, dict[Text, MessageText]]:
    """By brand and text, those that replace the product's. One query."""
    return MessageText.objects.all_brands().in_place(brands)
