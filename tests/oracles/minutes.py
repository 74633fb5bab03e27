"""The naive oracle of the search: minute by minute, for one adviser at a time.

It takes hours as `stores.calendar.recurrence` turns them into instants (which has its
own oracle) and knows of bits only that open time is rounded inward and taken time
outward to five minutes. It reads all rows of a world; nothing is cached or grouped.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

from booking.models import Occupancy
from stores.calendar.periods import Period
from stores.calendar.recurrence import expand, expand_overrides, instant
from stores.models import (
    Absence,
    Agenda,
    Closure,
    Competence,
    DayOverride,
    Offer,
    Posting,
    StaffMember,
    Store,
    Topic,
    WorkingHours,
)

EPOCH = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
DAY, FIVE = dt.timedelta(days=1), dt.timedelta(minutes=5)


def minute_of(moment: dt.datetime) -> int:
    return (moment - EPOCH) // dt.timedelta(minutes=1)


def inward(period: Period) -> range:
    first = -((EPOCH - period.start) // FIVE) * 5
    return range(first, (period.end - EPOCH) // FIVE * 5)


def outward(start: dt.datetime, end: dt.datetime) -> range:
    return range((start - EPOCH) // FIVE * 5, -((EPOCH - end) // FIVE) * 5)


def starts_of(
    offer: Offer, store: Store, member: StaffMember, *, now: dt.datetime
) -> list[dt.datetime]:
    """Every start with that adviser, from `now` to the offer's horizon."""
    free = _open_minutes(offer, store, member, now, offer.horizon)
    free -= _taken(member.agenda, now)
    free -= _kept(offer, store, member, now)
    things = [
        (agenda.resource.kind, _taken(agenda, now))
        for agenda in Agenda.objects.filter(
            resource__store=store, resource__active=True
        ).select_related("resource")
        if agenda.resource
    ]
    full = _full_days(offer, store, member.agenda)
    before = -(-offer.buffer_before // 5) * 5
    after = -(-(offer.duration + offer.buffer_after) // 5) * 5
    earliest = now + dt.timedelta(minutes=offer.minimum_notice)
    latest = now + dt.timedelta(days=offer.horizon)
    found = []
    for minute in sorted(m for m in free if m % 5 == 0):
        at = EPOCH + dt.timedelta(minutes=minute)
        local = at.astimezone(store.zone)
        if not earliest <= at <= latest or at <= now or local.date() in full:
            continue
        if (60 * local.hour + local.minute) % offer.step:
            continue
        need = range(minute - before, minute + after)
        if all(m in free for m in need) and _has_things(offer, things, need):
            found.append(at)
    return found


def _open_minutes(
    offer: Offer, store: Store, member: StaffMember, now: dt.datetime, horizon: int
) -> set[int]:
    """Hours of the channel at the store, without closed days, absences, or days on
    which the adviser is not posted; nobody's who does not know the topic by it."""
    knows = Competence.objects.filter(staff_member=member, topic=offer.topic_id)
    posted = Posting.objects.filter(staff_member=member, store=store).first()
    if posted is None or not any(c.covers(offer.channel) for c in knows):
        return set()
    today = now.astimezone(store.zone).date()
    days = [today + n * DAY for n in range(-2, horizon + 4)]
    closed = _closed(store, days)
    here = {"agenda": member.agenda, "store": store}
    by_channel = {**here, "channels__contains": [offer.channel]}
    unusual = DayOverride.objects.filter(agenda=member.agenda)
    replaced = frozenset(row.day for row in unusual)
    periods = [
        *expand(
            WorkingHours.objects.filter(**by_channel),
            days,
            store.zone,
            except_days=closed | replaced,
        ),
        *expand_overrides(
            DayOverride.objects.filter(**by_channel), store.zone, except_days=closed
        ),
    ]
    minutes = {minute for period in periods for minute in inward(period)}
    for away in Absence.objects.filter(agenda=member.agenda):
        minutes -= set(outward(away.starts_at, away.ends_at))
    if posted.valid_from:
        first = minute_of(instant(posted.valid_from, dt.time(), store.zone))
        minutes = {m for m in minutes if m >= first}
    if posted.valid_until:
        last = minute_of(instant(posted.valid_until + DAY, dt.time(), store.zone))
        minutes = {m for m in minutes if m < last}
    return minutes


def _kept(
    offer: Offer, store: Store, member: StaffMember, now: dt.datetime
) -> set[int]:
    """The minutes that other topics keep of that adviser, if the offer's keeps none:
    their first starts of each day, one after another, with nothing booked."""
    keeping = Topic.objects.filter(brand=store.brand, kept_starts__gt=0, active=True)
    if keeping.filter(pk=offer.topic_id).exists():
        return set()
    local = now.astimezone(store.zone)
    since = local.date() + (DAY if local.time() >= dt.time(10) else 0 * DAY)
    freed = minute_of(instant(since, dt.time(), store.zone))
    kept: set[int] = set()
    for topic in keeping:
        visits = [
            visit
            for rule in _rules(topic, store)
            for visit in _visits(rule, store, member, now, offer.horizon)
        ]
        kept |= _one_after_another(visits, topic.kept_starts)
    return {minute for minute in kept if minute >= freed}


def _one_after_another(
    visits: list[tuple[dt.date, int, range]], count: int
) -> set[int]:
    kept, end = set[int](), 0
    for day in sorted({day for day, _, _ in visits}):
        for _ in range(count):
            ahead = [
                (at, -len(need), need)
                for known, at, need in visits
                if known == day and need.start >= end
            ]
            if ahead:
                _, _, need = min(ahead, key=lambda one: one[:2])
                kept |= set(need)
                end = need.stop
    return kept


def _rules(topic: Topic, store: Store) -> list[Offer]:
    rows = Offer.objects.filter(topic=topic, retired=False)
    own = {row.channel: row for row in rows.filter(store=store)}
    brands = {row.channel: row for row in rows.filter(store=None)}
    return [row for row in (brands | own).values() if row.active]


def _visits(
    rule: Offer, store: Store, member: StaffMember, now: dt.datetime, horizon: int
) -> list[tuple[dt.date, int, range]]:
    """(local day, start, all that it takes) of each visit that the hours would hold.
    What lies before the Monday of the search is taken for what its first minute is."""
    opened = _open_minutes(rule, store, member, now, horizon)
    monday = now.date() - now.weekday() * DAY
    first = minute_of(dt.datetime.combine(monday, dt.time(), dt.UTC))
    opened = {minute for minute in opened if minute >= first}
    if first in opened:
        opened |= set(range(first - 24 * 60, first))
    before = -(-rule.buffer_before // 5) * 5
    after = -(-(rule.duration + rule.buffer_after) // 5) * 5
    found = []
    for minute in sorted(m for m in opened if m % 5 == 0):
        local = (EPOCH + dt.timedelta(minutes=minute)).astimezone(store.zone)
        need = range(minute - before, minute + after)
        on_grid = (60 * local.hour + local.minute) % rule.step == 0
        if on_grid and all(m in opened for m in need):
            found.append((local.date(), minute, need))
    return found


def _closed(store: Store, days: list[dt.date]) -> frozenset[dt.date]:
    return frozenset(
        day
        for row in Closure.objects.filter(brand=store.brand)
        if row.store_id in (None, store.pk) and row.region_id in (None, store.region_id)
        for day in days
        if row.first_day <= day <= row.last_day
    )


def _taken(agenda: Agenda, now: dt.datetime) -> set[int]:
    rows = Occupancy.objects.filter(agenda=agenda, active=True).select_related("hold")
    return {
        minute
        for row in rows
        if row.hold is None or row.hold.expires_at > now
        for minute in outward(row.starts_at, row.ends_at)
    }


def _has_things(offer: Offer, things: list[tuple[str, set[int]]], need: range) -> bool:
    """Enough of each kind, the same things for the whole visit."""
    there = Counter(kind for kind, taken in things if not taken.intersection(need))
    return not Counter(offer.resource_kinds) - there


def _full_days(offer: Offer, store: Store, agenda: Agenda) -> set[dt.date]:
    if offer.daily_ceiling is None:
        return set()
    rows = Occupancy.objects.filter(agenda=agenda, active=True)
    counts = Counter(
        row.starts_at.astimezone(store.zone).date()
        for row in rows.select_related("hold", "appointment")
        for what in [row.hold or row.appointment]
        if what and (what.topic_id, what.channel) == (offer.topic_id, offer.channel)
    )
    return {day for day, count in counts.items() if count >= offer.daily_ceiling}
