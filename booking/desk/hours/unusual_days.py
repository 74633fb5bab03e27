"""The days on which a person's hours are not those of every week, in one list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from booking.desk import queries
from stores.clock_changes import ClockChange, next_clock_changes
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
            for row in queries.closures_from([store], today)
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
