"""Text messages are money, and mails go to whatever address somebody typed: what a day
may cost, and what one mailbox may get, is counted before each leaves."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import connection, transaction

from booking.models import Appointment
from notifications.errors import DeliveryError
from notifications.kinds import AT_ONCE, Kind, kind_of
from notifications.marks import mark_of
from notifications.models import Delivery, TextCount, TextRule
from notifications.policy import CUSTOMER
from stores.telephone import region_of, takes_texts

logger = logging.getLogger(__name__)

MOST_MAILS, MOST_URGENT_MAILS = 24, 12
"""A day, from one brand to one address: more than the visits of a day can need."""
URGENT = AT_ONCE | {Kind.CANCELLED, Kind.DECLINED}

# The row's lock makes the count exact however many senders take at once.
_TAKE = """
INSERT INTO notifications_textcount AS kept (brand_id, day, scope, subject, taken)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (brand_id, day, scope, subject)
DO UPDATE SET taken = kept.taken + EXCLUDED.taken
 WHERE kept.taken + EXCLUDED.taken <= %s
RETURNING taken
"""


def take_from_budget(
    *,
    delivery: Delivery,
    appointment: Appointment,
    now: dt.datetime,
    segments: int = 1,
) -> None:
    """Counts this message once, at its first try, for brand, network and phone, by its
    segments: each is paid for.

    Raises DeliveryError, for good: `country_refused`, `budget_brand`,
    `budget_network`, `budget_phone`; then nothing was counted. A fenced sender's
    count stays: too few messages rather than too many.
    """
    if delivery.counted_at:
        return
    phone = appointment.customer.phone
    rule = rule_of(delivery.brand_id)
    if region_of(phone) not in rule.countries:
        raise DeliveryError("country_refused", permanent=True)
    scopes = [
        (TextCount.Scope.BRAND, "", rule.per_brand),
        (TextCount.Scope.NETWORK, appointment.network, rule.per_network),
        (TextCount.Scope.PHONE, mark_of(phone), rule.per_phone),
    ]
    with transaction.atomic():
        for scope, subject, most in scopes:  # always in this order: no deadlock
            if scope == TextCount.Scope.NETWORK and not subject:
                continue  # staff booked it, at the counter or on the telephone
            taken = _take(
                delivery.brand_id,
                now.date(),
                scope,
                subject,
                most=most,
                number=segments,
            )
            if taken is None:
                raise DeliveryError(f"budget_{scope}", permanent=True)
            passed = range(taken - segments + 1, taken + 1)
            if scope == TextCount.Scope.BRAND and {most * 4 // 5, most} & set(passed):
                # Once at each mark: whoever pumps must not fill the log as well.
                text = "sms: brand %s: %s of %s messages of today are spent"
                logger.error(text, delivery.brand_id, taken, most)
        Delivery.objects.all_brands().filter(pk=delivery.pk).update(counted_at=now)


def take_from_mailbox(
    *,
    delivery: Delivery,
    appointment: Appointment,
    now: dt.datetime,
    segments: int = 1,
) -> None:
    """Counts this mail once, at its first try, for the address that it goes to. Raises
    DeliveryError, for good: `budget_address`. A cancellation and what happens on the
    day may still leave where other mails have used the budget up."""
    if delivery.counted_at or delivery.recipient != CUSTOMER:
        return
    kind = kind_of(delivery.kind)
    most = MOST_MAILS + (MOST_URGENT_MAILS if kind in URGENT else 0)
    mark = mark_of(appointment.customer.email)
    scope = TextCount.Scope.ADDRESS
    with transaction.atomic():
        if _take(delivery.brand_id, now.date(), scope, mark, most=most) is None:
            raise DeliveryError(f"budget_{scope}", permanent=True)
        Delivery.objects.all_brands().filter(pk=delivery.pk).update(counted_at=now)


def take_for_address(*, brand_id: int, email: str, now: dt.datetime) -> None:
    """Counts a mail that no visit stands behind, for the address that it goes to.
    Raises DeliveryError, for good: `budget_address`."""
    scope, mark = TextCount.Scope.ADDRESS, mark_of(email)
    if _take(brand_id, now.date(), scope, mark, most=MOST_MAILS) is None:
        raise DeliveryError(f"budget_{scope}", permanent=True)


def texts_reach(brand_id: int, phone: str) -> bool:
    """True if the number takes text messages, in a country that the brand writes to."""
    return takes_texts(phone) and region_of(phone) in rule_of(brand_id).countries


def rule_of(brand_id: int) -> TextRule:
    """The brand's own, or the defaults."""
    found = TextRule.objects.all_brands().filter(brand_id=brand_id).first()
    return found or TextRule(brand_id=brand_id)


def _take(
    brand: int, day: dt.date, scope: str, subject: str, *, most: int, number: int = 1
) -> int | None:
    """The new count, or None where it would be above `most`."""
    if most < number:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [brand, day, scope, subject, number, most])
        row = cursor.fetchone()
    return int(row[0]) if row else None
