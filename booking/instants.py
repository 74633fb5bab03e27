"""The one reader of instants and days that others write: forms, API, addresses; and
what a store's day is to its staff."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from enum import StrEnum

from stores.calendar.periods import Period
from stores.models import Store


class OffsetMissing(ValueError):
    """A clock without its place: nobody knows which instant it shows."""


YEAR = dt.timedelta(days=366)

REACH = dt.timedelta(hours=6)
"""A team open day and night looks as far over midnight, both ways."""


MORNING, EVENING = 8, 21
"""Hours on people's clock between which they may be written to unasked."""


class Part(StrEnum):
    NIGHT = "night"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


def part_of(local: dt.datetime) -> Part:
    if local.hour < 6:
        return Part.NIGHT
    if local.hour < 12:
        return Part.MORNING
    return Part.AFTERNOON if local.hour < 18 else Part.EVENING


def read_day(text: str) -> dt.date | None:
    """The day that an address names; None for a text that is none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def day_near(text: str, today: dt.date) -> dt.date | None:
    """The same, within a year of `today`: further away nothing is planned."""
    day = read_day(text)
    return day if day is not None and abs(day - today) <= YEAR else None


def read_instant(text: str) -> dt.datetime:
    """ISO 8601 with its offset from UTC, in UTC. Raises OffsetMissing for a time or a
    day without one, ValueError for what is no time or beyond the years 2000 to 2199: at
    both ends of the calendar an instant has no name in some zones."""
    written = dt.datetime.fromisoformat(text)
    if written.utcoffset() is None:
        raise OffsetMissing(text)
    if not 2000 <= written.year < 2200:
        raise ValueError(text)
    return written.astimezone(dt.UTC)


def window_of(store: Store, now: dt.datetime) -> Period:
    """The local day of the store, widened near midnight."""
    local = now.astimezone(store.zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = midnight + dt.timedelta(days=1)
    return Period(min(midnight, now - REACH), max(tomorrow, now + REACH))


def morning_after(now: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """The next time that the local clock says eight."""
    local = now.astimezone(zone)
    morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0, fold=0)
    if local.hour >= MORNING:
        morning += dt.timedelta(days=1)
    return morning.astimezone(dt.UTC)
