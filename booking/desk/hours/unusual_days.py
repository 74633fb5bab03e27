"""Days that are not like every week: those set by hand, and weeks of a clock change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from booking.desk import queries
from stores.calendar.clock_changes import ClockChange, next_clock_changes
from stores.calendar.periods import Period
from stores.calendar.recurrence import falls_on, instant, stretch
from stores.models import Absence, Agenda, Closure, DayOverride, Store

Kind = Literal["override", "absence", "closure", "clock"]


@dataclass(frozen=True)
class DayApart:
    """`rows` are the overrides of one day; else exactly one of the others is set."""

    kind: Kind
    day: dt.date
    rows: tuple[DayOverride, ...] = field(default=())
    absence: Absence | None = None
    closure: Closure | None = None
    clock: ClockChange | None = None

    @property
    def opened(self) -> list[tuple[dt.time, dt.time, DayOverride]]:
        """From, until (local) and the row, for each open stretch."""
        found = []
        for row in self.rows:
            if row.starts_at is not None and row.minutes is not None:
                start = dt.datetime.combine(self.day, row.starts_at)
                end = start + dt.timedelta(minutes=row.minutes)
                found.append((row.starts_at, end.time(), row))
        return found


def days_apart(agenda: Agenda, store: Store, *, now: dt.datetime) -> list[DayApart]:
    """From today on, in order of days."""
    today = now.astimezone(store.zone).date()
    found = [
        *_overrides(agenda, today),
        *(
            DayApart(
                "absence", row.starts_at.astimezone(store.zone).date(), absence=row
            )
            for row in queries.absences_from(agenda, now)
        ),
        *(
            DayApart("closure", row.first_day, closure=row)
            for row in queries.closures_from(store, today)
        ),
        *(
            DayApart("clock", change.after.date(), clock=change)
            for change in next_clock_changes(store.zone, after=now, count=1)
        ),
    ]
    return sorted(found, key=lambda apart: (apart.day, apart.kind))


def _overrides(agenda: Agenda, today: dt.date) -> Iterator[DayApart]:
    rows = queries.overrides_from(agenda, today)
    for day, group in groupby(rows, key=lambda row: row.day):
        yield DayApart("override", day, rows=tuple(group))


def _local_day(at: dt.datetime, store: Store) -> dt.date:
    return at.astimezone(store.zone).date()


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
