"""The time page's view of a list of starts: days with counts, parts of a day.

The masks are read once; the rest is pure, and in the store's local time. A team that
never closes offers a start every five minutes; nobody reads 288 hours, so each part of
the day shows the widest grid that keeps a handful, and says how many there are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from booking.availability import bits
from booking.availability.starts import StartMasks
from booking.instants import Part, part_of, read_day
from booking.starts import Start

DAYS_IN_STRIP = 7
MOST_SHOWN = 8
GRIDS = (5, 10, 15, 20, 30, 60, 120)


@dataclass(frozen=True)
class StripDay:
    """One day of the strip; `dots` is 0 to 3, on the scale of a busy day."""

    date: dt.date
    count: int
    is_chosen: bool
    is_today: bool

    @property
    def dots(self) -> range:
        return range(min(3, (self.count + 2) // 3))


@dataclass(frozen=True)
class PartOfDay:
    """Some of a part's starts, or all; `hidden` is how many are left out."""

    part: Part
    starts: tuple[Start, ...]
    hidden: int = 0


@dataclass(frozen=True)
class DayPlan:
    """`earlier` and `later` are days that the arrows lead to, None at an end."""

    day: dt.date
    days: tuple[StripDay, ...]
    parts: tuple[PartOfDay, ...]
    earlier: dt.date | None
    later: dt.date | None
    count: int = field(default=0)


def strip_around(day: dt.date, today: dt.date) -> tuple[dt.date, dt.date]:
    """The seven days around `day`, counted from today: first and last."""
    weeks = max(0, (day - today).days) // DAYS_IN_STRIP
    first = today + dt.timedelta(days=weeks * DAYS_IN_STRIP)
    return first, first + dt.timedelta(days=DAYS_IN_STRIP - 1)


def plan(
    starts: Sequence[Start],
    *,
    day: dt.date,
    today: dt.date,
    last: dt.date,
    in_full: str = "",
) -> DayPlan:
    """`starts` are those of the strip that holds `day`; `last` is the last day that
    can be booked; `in_full` names the part of the day that is shown whole."""
    first, end = strip_around(day, today)
    dates = [start.local.date() for start in starts]
    days = tuple(
        StripDay(date, dates.count(date), date == day, date == today)
        for date in (first + dt.timedelta(days=n) for n in range(DAYS_IN_STRIP))
    )
    of_day = [start for start in starts if start.local.date() == day]
    return DayPlan(
        day=day,
        days=days,
        parts=tuple(_parts(of_day, in_full)),
        earlier=first - dt.timedelta(days=1) if first > today else None,
        later=end + dt.timedelta(days=1) if end < last else None,
        count=len(of_day),
    )


def _parts(starts: Sequence[Start], in_full: str) -> list[PartOfDay]:
    found = []
    for part in Part:
        mine = tuple(start for start in starts if part_of(start.local) == part)
        shown = mine if part == in_full else thinned(mine)
        if mine or part != Part.NIGHT:
            found.append(PartOfDay(part, shown, len(mine) - len(shown)))
    return found


def thinned(starts: tuple[Start, ...]) -> tuple[Start, ...]:
    """At most MOST_SHOWN, on the finest grid that does it."""
    if len(starts) <= MOST_SHOWN:
        return starts
    for minutes in GRIDS:
        kept = tuple(s for s in starts if not _minute_of_day(s.local) % minutes)
        if 0 < len(kept) <= MOST_SHOWN:
            return kept
    return starts[:: len(starts) // MOST_SHOWN + 1]


def _minute_of_day(local: dt.datetime) -> int:
    return local.hour * 60 + local.minute


def plan_context(
    request: HttpRequest,
    found: StartMasks,
    *,
    now: dt.datetime,
    preferred: dt.datetime | None = None,
    without: dt.datetime | None = None,
) -> dict[str, Any]:
    """`first`, `plan` and `next_day` for the partials of the time page.

    The first start is `preferred` where that is free; `without` is never shown. The
    day comes from `?day=`, within what can be booked, else it is the first start's.
    """
    mask = found.union() & ~_bit(found.base, without)
    wanted = _first(found, mask & _bit(found.base, preferred))
    first = wanted or _first(found, mask)
    shown = _plan(request, found, mask, first, now)
    days = bits.local_days(found.base, found.store.zone, shown.day, None)
    after = None if shown.count else _first(found, mask & days)
    next_day = after.local.date() if after else None
    return {"first": first, "plan": shown, "next_day": next_day}


def _plan(
    request: HttpRequest,
    found: StartMasks,
    mask: int,
    first: Start | None,
    now: dt.datetime,
) -> DayPlan:
    store = found.store
    today = now.astimezone(store.zone).date()
    last = today + dt.timedelta(days=found.offer.horizon)
    day = _day(request, first.local.date() if first else today, today, last)
    strip = bits.local_days(found.base, store.zone, *strip_around(day, today))
    return plan(
        found.starts(mask & strip),
        day=day,
        today=today,
        last=last,
        in_full=request.GET.get("part", ""),
    )


def _bit(base: dt.datetime, at: dt.datetime | None) -> int:
    """The mask of one start; 0 for none, or for one before the masks begin."""
    if at is None or at < base:
        return 0
    return 1 << bits.floor_bit(base, at)


def _first(found: StartMasks, mask: int) -> Start | None:
    return next(iter(found.starts(mask & -mask)), None)


def _day(
    request: HttpRequest, default: dt.date, today: dt.date, last: dt.date
) -> dt.date:
    """Any text that is no day is the default."""
    day = read_day(request.GET.get("day", ""))
    return default if day is None else max(today, min(day, last))
