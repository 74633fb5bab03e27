"""The rows that open and close agendas, as plain values: of thousands at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from booking.availability import bits
from stores.statements import ask


class WeeklyRow(NamedTuple):
    """Of a WorkingHours row what opens time; equal rows open the same time."""

    store_id: int
    channels: tuple[str, ...]
    weekday: int
    starts_at: dt.time
    minutes: int
    every_n_weeks: int
    valid_from: dt.date | None
    valid_until: dt.date | None


class UnusualRow(NamedTuple):
    """Of a DayOverride row; without a start it is a day off."""

    store_id: int | None
    channels: tuple[str, ...]
    day: dt.date
    starts_at: dt.time | None
    minutes: int | None


Hours = tuple[list[WeeklyRow], list[UnusualRow]]
NO_HOURS: Hours = ([], [])

_HOURS = """
SELECT agenda_id, store_id, channels, weekday, starts_at, minutes, every_n_weeks,
       valid_from, valid_until
  FROM stores_workinghours WHERE agenda_id = ANY(%s::bigint[])
 UNION ALL
SELECT agenda_id, store_id, channels, NULL, starts_at, minutes, NULL, day, day
  FROM stores_dayoverride
 WHERE agenda_id = ANY(%s::bigint[]) AND day BETWEEN %s AND %s
"""
_AWAY = """
SELECT agenda_id, floor(date_part('epoch', starts_at - %s) / 300)::int,
       ceil(date_part('epoch', ends_at - %s) / 300)::int
  FROM stores_absence WHERE agenda_id = ANY(%s::bigint[]) AND ends_at > %s
"""


def hours_of(agendas: Sequence[int], first: dt.date, last: dt.date) -> dict[int, Hours]:
    """Agenda id → its weekly hours and the unusual days of first … last; one query."""
    found: dict[int, Hours] = {}
    for agenda_id, store_id, channels, weekday, at, minutes, weeks, since, until in ask(
        _HOURS, [list(agendas), list(agendas), first, last]
    ):
        weekly, unusual = found.setdefault(agenda_id, ([], []))
        by = tuple(channels or ())
        if weekday is None:
            unusual.append(UnusualRow(store_id, by, since, at, minutes))
        else:
            weekly.append(
                WeeklyRow(store_id, by, weekday, at, minutes, weeks, since, until)
            )
    return found


def absences_of(agendas: Sequence[int], base: dt.datetime) -> dict[int, int]:
    """Agenda id → the bits of its absences; one query."""
    found: dict[int, int] = {}
    for agenda_id, first, last in ask(_AWAY, [base, base, list(agendas), base]):
        found[agenda_id] = found.get(agenda_id, 0) | bits.span(first, last)
    return found
