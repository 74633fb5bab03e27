"""Hours in which people may be written to, on the clock of the appointment's zone."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from booking.instants import EVENING, MORNING, morning_after

AWAKE_BEFORE = dt.timedelta(hours=1)


def day_before(starts_at: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """The same local hour one date earlier, which is 23, 24 or 25 hours before
    where the clocks change. An hour that the day before skips becomes the next that
    exists; of an hour that it has twice, the first."""
    local = starts_at.astimezone(zone).replace(fold=0)
    return (local - dt.timedelta(days=1)).astimezone(dt.UTC)


def when_awake(
    due_at: dt.datetime,
    *,
    zone: zoneinfo.ZoneInfo,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
) -> dt.datetime:
    """That time, or the end of the quiet hours that it falls into: the morning, or an
    hour before the visit where that is earlier."""
    stir = starts_at - AWAKE_BEFORE
    hour = due_at.astimezone(zone).hour
    if MORNING <= hour < EVENING or stir <= due_at < ends_at:
        return due_at
    morning = morning_after(due_at, zone)
    return min(morning, stir) if due_at < stir else morning
