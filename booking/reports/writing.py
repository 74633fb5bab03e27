"""Writes the facts of days that are over.

The last days are written again each night: an outcome may be noted the day after. A
brand is one transaction of a few statements for each batch of stores; nothing that a
customer waits for takes its locks.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from booking.models import DayFacts, EventKind, HourFacts
from booking.queries import agenda_hours_of, agenda_id, staff_of_store
from booking.stages import CALL_WINDOW
from booking.states import CANCELLED
from stores.calendar.periods import Period
from stores.calendar.recurrence import instant
from stores.models import Brand, Store

ON_TIME = dt.timedelta(minutes=5)
AGAIN, FURTHEST = 9, 35
"""Days written each night, for a visit may be rated for a week; and at most where
nights were missed."""
HOUR = dt.timedelta(hours=1)

DAYS = """
INSERT INTO booking_dayfacts (brand_id, store_id, topic_id, channel, day, due, kept,
    on_time, missed_by_customer, missed_by_staff, cancelled_by_customer,
    cancelled_by_store, switched, minutes, done, rated, scores)
SELECT %(brand)s, store_id, topic_id, channel, day,
    count(*) FILTER (WHERE NOT is_off),
    count(*) FILTER (WHERE NOT is_off AND began IS NOT NULL),
    count(*) FILTER (WHERE NOT is_off AND began <= starts_at + CASE channel
        WHEN 'callback' THEN %(call_window)s ELSE %(on_time)s END),
    count(*) FILTER (WHERE status = 'missed_by_customer'),
    count(*) FILTER (WHERE status = 'missed_by_staff'),
    count(*) FILTER (WHERE status = 'cancelled_by_customer'),
    count(*) FILTER (WHERE status IN ('cancelled_by_store', 'declined')),
    count(*) FILTER (WHERE NOT is_off AND is_switched),
    coalesce(sum(extract(epoch FROM ends_at - starts_at) / 60)
        FILTER (WHERE NOT is_off), 0),
    count(*) FILTER (WHERE status = 'done'),
    count(score) FILTER (WHERE status = 'done'),
    coalesce(sum(score) FILTER (WHERE status = 'done'), 0)
