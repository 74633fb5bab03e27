"""Counts the messages of days that are over, as `booking.reports` counts their visits,
and of the same days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum

from booking.models import DayFacts
from notifications.models import DeliveryFacts
from stores.models import Brand, Store

AGAIN = 7
"""Days written again each night: a mail may come back days later."""

DELIVERIES = """
INSERT INTO notifications_deliveryfacts (brand_id, store_id, day, channel, sent, dead)
SELECT %(brand)s, store_id, day, channel,
    count(*) FILTER (WHERE state = 'sent'), count(*) FILTER (WHERE state = 'dead')
FROM (
    SELECT visit.store_id, delivery.channel, delivery.state,
        (visit.starts_at AT TIME ZONE visit.time_zone)::date AS day
    FROM booking_appointment visit
    JOIN notifications_delivery delivery ON delivery.appointment_id = visit.id
    WHERE visit.brand_id = %(brand)s AND NOT visit.is_trial
    AND visit.starts_at >= %(from)s AND visit.starts_at < %(until)s
    AND delivery.state IN ('sent', 'dead') AND delivery.channel <> 'webhook'
) AS delivery
WHERE day BETWEEN %(first)s AND %(last)s
GROUP BY GROUPING SETS ((store_id, day, channel), (day, channel))
"""


def write_message_facts(*, brand: Brand, first: dt.date, last: dt.date) -> None:
    """Writes the days from `first` to `last` in place of what stood there."""
    window = (first - dt.timedelta(days=1), last + dt.timedelta(days=2))
    since, until = (dt.datetime.combine(day, dt.time(), dt.UTC) for day in window)
    facts: dict[str, Any] = {
        "brand": brand.pk,
        "first": first,
        "last": last,
        "from": since,
        "until": until,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        rows = DeliveryFacts.objects.for_brand(brand)
        rows.filter(day__gte=first, day__lte=last).delete()
        cursor.execute(DELIVERIES, facts)


def write_due_message_facts() -> int:
    """Follows the facts of visits; the number of brands written."""
    written = 0
    for brand in Brand.objects.filter(active=True).order_by("pk"):
        of_visits = DayFacts.objects.for_brand(brand).order_by("-day").first()
        known = DeliveryFacts.objects.for_brand(brand).order_by("-day").first()
        if of_visits is None or (known is not None and known.day >= of_visits.day):
            continue
        last, since = of_visits.day, of_visits.day - dt.timedelta(days=AGAIN - 1)
        if known is not None:
            since = min(since, known.day + dt.timedelta(days=1))
        write_message_facts(brand=brand, first=since, last=last)
        written += 1
    return written


def messages_of(
    brand: Brand, stores: Sequence[Store] | None, first: dt.date, last: dt.date
) -> list[tuple[str, int, int]]:
    """By channel, how many were sent and how many never arrived; `stores` None: of the
    whole brand."""
    rows = DeliveryFacts.objects.for_brand(brand).filter(day__gte=first, day__lte=last)
    if stores is None:
        rows = rows.filter(store__isnull=True)
    else:
        rows = rows.filter(store__in=[store.pk for store in stores])
    found = rows.values("channel").annotate(all_sent=Sum("sent"), all_dead=Sum("dead"))
    return [
        (row["channel"], row["all_sent"], row["all_dead"])
        for row in found.order_by("channel")
    ]
