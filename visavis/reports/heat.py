"""Demand against people, by weekday and hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from booking.reports import queries
from booking.reports.queries import Scope
from stores import wording
from visavis.reports.figures import count, is_small

MONDAY = dt.date(2024, 1, 1)
FULL = 4
"""The strongest tint: visits a person and hour."""
MOST_LINES = 4


@dataclass(frozen=True)
class Cell:
    """One hour of the week, over the period: visits, and people on average."""

    demand: str
    people: str
    tint: int


@dataclass(frozen=True)
class Heat:
    hours: Sequence[int]
    days: Sequence[tuple[str, Sequence[Cell]]]
    busiest: Sequence[tuple[str, Cell]]


def is_alone(scope: Scope) -> bool:
    """True for a store where never two work at once: its figures would be those of one
    person."""
    if scope.stores is None or len(scope.stores) > 1:
        return False
    rows = scope.hours().filter(present__gt=60)
    return not rows.exists()


def heat_of(scope: Scope) -> Heat | None:
    """None for a scope of a topic or channel: people are there for all of them."""
    if scope.topic is not None or scope.channel:
        return None
    found = queries.by_hour(scope)
    if not found:
        return None
    # Nights in which nobody came say nothing, though somebody may be on call.
    asked = [hour for (_day, hour), (came, _there) in found.items() if came]
    shown = asked or [hour for _day, hour in found]
    hours = range(min(shown), max(shown) + 1)
    weeks = max(1, ((scope.last - scope.first).days + 1) // 7)
    known = sorted({day for day, _hour in found})
    days = [
        (
            _weekday(day),
            [_cell(found.get((day, hour), (0, 0)), weeks) for hour in hours],
        )
        for day in known
    ]
    pressed = sorted(
        (key for key, (came, _there) in found.items() if came and not is_small(came)),
        key=lambda key: -_pressure(*found[key]),
    )
    busiest = [
        (
            _("%(day)s, %(hour)d:00") % {"day": _weekday(day), "hour": hour},
            _cell(found[day, hour], weeks),
        )
        for day, hour in pressed[:MOST_LINES]
    ]
    return Heat(list(hours), days, busiest)


def _cell(found: tuple[int, int], weeks: int) -> Cell:
    came, there = found
    people = there / 60 / weeks
    tint = min(FULL, round(2 * _pressure(came, there))) if came else 0
    return Cell(count(came), f"{people:.0f}" if people >= 1 else "–", tint)


def _pressure(came: int, there: int) -> float:
    """Visits for each hour of a person; where nobody was there, as if half an hour."""
    return came / max(there / 60, 0.5)


def _weekday(day: int) -> str:
    return wording.long_weekday(MONDAY + dt.timedelta(days=day - 1))