FROM (
    SELECT visit.*, rating.score, visit.status = ANY(%(off)s) AS is_off,
        (visit.starts_at AT TIME ZONE visit.time_zone)::date AS day,
        CASE WHEN visit.status IN ('done', 'in_progress') THEN least(visit.started_at,
            (SELECT min(made_at) FROM booking_callattempt attempt
             WHERE attempt.appointment_id = visit.id)) END AS began,
        visit.channel = 'callback' AND EXISTS (
            SELECT FROM booking_appointmentevent event
            WHERE event.appointment_id = visit.id
            AND event.kind = ANY(%(switches)s)) AS is_switched
    FROM booking_appointment visit
    LEFT JOIN booking_visitrating rating ON rating.appointment_id = visit.id
    WHERE visit.brand_id = %(brand)s AND NOT visit.is_trial
    AND visit.starts_at >= %(from)s AND visit.starts_at < %(until)s
    AND visit.status <> 'requested'
) AS visit
WHERE day BETWEEN %(first)s AND %(last)s
GROUP BY GROUPING SETS ((store_id, topic_id, channel, day), (topic_id, channel, day))
"""
DEMAND = """
SELECT store_id, day, hour, count(*) FROM (
    SELECT store_id, (starts_at AT TIME ZONE time_zone)::date AS day,
        extract(hour FROM starts_at AT TIME ZONE time_zone)::int AS hour
    FROM booking_appointment
    WHERE brand_id = %(brand)s AND NOT is_trial AND starts_at >= %(from)s
    AND starts_at < %(until)s AND status <> 'requested' AND status <> ALL(%(off)s)
) AS visit
WHERE day BETWEEN %(first)s AND %(last)s
GROUP BY store_id, day, hour
"""


def write_due_facts(*, now: dt.datetime) -> int:
    """Writes what is missing of each brand, and the last days again; the number of
    days written. A day is over when it is over everywhere."""
    last = (now - dt.timedelta(hours=36)).date()
    written = 0
    for brand in Brand.objects.filter(active=True).order_by("pk"):
        rows = HourFacts.objects.for_brand(brand).filter(store__isnull=True)
        known = rows.aggregate(day=Max("day"))["day"]
        if known == last:
            continue
        first = last - dt.timedelta(days=AGAIN - 1)
        if known is not None:
            # The last days of then, too: outcomes were noted since.
            first = min(first, known - dt.timedelta(days=AGAIN - 2))
        first = max(first, last - dt.timedelta(days=FURTHEST))
        written += write_facts(brand=brand, first=first, last=last)
    return written


def write_facts(*, brand: Brand, first: dt.date, last: dt.date) -> int:
    """Writes the days from `first` to `last` in place of what stood there."""
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    # Days of all zones: from a day before in Samoa to a day after in Hawaii.
    window = (first - dt.timedelta(days=1), last + dt.timedelta(days=2))
    since, until = (dt.datetime.combine(day, dt.time(), dt.UTC) for day in window)
    facts: dict[str, Any] = {
        "brand": brand.pk,
        "first": first,
        "last": last,
        "from": since,
        "until": until,
        "off": [status.value for status in CANCELLED],
        "switches": [EventKind.CHANNEL_CHANGED, EventKind.BECAME_CALLBACK],
        "call_window": CALL_WINDOW,
        "on_time": ON_TIME,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for model in (DayFacts, HourFacts):
            rows = model.objects.for_brand(brand)
            rows.filter(day__gte=first, day__lte=last).delete()
        cursor.execute(DAYS, facts)
        cursor.execute(DEMAND, facts)
        hours = _hours(brand, days, cursor.fetchall())
        HourFacts.objects.bulk_create(hours, batch_size=2000)
    return len(days)


def _hours(
    brand: Brand,
    days: Sequence[dt.date],
    demanded: Iterable[tuple[int, dt.date, int, int]],
) -> Iterator[HourFacts]:
    """For each store and hour in which somebody came or was there, and for all stores
    together."""
    demand = {(store, day, hour): number for store, day, hour, number in demanded}
    whole: dict[tuple[dt.date, int], list[int]] = defaultdict(lambda: [0, 0])
    # A day without anybody is known, too.
    whole |= {(day, 0): [0, 0] for day in days}
    for store in Store.objects.for_brand(brand).order_by("pk"):
        store.brand = brand
        present = _present(store, days)
        asked = {
            (day, hour)
            for day in days
            for hour in range(24)
            if (store.pk, day, hour) in demand
        }
        for key in sorted(asked | present.keys()):
            came, there = demand.get((store.pk, *key), 0), present.get(key, 0)
            whole[key][0] += came
            whole[key][1] += there
            yield _row(brand, store, key, (came, there))
    for key, (came, there) in sorted(whole.items()):
        yield _row(brand, None, key, (came, there))


def _row(
    brand: Brand,
    store: Store | None,
    key: tuple[dt.date, int],
    found: tuple[int, int],
) -> HourFacts:
    (day, hour), (came, there) = key, found
    return HourFacts(
        brand=brand, store=store, day=day, hour=hour, demand=came, present=there
    )


def _present(store: Store, days: Sequence[dt.date]) -> dict[tuple[dt.date, int], int]:
    """Minutes of people by local day and hour, absences taken off. Seven queries."""
    agendas = [
        agenda_id(member)
        for member in staff_of_store(store, days)
        if getattr(member, "agenda", None)
    ]
    if not agendas:
        return {}
    start = instant(days[0], dt.time(), store.zone)
    end = instant(days[-1] + dt.timedelta(days=1), dt.time(), store.zone)
    hours = agenda_hours_of(agendas, store=store, days=days, window=Period(start, end))
    minutes: dict[tuple[dt.date, int], int] = defaultdict(int)
    for agenda in hours.values():
        away = [Period(row.starts_at, row.ends_at) for row in agenda.away]
        for period in agenda.opened:
            for piece in _without(period, away):
                _add(minutes, piece, store)
    wanted = set(days)
    return {key: number for key, number in minutes.items() if key[0] in wanted}


def _without(period: Period, away: Sequence[Period]) -> Iterator[Period]:
    start = period.start
    for gap in sorted(away, key=lambda one: one.start):
        if gap.end <= start or gap.start >= period.end:
            continue
        if gap.start > start:
            yield Period(start, gap.start)
        start = max(start, gap.end)
    if start < period.end:
        yield Period(start, period.end)


def _add(minutes: dict[tuple[dt.date, int], int], period: Period, store: Store) -> None:
    """Hour by hour of the local clock: an hour that it repeats counts twice."""
    at = period.start
    while at < period.end:
        local = at.astimezone(store.zone)
        past = dt.timedelta(minutes=local.minute, seconds=local.second)
        upto = min(period.end, at + HOUR - past)
        minutes[local.date(), local.hour] += int((upto - at).total_seconds() // 60)
        at = upto
