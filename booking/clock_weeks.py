"""The week of a clock change: a person's local hours, and the instants they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from booking.desk import queries
from stores.clock_changes import ClockChange
from stores.models import Agenda, Store
from stores.periods import Period
from stores.recurrence import falls_on, instant, stretch


@dataclass(frozen=True)
class ClockDay:
    """`hours` are what begins on the day; `length` is 23, 24 or 25 hours."""

    day: dt.date
    length: dt.timedelta
    hours: tuple[Period, ...]
    changes: bool

    @property
    def whole_hours(self) -> float:
        return self.length / dt.timedelta(hours=1)


@dataclass(frozen=True)
class ClockWeek:
    change: ClockChange
    days: tuple[ClockDay, ...]


def clock_weeks(
    agenda: Agenda, store: Store, changes: Sequence[ClockChange]
) -> list[ClockWeek]:
    """Monday to Monday: the day after a Sunday's change is where mistakes show."""
    rows = queries.week_of(agenda, store)
    weeks = []
    for change in changes:
        days = []
        for number in range(8):
            day = change.monday + dt.timedelta(days=number)
            found = {
                period
                for row in rows
                if falls_on(row, day)
                and (period := stretch(day, row.starts_at, row.minutes, store.zone))
            }
            days.append(
                ClockDay(
                    day=day,
                    length=_length(day, store),
                    hours=tuple(sorted(found)),
                    changes=day == change.after.date(),
                )
            )
        weeks.append(ClockWeek(change, tuple(days)))
    return weeks


def _length(day: dt.date, store: Store) -> dt.timedelta:
    midnight = instant(day, dt.time(), store.zone)
    return instant(day + dt.timedelta(days=1), dt.time(), store.zone) - midnight
