"""Instants by which a store can promise something: its next noons and evenings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from booking.queries import agenda_hours_of, agenda_id, staff_of_store
from stores.calendar.periods import Period
from stores.calendar.recurrence import instant
from stores.models import Store

HOURS = (dt.time(12), dt.time(18))
WORK_BEFORE = dt.timedelta(hours=2)
"""Somebody is there within this time before a deadline, or it is none."""

LOOK_AHEAD = 14
SUNDAY = 6


def next_deadlines(store: Store, now: dt.datetime, *, count: int) -> list[dt.datetime]:
    """The first noons and evenings of the days after today on which somebody of the
    store works before them, in UTC. Today's are never among them: who is told of it has
    a working day's notice. Where no hours are known, the noon of the next weekday. Five
    queries."""
    found = _deadlines(store, now, first=1)
    return [at for at, _ in zip(found, range(count), strict=False)] or [
        _next_weekday(store, now)
    ]


def next_evening(store: Store, now: dt.datetime) -> dt.datetime:
    """The first evening of a working day that is more than an hour away, also
    today's."""
    later = now + dt.timedelta(hours=1)
    for at in _deadlines(store, now, first=0):
        if at > later and at.astimezone(store.zone).time() == HOURS[-1]:
            return at
    return _next_weekday(store, now)


def _deadlines(store: Store, now: dt.datetime, *, first: int) -> Iterator[dt.datetime]:
    today = now.astimezone(store.zone).date()
    days = [today + dt.timedelta(days=n) for n in range(first, LOOK_AHEAD + 1)]
    team = [agenda_id(member) for member in staff_of_store(store, days)]
    window = Period(
        instant(days[0], dt.time(), store.zone),
        instant(days[-1], HOURS[-1], store.zone),
    )
    hours = agenda_hours_of(team, store=store, days=days, window=window)
    opened = [period for known in hours.values() for period in known.opened]
    for day in days:
        for hour in HOURS:
            at = instant(day, hour, store.zone)
            before = Period(at - WORK_BEFORE, at)
            if any(period.overlaps(before) for period in opened):
                yield at


def _next_weekday(store: Store, now: dt.datetime) -> dt.datetime:
    day = now.astimezone(store.zone).date() + dt.timedelta(days=1)
    if day.weekday() == SUNDAY:
        day += dt.timedelta(days=1)
    return instant(day, HOURS[0], store.zone)
