"""Weekly hours and unusual days straight to bits, without an instant for each stretch.

`stores.recurrence` says what hours mean; on the days around a clock change it is asked
itself. On all others the wall and the bits run alike, and a stretch is two numbers
past the local midnight, which is looked up once per zone and week.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from functools import lru_cache

from booking.availability import bits
from stores.recurrence import Hours, Override, falls_on, instant, stretch

MINUTE = dt.timedelta(minutes=1)
Midnights = tuple[tuple[dt.date, int, bool], ...]


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
        always = row.valid_from is row.valid_until is None and row.every_n_weeks == 1
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
    """As `weekly_mask`; most people of a chain work the same hours, and share it."""
    return weekly_mask(base, hours, zone, except_days=except_days)


def unusual_mask(
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
