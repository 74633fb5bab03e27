"""Opening hours of agendas, read in bulk and turned into bits.

`stores.calendar.recurrence` says what hours mean; on the days around a clock change it
is asked itself. On all others the local clock and the bits run alike, and a stretch is
two numbers past the local midnight, which is looked up once per zone and week.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from booking.availability import bits
from stores.calendar.recurrence import Hours, Override, falls_on, instant, stretch
from stores.statements import ask

MINUTE = dt.timedelta(minutes=1)
Midnights = tuple[tuple[dt.date, int, bool], ...]

NO_HOURS: HoursRows = ([], [])
_HOURS = """
SELECT agenda_id, store_id, channels, weekday, starts_at, minutes, every_n_weeks,
       valid_from, valid_until
  FROM stores_workinghours WHERE agenda_id = ANY(%s::bigint[])
 UNION ALL
SELECT agenda_id, store_id, channels, NULL, starts_at, minutes, NULL, day, day
  FROM stores_dayoverride
 WHERE agenda_id = ANY(%s::bigint[]) AND day BETWEEN %s AND %s
"""
_AWAY = """
SELECT agenda_id, floor(date_part('epoch', starts_at - %s) / 300)::int,
       ceil(date_part('epoch', ends_at - %s) / 300)::int
  FROM stores_absence WHERE agenda_id = ANY(%s::bigint[]) AND ends_at > %s
"""


@lru_cache(maxsize=256)
def midnights(base: dt.datetime, zone: zoneinfo.ZoneInfo) -> Midnights:
    """(day, minutes from `base` to its local midnight, whether the clock changes
    within two days of it), of every day whose hours can reach the masks."""
    first = base.date() - dt.timedelta(days=2)
    found = []
    for n in range(bits.DAYS + 4):
        day = first + dt.timedelta(days=n)
        start, end = (
            (instant(day + dt.timedelta(days=n), dt.time(), zone) - base) // MINUTE
            for n in (0, 2)
        )
        found.append((day, start, end - start != 2880 or start % 5 != 0))
    return tuple(found)


@lru_cache(maxsize=256)
def _by_weekday(
    base: dt.datetime, zone: zoneinfo.ZoneInfo, first: dt.date, last: dt.date
) -> tuple[Midnights, ...]:
    days = [row for row in midnights(base, zone) if first <= row[0] <= last]
    return tuple(
        tuple(row for row in days if row[0].weekday() == weekday)
        for weekday in range(7)
    )


def weekly_mask(
    base: dt.datetime,
    hours: Iterable[Hours],
    zone: zoneinfo.ZoneInfo,
    *,
    first: dt.date = dt.date.min,
    last: dt.date = dt.date.max,
    except_days: frozenset[dt.date] = frozenset(),
) -> int:
    """The bits of `open_mask(base, expand(hours, first … last, zone))`."""
    weekdays = _by_weekday(base, zone, first, last)
    mask = 0
    for row in hours:
        for_good = row.valid_from is None and row.valid_until is None
        always = for_good and row.every_n_weeks == 1
        for day, midnight, changes in weekdays[row.weekday]:
            if day in except_days or not (always or falls_on(row, day)):
                continue
            at, length = row.starts_at, row.minutes
            if changes or at.second or at.microsecond:
                mask |= _asked(base, day, at, length, zone)
                continue
            begins = midnight + 60 * at.hour + at.minute
            mask |= bits.span(-(-begins // 5), (begins + length) // 5)
    return mask


@lru_cache(maxsize=4096)
def usual_mask(
    base: dt.datetime,
    hours: tuple[Hours, ...],
    zone: zoneinfo.ZoneInfo,
    except_days: frozenset[dt.date],
) -> int:
    """Keeps `weekly_mask`: most people of a chain work the same hours and share it."""
    return weekly_mask(base, hours, zone, except_days=except_days)


def override_mask(
    base: dt.datetime,
    rows: Iterable[Override],
    zone: zoneinfo.ZoneInfo,
    *,
    except_days: frozenset[dt.date] = frozenset(),
) -> int:
    """The bits of `open_mask(base, expand_overrides(rows, zone))`."""
    mask = 0
    for row in rows:
        if row.starts_at is None or row.minutes is None or row.day in except_days:
            continue
        mask |= _asked(base, row.day, row.starts_at, row.minutes, zone)
    return mask


def _asked(
    base: dt.datetime,
    day: dt.date,
    starts_at: dt.time,
    minutes: int,
    zone: zoneinfo.ZoneInfo,
) -> int:
    period = stretch(day, starts_at, minutes, zone)
    return 0 if period is None else bits.open_mask(base, [period])


class WeeklyRow(NamedTuple):
    """Of a WorkingHours row what opens time; equal rows open the same time."""

    store_id: int
    channels: tuple[str, ...]
    weekday: int
    starts_at: dt.time
    minutes: int
    every_n_weeks: int
    valid_from: dt.date | None
    valid_until: dt.date | None


class UnusualRow(NamedTuple):
    """Of a DayOverride row; without a start it is a day off."""

    store_id: int | None
    channels: tuple[str, ...]
    day: dt.date
    starts_at: dt.time | None
    minutes: int | None


HoursRows = tuple[list[WeeklyRow], list[UnusualRow]]


def hours_rows_of(
    agendas: Sequence[int], first: dt.date, last: dt.date
) -> dict[int, HoursRows]:
    """Agenda id → its weekly hours and the unusual days of first … last; one query."""
    found: dict[int, HoursRows] = {}
    for agenda_id, store_id, channels, weekday, at, minutes, weeks, since, until in ask(
        _HOURS, [list(agendas), list(agendas), first, last]
    ):
        weekly, unusual = found.setdefault(agenda_id, ([], []))
        by = tuple(channels or ())
        if weekday is None:
            unusual.append(UnusualRow(store_id, by, since, at, minutes))
        else:
            weekly.append(
                WeeklyRow(store_id, by, weekday, at, minutes, weeks, since, until)
            )
    return found


def absences_of(agendas: Sequence[int], base: dt.datetime) -> dict[int, int]:
    """Agenda id → the bits of its absences; one query."""
    found: dict[int, int] = {}
    for agenda_id, first, last in ask(_AWAY, [base, base, list(agendas), base]):
        found[agenda_id] = found.get(agenda_id, 0) | bits.span(first, last)
    return found
