"""Messages that come back, and sending again once an address is put right."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from booking.models import Appointment, EventKind
from booking.services.contact import PHONE, note_failure
from notifications.channels.return_paths import key_of
from notifications.channels.status_codes import Cause
from notifications.models import Delivery, Refusal, TeamKind
from notifications.occasions import invitation_of
from notifications.policy import CUSTOMER
from notifications.queries import REFUSED, delivery_of_key, plan_again
from notifications.returns.dsn import read_report
from notifications.returns.refusals import note_bounce, refuse
from stores.editing.invitations import note_mail
from stores.models import Invitation

BOUNCED, EXPIRED, NOT_DELIVERED = "bounced", "mail_expired", "not_delivered"
PROBLEMS = {
    Cause.ADDRESS: BOUNCED,
    Cause.US: REFUSED,
    Cause.LATER: EXPIRED,
    Cause.UNKNOWN: EXPIRED,
}
ADDRESS_PROBLEMS = (
    BOUNCED, EXPIRED, NOT_DELIVERED, "recipient_refused", "provider_refuses",
    "address_closed", "relay_ascii_only", REFUSED,
)  # fmt: skip
"""Another address may do better."""


def take_report(*, raw: bytes, recipient: str = "", now: dt.datetime) -> bool:
    """A mail that arrived at the return address; `recipient` is the envelope's, where
    it is known. False for what is no report about one of our messages."""
    report = read_report(raw)
    if report is None:
        return False
    keys = [key_of(address) for address in (recipient, *report.addresses)]
    key = next((key for key in keys if key), None)
    if key is None:
        return False
    if report.is_final:
        take_bounce(key=key, cause=report.cause, now=now)
    return True


def take_bounce(*, key: uuid.UUID, cause: Cause, now: dt.datetime) -> None:
    """The mail of `key` did not arrive. Where its address takes none, what is due goes
    by text message, and the customer's page asks for another; of an invitation the
    page of the person says it. Where the server refuses us, the address stays; many of
    those alarm the operator. Twice is once."""
    delivery = delivery_of_key(key)
    if delivery is None or delivery.channel != Delivery.Channel.EMAIL:
        return
    with transaction.atomic():
        sent = Delivery.objects.all_brands().filter(
            pk=delivery.pk, state=Delivery.State.SENT
        )
        if not sent.update(state=Delivery.State.DEAD, problem=PROBLEMS[cause]):
            return
        appointment = delivery.appointment
        if appointment is None:
            _note_lost_invitation(delivery)
            return
        is_theirs = cause == Cause.ADDRESS and delivery.recipient == CUSTOMER
        if is_theirs and not _has_moved_on(appointment, delivery):
            note_bounce(appointment=appointment, now=now)


def _note_lost_invitation(delivery: Delivery) -> None:
    """The person's page says that it did not arrive."""
    if delivery.kind == TeamKind.INVITATION:
        invitation = invitation_of(delivery)
        if invitation is not None:
            note_mail(invitation, Invitation.Mail.FAILED)


def take_complaint(*, key: uuid.UUID, now: dt.datetime) -> None:
    """The reader called it spam: no reminders any more, as if unsubscribed."""
    delivery = delivery_of_key(key)
    if delivery is None or delivery.recipient != CUSTOMER:
        return
    customer = delivery.appointment.customer if delivery.appointment else None
    if customer and customer.email:
        refuse(
            brand_id=delivery.brand_id,
            channel=Delivery.Channel.EMAIL,
            address=customer.email,
            reason=Refusal.Reason.UNSUBSCRIBED,
            now=now,
        )


def note_lost_text(*, delivery: Delivery, now: dt.datetime) -> None:
    """No telephone took it."""
    appointment = delivery.appointment
    if appointment and not _has_moved_on(appointment, delivery):
        note_failure(customer=appointment.customer, channel=PHONE, now=now)


def _has_moved_on(appointment: Appointment, delivery: Delivery) -> bool:
    """The address that it went to is not the customer's any more."""
    changes = appointment.events.filter(kind=EventKind.CONTACT_CHANGED)
    since = delivery.sent_at or delivery.created_at
    return changes.filter(occurred_at__gte=since).exists()


def send_again(*, appointment: Appointment, now: dt.datetime) -> int:
    """Makes due again, under new keys, what failed by its address and is still of use:
    for a provider it is another message. The planner drops what is not wanted."""
    with transaction.atomic():
        rows = appointment.deliveries.filter(
            sequence=appointment.sequence,
            recipient=CUSTOMER,
            state__in=[Delivery.State.DEAD, Delivery.State.VOID],
            problem__in=ADDRESS_PROBLEMS,
            useless_after__gt=now,
        )
        found = list(rows.select_for_update(no_key=True))
        for row in found:
            row.state, row.problem, row.tries = Delivery.State.DUE, "", 0
            row.provider_key, row.provider_reference = uuid.uuid4(), ""
            row.lease_until = row.sent_at = row.counted_at = row.delivered_at = None
        Delivery.objects.all_brands().bulk_update(
            found,
            [
                "state", "problem", "tries", "provider_key", "provider_reference",
                "lease_until", "sent_at", "counted_at", "delivered_at",
            ],
        )  # fmt: skip
        plan_again(appointment)
    return len(found)
