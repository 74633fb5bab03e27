"""A zone's clock changes as a VTIMEZONE (RFC 5545, 3.6.5), one part for each change.

Found by looking at each day: the library's own search looks every two months and
passes over the five weeks in which Morocco turns its clocks back.
"""

from __future__ import annotations

import datetime as dt
import functools
import zoneinfo
from collections.abc import Iterator

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vUTCOffset

DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)


@functools.lru_cache(maxsize=128)
def vtimezone(key: str, first_year: int, last_year: int) -> Timezone:
    """Right from the first day of one year to the last of the other. Shared between
    callers, who must not change it; about 2 ms a zone, the first time."""
    zone = zoneinfo.ZoneInfo(key)
    start = dt.datetime(first_year, 1, 1, tzinfo=dt.UTC) - DAY
    end = dt.datetime(last_year + 1, 1, 1, tzinfo=dt.UTC) + DAY
    made = Timezone()
    made.add("tzid", key)
    made.add_component(_part(start.astimezone(zone), start.astimezone(zone)))
    for change in _changes(zone, start, end):
        before = (change - SECOND).astimezone(zone)
        made.add_component(_part(before, change.astimezone(zone)))
    return made


@functools.lru_cache(maxsize=128)
def written_vtimezone(key: str, first_year: int, last_year: int) -> bytes:
    """As it stands in a file. Writing it takes longer than all the rest of one."""
    body: bytes = vtimezone(key, first_year, last_year).to_ical()
    return body


def _changes(
    zone: zoneinfo.ZoneInfo, start: dt.datetime, end: dt.datetime
) -> Iterator[dt.datetime]:
    """The first instant of each new offset or name."""
    day = start
    while day < end:
        low, high = day, day + DAY
        if _rule(zone, low) != _rule(zone, high):
            while high - low > SECOND:
                middle = low + (high - low) // 2 // SECOND * SECOND
                same = _rule(zone, middle) == _rule(zone, low)
                low, high = (middle, high) if same else (low, middle)
            yield high
        day += DAY


def _rule(
    zone: zoneinfo.ZoneInfo, moment: dt.datetime
) -> tuple[dt.timedelta, str | None]:
    local = moment.astimezone(zone)
    return _offset(local), local.tzname()


def _part(
    before: dt.datetime, after: dt.datetime
) -> TimezoneDaylight | TimezoneStandard:
    """DTSTART is the hour that the clocks would have shown without the change."""
    part = TimezoneDaylight() if after.dst() else TimezoneStandard()
    old, new = _offset(before), _offset(after)
    part.add("dtstart", after.astimezone(dt.UTC).replace(tzinfo=None) + old)
    part.add("tzoffsetfrom", vUTCOffset(old))
    part.add("tzoffsetto", vUTCOffset(new))
    part.add("tzname", after.tzname())
    return part


def _offset(moment: dt.datetime) -> dt.timedelta:
    return moment.utcoffset() or dt.timedelta(0)
