"""Addresses that want no messages, or take none."""

from __future__ import annotations

import datetime as dt

from booking.models import Appointment
from booking.services.contact import EMAIL, note_failure
from notifications.marks import mark_of, marks_of
from notifications.models import Delivery, Refusal
from notifications.queries import bounce_address, plan_again


def refuse(
    *,
    brand_id: int,
    channel: str,
    address: str,
    reason: Refusal.Reason,
    now: dt.datetime,
) -> None:
    """Written once; a second time changes nothing."""
    Refusal.objects.get_or_create(
        brand_id=brand_id,
        channel=channel,
        mark=mark_of(address),
        reason=reason,
        defaults={"created_at": now},
    )


def allow_texts(*, brand_id: int, phone: str) -> None:
    """The number takes its STOP back."""
    Refusal.objects.all_brands().filter(
        brand_id=brand_id, mark__in=marks_of(phone), reason=Refusal.Reason.STOPPED
    ).delete()


def unsubscribe_from_reminders(*, appointment: Appointment, now: dt.datetime) -> None:
    """No reminder by e-mail any more, of any visit booked with this address. What
    changes a visit is still told: that is no advertisement."""
    if appointment.customer.email:
        refuse(
            brand_id=appointment.brand_id,
            channel=Delivery.Channel.EMAIL,
            address=appointment.customer.email,
            reason=Refusal.Reason.UNSUBSCRIBED,
            now=now,
        )


def note_bounce(*, appointment: Appointment, now: dt.datetime) -> None:
    """This customer's mail was refused for good: what is due goes by text message
    where there is a number. Who books again is tried again."""
    refuse(
        brand_id=appointment.brand_id,
        channel=Delivery.Channel.EMAIL,
        address=bounce_address(appointment.customer),
        reason=Refusal.Reason.BOUNCED,
        now=now,
    )
    note_failure(customer=appointment.customer, channel=EMAIL, now=now)
    plan_again(appointment)
