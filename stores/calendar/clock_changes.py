"""Changes of a zone's clocks. Pure; asks the zone data only."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass

STEP = dt.timedelta(days=1)
LOOK_AHEAD = dt.timedelta(days=400)


@dataclass(frozen=True)
class ClockChange:
    """`at` is the instant; clocks that showed `before` then show `after`."""

    at: dt.datetime
    before: dt.datetime
    after: dt.datetime

    @property
    def shift(self) -> dt.timedelta:
        """Positive where an hour is lost."""
        return self.after.replace(tzinfo=None) - self.before.replace(tzinfo=None)

    @property
    def monday(self) -> dt.date:
        day = self.after.date()
        return day - dt.timedelta(days=day.weekday())


def next_clock_changes(
    zone: zoneinfo.ZoneInfo, *, after: dt.datetime, count: int = 2
) -> list[ClockChange]:
    """The next changes within 400 days; none where clocks never change."""
    found: list[ClockChange] = []
    at = after.astimezone(dt.UTC).replace(second=0, microsecond=0)
    end = at + LOOK_AHEAD
    while at < end and len(found) < count:
        if _offset(at, zone) != _offset(at + STEP, zone):
            found.append(_change(_turn(at, at + STEP, zone), zone))
        at += STEP
    return found


def _offset(at: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.timedelta:
    return at.astimezone(zone).utcoffset() or dt.timedelta()


def _turn(low: dt.datetime, high: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """The first minute with the new offset, between two instants that differ."""
    before = _offset(low, zone)
    while high - low > dt.timedelta(minutes=1):
        middle = low + (high - low) // 2
        middle -= dt.timedelta(seconds=middle.second, microseconds=middle.microsecond)
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high


def _change(at: dt.datetime, zone: zoneinfo.ZoneInfo) -> ClockChange:
    old = _offset(at - dt.timedelta(minutes=1), zone)
    before = (at + old).replace(tzinfo=dt.timezone(old))
    return ClockChange(at, before, at.astimezone(zone))
