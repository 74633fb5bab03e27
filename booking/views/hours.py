"""The hours that a page shows: masks read once, then looked at by day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest

from booking.availability import bits
from booking.availability.search import days_mask
from booking.availability.starts import StartMasks
from booking.customer.day_plan import DayPlan, plan, strip_of
from booking.starts import Start


def hours_of(
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
    days = days_mask(found.store, found.base, shown.day, None)
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
    return plan(
        found.starts(mask & days_mask(store, found.base, *strip_of(day, today))),
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
    try:
        day = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return default
    return max(today, min(day, last))
