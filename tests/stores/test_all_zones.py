"""Every zone that there is, on every day on which its clocks change, for five years.

The oracle knows no "fold" and no expansion: it finds the instants at which a zone's
offset changes by looking at the offset alone, and turns a wall time into an instant by
trying both offsets. The bits that the search counts with are compared as well.
"""

import bisect
import datetime as dt
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from booking.availability import bits as free_time
from booking.availability.hours import weekly_mask
from stores.calendar.periods import Period
from stores.calendar.recurrence import expand

FIRST, YEARS = 2026, 5
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
NAMED = ("Europe/Paris", "Indian/Reunion", "America/Martinique", "Pacific/Noumea")


@dataclass
class Weekly:
    weekday: int
    starts_at: dt.time
    minutes: int
    every_n_weeks: int = 1
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


HOURS = [(0, 1440), (90, 60), (120, 30), (150, 90), (60, 150), (540, 600), (1320, 480)]
"""(minute of the day, minutes): whole days, hours in and around the change, a shop's
day, a night."""


def offset_at(moment: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


@cache
def changes(name: str) -> tuple[dt.datetime, ...]:
    """The first instants at which a new offset holds, to the minute, by halving."""
    zone = zoneinfo.ZoneInfo(name)
    at = dt.datetime(FIRST, 1, 1, tzinfo=dt.UTC)
    end = at.replace(year=FIRST + YEARS)
    found = []
    while at < end:
        after = at + 5 * DAY
        if offset_at(at, zone) != offset_at(after, zone):
            low, high = at, after
            while high - low > MINUTE:
                middle = low + (high - low) // MINUTE // 2 * MINUTE
                if offset_at(middle, zone) == offset_at(at, zone):
                    low = middle
                else:
                    high = middle
            found.append(high)
        at = after
    return tuple(found)


def instant_of(wall: dt.datetime, name: str) -> dt.datetime:
    """RFC 5545 §3.3.5 without folds: the first instant that shows the wall time; where
    none does, the wall time by the offset that held before."""
    zone = zoneinfo.ZoneInfo(name)
    known, guess = changes(name), wall.replace(tzinfo=dt.UTC)
    around = bisect.bisect(known, guess + DAY) - 1
    near = known[around] if around >= 0 and known[around] > guess - 2 * DAY else guess
    before, after = offset_at(near - MINUTE, zone), offset_at(near, zone)
    shown = sorted(
        guess - offset
        for offset in (before, after)
        if offset_at(guess - offset, zone) == offset
    )
    return shown[0] if shown else guess - before


def expected(name: str, day: dt.date, minute: int, minutes: int) -> list[Period]:
    wall = dt.datetime.combine(day, dt.time()) + minute * MINUTE
    start, end = instant_of(wall, name), instant_of(wall + minutes * MINUTE, name)
    return [Period(start, end)] if end > start else []


def days_around(change: dt.datetime, zone: zoneinfo.ZoneInfo) -> list[dt.date]:
    middle = change.astimezone(zone).date()
    return [middle + n * DAY for n in (-1, 0, 1)]


def rows() -> Iterator[tuple[int, int, dt.time]]:
    for minute, minutes in HOURS:
        yield minute, minutes, dt.time(minute // 60, minute % 60)


def faults(name: str) -> tuple[int, list[str]]:
    """How many stretches were compared, and which are wrong."""
    zone, wrong, compared = zoneinfo.ZoneInfo(name), [], 0
    for change in changes(name):
        base = free_time.base_of(change - 7 * DAY)
        for day in days_around(change, zone):
            for minute, minutes, at in rows():
                row = Weekly(day.weekday(), at, minutes)
                right = expected(name, day, minute, minutes)
                compared += 1
                if list(expand([row], [day], zone)) != right:
                    wrong.append(f"{name} {day} {at} + {minutes}")
                bits = weekly_mask(base, [row], zone, first=day, last=day)
                if bits != free_time.open_mask(base, right):
                    wrong.append(f"bits of {name} {day} {at} + {minutes}")
    return compared, wrong


def test_no_zone_has_a_wrong_stretch_on_a_day_of_change() -> None:
    names = sorted(zoneinfo.available_timezones())
    compared, wrong = 0, []
    for name in names:
        count, found = faults(name)
        compared += count
        wrong += found
    assert not wrong, wrong[:10]
    assert len(names) > 400
    assert compared > 20_000


@pytest.mark.parametrize("name", NAMED)
def test_the_zones_of_france_by_name(name: str) -> None:
    """Paris changes twice a year, the islands never: there each day has 24 hours."""
    zone = zoneinfo.ZoneInfo(name)
    assert len(changes(name)) == (2 * YEARS if name == "Europe/Paris" else 0)
    days = [dt.date(FIRST, 1, 1) + n * DAY for n in range(YEARS * 365)]
    whole = [Weekly(n, dt.time(), 1440) for n in range(7)]
    lengths = [(p.end - p.start) // HOUR for p in expand(whole, days, zone)]
    odd = {n: lengths.count(n) for n in (23, 25)}
    assert odd == ({23: YEARS, 25: YEARS} if changes(name) else {23: 0, 25: 0})
    assert lengths.count(24) == len(days) - sum(odd.values())
    for day in days[:: 7 if changes(name) else 30]:
        for minute, minutes, at in rows():
            row = Weekly(day.weekday(), at, minutes)
            right = expected(name, day, minute, minutes)
            assert list(expand([row], [day], zone)) == right


def test_the_golden_table_of_paris() -> None:
    """Written by hand from the calendar of 2027: 28 March and 31 October."""
    golden = {
        (dt.date(2027, 3, 28), 90, 60): ("00:30", "01:30"),
        (dt.date(2027, 3, 28), 120, 30): ("01:00", "01:30"),
        (dt.date(2027, 3, 28), 180, 60): ("01:00", "02:00"),
        (dt.date(2027, 10, 31), 90, 60): ("23:30", "00:30"),
        (dt.date(2027, 10, 31), 120, 60): ("00:00", "02:00"),
        (dt.date(2027, 10, 31), 540, 60): ("08:00", "09:00"),
    }
    paris = zoneinfo.ZoneInfo("Europe/Paris")
    for (day, minute, minutes), shown in golden.items():
        row = Weekly(day.weekday(), dt.time(minute // 60, minute % 60), minutes)
        (period,) = expand([row], [day], paris)
        found = (f"{period.start:%H:%M}", f"{period.end:%H:%M}")
        assert found == shown, day
