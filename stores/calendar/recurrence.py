"""From hours in a zone to instants: the only place where zones turn into time.

Pure: rows are read, nothing is queried. Wall-clock times that a clock change skips or
repeats are read as RFC 5545 §3.3.5 says: a skipped one by the offset before the
change, a repeated one as the first of the two. Both ends follow the same rule, so
stretches that touch on the clock touch in time.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Iterator
from typing import Protocol

from stores.calendar.periods import Period


class Hours(Protocol):
    """The fields of a WorkingHours row that an expansion reads."""

    @property
    def weekday(self) -> int: ...
    @property
    def starts_at(self) -> dt.time: ...
    @property
    def minutes(self) -> int: ...
    @property
    def every_n_weeks(self) -> int: ...
    @property
    def valid_from(self) -> dt.date | None: ...
    @property
    def valid_until(self) -> dt.date | None: ...


def instant(day: dt.date, wall: dt.time, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """That local time of that local day, in UTC."""
    return dt.datetime.combine(day, wall, zone).astimezone(dt.UTC)


def stretch(
    day: dt.date, starts_at: dt.time, minutes: int, zone: zoneinfo.ZoneInfo
) -> Period | None:
    """The local start and as many minutes of the local clock: 00:00 + 1440 is the whole
    local day, of 23, 24 or 25 hours. None where a clock change leaves nothing."""
    naive_end = dt.datetime.combine(day, starts_at) + dt.timedelta(minutes=minutes)
    start = instant(day, starts_at, zone)
    end = instant(naive_end.date(), naive_end.time(), zone)
    return Period(start, end) if end > start else None


class Override(Protocol):
    """The fields of a DayOverride row that an expansion reads; no start is a day
    off."""

    @property
    def day(self) -> dt.date: ...
    @property
    def starts_at(self) -> dt.time | None: ...
    @property
    def minutes(self) -> int | None: ...


def falls_on(hours: Hours, day: dt.date) -> bool:
    """True if the row opens on that local day."""
    if day.weekday() != hours.weekday:
        return False
    if hours.valid_from and day < hours.valid_from:
        return False
    if hours.valid_until and day > hours.valid_until:
        return False
    if hours.every_n_weeks == 1 or hours.valid_from is None:
        return True
    anchor = _monday(hours.valid_from)
    return (_monday(day) - anchor).days // 7 % hours.every_n_weeks == 0


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def expand(
    hours: Iterable[Hours],
    days: Iterable[dt.date],
    zone: zoneinfo.ZoneInfo,
    *,
    except_days: frozenset[dt.date] = frozenset(),
) -> Iterator[Period]:
    """The stretches that begin on the days given, save those on `except_days`.

    Hours that begin the evening before and cross midnight stay: an override or a
    closure of a day replaces what begins on it.
    """
    by_weekday: dict[int, list[Hours]] = {}
    for row in hours:
        by_weekday.setdefault(row.weekday, []).append(row)
    for day in days:
        if day in except_days:
            continue
        for row in by_weekday.get(day.weekday(), ()):
            if falls_on(row, day):
                period = stretch(day, row.starts_at, row.minutes, zone)
                if period is not None:
                    yield period


def expand_overrides(
    rows: Iterable[Override],
    zone: zoneinfo.ZoneInfo,
    *,
    except_days: frozenset[dt.date] = frozenset(),
) -> Iterator[Period]:
    """Expands unusual days to periods, save those on `except_days`."""
    for row in rows:
        if row.starts_at is None or row.minutes is None or row.day in except_days:
            continue
        period = stretch(row.day, row.starts_at, row.minutes, zone)
        if period is not None:
            yield period
