"""The week of a store as its desk sees it: staff columns over five-minute rows.

Pure geometry: rows in, blocks with a first row and a length out. Rows count elapsed
time, so a day of 23 or 25 hours has as many rows as it lasts.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from booking.models import Appointment
from booking.queries import AgendaHours, agenda_id
from booking.states import MISSED
from stores.calendar.periods import Period
from stores.calendar.recurrence import instant
from stores.models import Absence, StaffMember, Store

ROW = dt.timedelta(minutes=5)
HOUR = dt.timedelta(hours=1)
ROWS_PER_HOUR = 12
MOST_GRID_ROWS = 25 * ROWS_PER_HOUR
NOBODY = AgendaHours((), ())

Kind = Literal["closed", "break", "absence", "elsewhere", "buffer", "visit"]


def days_of_week(day: dt.date) -> list[dt.date]:
    monday = day - dt.timedelta(days=day.weekday())
    return [monday + dt.timedelta(days=n) for n in range(7)]


def day_period(store: Store, day: dt.date) -> Period:
    """The local day of the store, of 23, 24 or 25 hours."""
    midnight = instant(day, dt.time(), store.zone)
    return Period(midnight, instant(day + dt.timedelta(days=1), dt.time(), store.zone))


def week_period(store: Store, days: Sequence[dt.date]) -> Period:
    return Period(day_period(store, days[0]).start, day_period(store, days[-1]).end)


@dataclass(frozen=True)
class Block:
    """A block that covers some rows of a column; `row` counts from 1."""

    kind: Kind
    row: int
    length: int
    visit: Appointment | None = None
    absence: Absence | None = None
    clash: bool = False

    @property
    def is_tall(self) -> bool:
        """Room for a second line of words."""
        return self.length >= 6


@dataclass(frozen=True)
class Column:
    staff_member: StaffMember
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class GridDay:
    """One day of the strip: how many visits, and how full the open hours are."""

    day: dt.date
    visits: int
    load: int
    clashes: int
    is_open: bool


@dataclass(frozen=True)
class DayGrid:
    """The chosen day: hour marks and one column for each person."""

    day: dt.date
    starts_at: dt.datetime
    rows: int
    marks: tuple[dt.datetime, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class GridFacts:
    """The rows that the queries found for one store and week."""

    store: Store
    staff: Sequence[StaffMember]
    hours: Mapping[int, AgendaHours]
    visits: Sequence[Appointment]

    def hours_of(self, member: StaffMember) -> AgendaHours:
        return self.hours.get(agenda_id(member), NOBODY)

    def people(self, day: Period) -> list[StaffMember]:
        """The store's staff, then others who have a visit of the store that day."""
        known = {member.pk for member in self.staff}
        others = {
            appointment.staff_member_id: appointment.staff_member
            for appointment in self.visits
            if appointment.store_id == self.store.pk
            and appointment.staff_member_id not in known
            and _period(appointment).overlaps(day)
        }
        return [*self.staff, *others.values()]

    def visits_on(self, day: Period) -> list[Appointment]:
        return [v for v in self.visits if _period(v).overlaps(day)]


def grid_days(facts: GridFacts, days: Sequence[dt.date]) -> list[GridDay]:
    """The days of the week; a Sunday without hours or visits is left out."""
    strip = [_strip_day(facts, day) for day in days]
    return [d for d in strip if d.is_open or d.visits or d.day.weekday() < 6]


def _strip_day(facts: GridFacts, day: dt.date) -> GridDay:
    period = day_period(facts.store, day)
    appointments = [v for v in facts.visits_on(period) if v.store_id == facts.store.pk]
    clashing = _clashing(facts.visits_on(period))
    opened = sum(
        (_length(facts.hours_of(m).opened, period) for m in facts.staff),
        dt.timedelta(),
    )
    held = [v.duration for v in appointments if v.status not in MISSED]
    taken = sum(held, dt.timedelta())
    return GridDay(
        day=day,
        visits=len(appointments),
        load=min(100, round(100 * (taken / opened))) if opened else 0,
        clashes=len(clashing),
        is_open=bool(opened),
    )


def grid_of(facts: GridFacts, day: dt.date) -> DayGrid:
    whole = day_period(facts.store, day)
    shown = _shown(facts, whole)
    people = facts.people(whole)
    clashing = _clashing(facts.visits_on(whole))
    return DayGrid(
        day=day,
        starts_at=shown.start,
        rows=(shown.end - shown.start) // ROW,
        marks=_marks(shown, facts.store),
        columns=tuple(_column(facts, member, shown, clashing) for member in people),
    )


