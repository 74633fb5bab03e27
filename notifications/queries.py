"""Questions to the database about messages; nothing else here writes `.objects`."""

from __future__ import annotations

import datetime as dt
import uuid

from booking.models import (
    Actor,
    Appointment,
    AppointmentEvent,
    Customer,
    EventKind,
)
from booking.states import Status
from notifications.channels.sms import sends_texts
from notifications.marks import marks_of
from notifications.models import Delivery, Refusal, TextCount
from notifications.numbers import is_mobile
from notifications.policy import NEWS, Facts, Happened, Kind

LEASE = "60 seconds"
STOPPED = (Delivery.Channel.SMS, Refusal.Reason.STOPPED)
BOUNCED = (Delivery.Channel.EMAIL, Refusal.Reason.BOUNCED)
UNSUBSCRIBED = (Delivery.Channel.EMAIL, Refusal.Reason.UNSUBSCRIBED)
LOOK_AHEAD = 100
"""More than other planners can have locked at any moment."""

# One statement claims one row: a second worker skips it while it is locked, and finds
# it leased once it is not. `lease_until` also holds back a row that failed.
_CLAIM = f"""
UPDATE notifications_delivery
SET state = 'sending', tries = tries + 1,
    lease_until = statement_timestamp() + interval '{LEASE}'
WHERE id = (
    SELECT id FROM notifications_delivery
    WHERE due_at <= %s AND state IN ('due', 'sending')
      AND (lease_until IS NULL OR lease_until < statement_timestamp())
    ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING *
"""  # noqa: S608 - the only thing put in is the constant above


def claim_delivery(now: dt.datetime) -> Delivery | None:
    """The next row due at `now`, leased by the database's clock, or None."""
    found = list(Delivery.objects.all_brands().raw(_CLAIM, [now]))
    return found[0] if found else None


def lock_unplanned() -> Appointment | None:
    """An appointment with unrelayed events, its row locked in the transaction of the
    caller; None when there is none, or only what others have locked."""
    # Two questions, so that each is answered by one small index however many visits
    # there have been; the first alone is what an idle poll costs.
    events = AppointmentEvent.objects.all_brands().unrelayed()
    waiting = list(events.values_list("appointment", flat=True)[:LOOK_AHEAD])
    if not waiting:
        return None
    rows = Appointment.objects.all_brands().filter(pk__in=waiting)
    locked = rows.select_for_update(skip_locked=True, no_key=True, of=("self",))
    return next(iter(locked.select_related("customer")[:1]), None)


def appointment_to_tell(appointment_id: uuid.UUID) -> Appointment:
    """With all that a message prints, as it is now."""
    rows = Appointment.objects.all_brands().with_people()
    return rows.get(pk=appointment_id)


def facts_of(appointment: Appointment) -> Facts:
    """The appointment as the policy sees it (two queries, and one where it needs)."""
    rows = appointment.events.filter(sequence=appointment.sequence).order_by("id")
    events = list(rows.only("kind", "occurred_at", "actor"))
    began = events[0] if events else None
    happened: dict[EventKind, Happened] = {}
    for event in events:
        before = happened.get(EventKind(event.kind))
        number = before.number + 1 if before else 1
        happened[EventKind(event.kind)] = Happened(number, event.occurred_at)
    customer, refused = appointment.customer, _refusals(appointment)
    return Facts(
        status=Status(appointment.status),
        sequence=appointment.sequence,
        change=EventKind(began.kind) if began else EventKind.BOOKED,
        told_at=began.occurred_at if began else appointment.created_at,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        zone=appointment.zone,
        has_email=bool(customer.email) and BOUNCED not in refused,
        has_mobile=sends_texts()
        and is_mobile(customer.phone)
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
    )


def _refusals(appointment: Appointment) -> set[tuple[str, str]]:
    """Channel and reason of what this customer's addresses refuse."""
    customer = appointment.customer
    marks = [
        *marks_of(customer.email),
        *marks_of(customer.phone),
        *marks_of(bounce_address(customer)),
    ]
    rows = Refusal.objects.all_brands().filter(
        brand_id=appointment.brand_id, mark__in=marks
    )
    return set(rows.values_list("channel", "reason"))


def bounce_address(customer: Customer) -> str:
    """Of this customer only, and only while they have this address."""
    return f"{customer.pk} {customer.email}"


def plan_again(appointment: Appointment) -> None:
    """The planner will look at it once more, though nothing happened to it."""
    last = appointment.events.order_by("-id").values("pk")[:1]
    appointment.events.filter(pk__in=last).update(relayed_at=None)


def delivery_of_key(key: uuid.UUID) -> Delivery | None:
    return Delivery.objects.all_brands().filter(provider_key=key).first()


def brands_that_texted(phone: str) -> list[int]:
    """The brands whose text messages this number got."""
    rows = TextCount.objects.all_brands().filter(
        scope=TextCount.Scope.PHONE, subject__in=marks_of(phone)
    )
    return sorted(set(rows.values_list("brand_id", flat=True)))


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
    return last is not None and last.kind not in (Kind.CANCELLED, Kind.MISSED)