def _shown(facts: GridFacts, whole: Period) -> Period:
    """Whole hours around all that is open or booked; an office day where nothing is."""
    spans = [p for m in facts.staff for p in facts.hours_of(m).opened]
    spans += [_period(v) for v in facts.visits_on(whole)]
    spans = [p for p in spans if p.overlaps(whole)]
    if not spans:
        return Period(whole.start + 9 * HOUR, whole.start + 18 * HOUR)
    first = max(whole.start, min(p.start for p in spans))
    last = min(whole.end, max(p.end for p in spans))
    start = whole.start + (first - whole.start) // HOUR * HOUR
    end = whole.start - (whole.start - last) // HOUR * HOUR
    return Period(start, min(end, whole.end))


def _marks(shown: Period, store: Store) -> tuple[dt.datetime, ...]:
    hours = (shown.end - shown.start) // HOUR
    return tuple((shown.start + n * HOUR).astimezone(store.zone) for n in range(hours))


def _column(
    facts: GridFacts, member: StaffMember, shown: Period, clashing: set[uuid.UUID]
) -> Column:
    hours = facts.hours_of(member)
    away = [Period(a.starts_at, a.ends_at) for a in hours.away]
    blocks = [
        _block(kind, period, shown)
        for kind, period in _closed(hours.opened, away, shown)
    ]
    blocks += [
        _block("absence", period, shown, absence=absence)
        for absence, period in zip(hours.away, away, strict=True)
        if period.overlaps(shown)
    ]
    for appointment in facts.visits:
        if appointment.staff_member_id == member.pk and _period(appointment).overlaps(
            shown
        ):
            blocks += _visit_blocks(
                facts.store, appointment, shown, appointment.pk in clashing
            )
    return Column(member, tuple(sorted(blocks, key=lambda b: (b.row, b.length))))


def _visit_blocks(
    store: Store, appointment: Appointment, shown: Period, clash: bool
) -> list[Block]:
    """The visit, and the buffer that the offer leaves after it."""
    if appointment.store_id != store.pk:
        return [
            _block("elsewhere", _period(appointment), shown, appointment=appointment)
        ]
    blocks = [
        _block(
            "visit", _period(appointment), shown, appointment=appointment, clash=clash
        )
    ]
    buffer = dt.timedelta(minutes=appointment.offer.buffer_after)
    if buffer and appointment.takes_time and appointment.ends_at < shown.end:
        after = Period(appointment.ends_at, appointment.ends_at + buffer)
        blocks.append(_block("buffer", after, shown))
    return blocks


def _closed(
    opened: Iterable[Period], away: Iterable[Period], shown: Period
) -> list[tuple[Kind, Period]]:
    """The time that is neither open nor an absence; between two open stretches, a
    break."""
    stretches = sorted(opened)
    found: list[tuple[Kind, Period]] = []
    at = shown.start
    for covered in sorted([*stretches, *away]):
        if at < covered.start and at < shown.end:
            gap = Period(at, min(covered.start, shown.end))
            inside = any(p.end <= gap.start for p in stretches) and any(
                p.start >= gap.end for p in stretches
            )
            found.append(("break" if inside else "closed", gap))
        at = max(at, covered.end)
    if at < shown.end:
        found.append(("closed", Period(at, shown.end)))
    return found


def _block(
    kind: Kind,
    period: Period,
    shown: Period,
    *,
    appointment: Appointment | None = None,
    absence: Absence | None = None,
    clash: bool = False,
) -> Block:
    """Cut to what is shown; at least one row, so that nothing vanishes."""
    first = (max(period.start, shown.start) - shown.start) // ROW
    last = -((shown.start - min(period.end, shown.end)) // ROW)
    return Block(kind, first + 1, max(1, last - first), appointment, absence, clash)


def _clashing(appointments: Sequence[Appointment]) -> set[uuid.UUID]:
    """Visits that share a person and a moment."""
    live = [v for v in appointments if v.takes_time]
    return {
        one.pk
        for one in live
        for other in live
        if one.pk != other.pk
        and one.staff_member_id == other.staff_member_id
        and _period(one).overlaps(_period(other))
    }


def _length(periods: Iterable[Period], within: Period) -> dt.timedelta:
    total = dt.timedelta()
    for period in periods:
        if period.overlaps(within):
            total += min(period.end, within.end) - max(period.start, within.start)
    return total


def _period(appointment: Appointment) -> Period:
    return Period(appointment.starts_at, appointment.ends_at)
