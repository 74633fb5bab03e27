"""Working hours, days unlike the others, and the stores that a person works for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from booking.errors import HoursRefused
from booking.rota.changes import Change, carry_out
from booking.rota.conflicts import Decision
from booking.shown import AsShown
from stores.models import (
    Agenda,
    Brand,
    Channel,
    DayOverride,
    Store,
    User,
    WorkingHours,
)
from stores.models.brand import BrandQuerySet
from stores.statements import ask

SHORTEST, LONGEST = 5, 1440
RAREST = 8
MOST_HOURS = 100


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Open time that begins at a local hour of the store; it may cross midnight."""

    starts_at: dt.time
    minutes: int
    channels: tuple[str, ...]

    def check(self) -> None:
        """Raises HoursRefused, which names the field."""
        if not SHORTEST <= self.minutes <= LONGEST:
            raise HoursRefused("Open time lasts 5 minutes to 24 hours.", "minutes")
        if self.starts_at.tzinfo is not None:
            raise HoursRefused("An hour is on the store's clock.", "starts_at")
        if not self.channels or not set(self.channels) <= set(Channel.values):
            raise HoursRefused("Open time is for one channel at least.", "channels")


@dataclass(frozen=True, kw_only=True)
class WeeklyStretch(Stretch):
    """One row of the week. `every_n_weeks` counts from the week of `valid_from`."""

    weekday: int
    every_n_weeks: int = 1
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None

    def check(self) -> None:
        super().check()
        if not 0 <= self.weekday <= 6:
            raise HoursRefused("Monday is 0 and Sunday 6.", "weekday")
        if not 1 <= self.every_n_weeks <= RAREST:
            raise HoursRefused("Every week, up to every eighth.", "every_n_weeks")
        if self.every_n_weeks > 1 and self.valid_from is None:
            raise HoursRefused("A rhythm is counted from a day.", "valid_from")
        check_days_in_order(self.valid_from, self.valid_until)


def check_days_in_order(first: dt.date | None, last: dt.date | None) -> None:
    if first is not None and last is not None and last < first:
        raise HoursRefused("The last day is not before the first.", "valid_until")


def set_working_hours(
    *,
    agenda: Agenda,
    store: Store,
    rows: Sequence[WeeklyStretch],
    user: User,
    now: dt.datetime,
    decisions: Sequence[Decision] = (),
    as_shown: AsShown | None = None,
) -> None:
    """Replaces the agenda's week at one store; rows that stay keep their ids.

    Raises HoursRefused, StaleVersion, and AppointmentsAffected unless each visit that
    the new week no longer covers has a decision.
    """
    check_week(rows)

    def write() -> None:
        if as_shown is not None:
            rows_now = WorkingHours.objects.for_brand(store.brand)
            as_shown.check(list(rows_now.filter(agenda=agenda, store=store)))
        _replace([Week(agenda, store, tuple(rows))])

    change = Change(store.brand, frozenset({agenda.pk}))
    carry_out(change, write, decisions=decisions, user=user, now=now)


def check_week(rows: Sequence[WeeklyStretch]) -> None:
    """Raises HoursRefused."""
    if len(rows) > MOST_HOURS:
        raise HoursRefused("A week has at most a hundred rows.", "rows")
    for row in rows:
        row.check()


@dataclass(frozen=True)
class Week:
    """All hours that an agenda has at one store."""

    agenda: Agenda
    store: Store
    rows: tuple[WeeklyStretch, ...]


def set_weeks(
    *, brand: Brand, weeks: Sequence[Week], user: User, now: dt.datetime
) -> None:
    """Replaces each of the weeks, in a fixed number of statements, all of them or
    none. Raises as `set_working_hours`; at most two hundred agendas are locked."""
    for week in weeks:
        check_week(week.rows)
    change = Change(brand, frozenset(week.agenda.pk for week in weeks))
    carry_out(change, lambda: _replace(weeks), decisions=(), user=user, now=now)


def _replace(weeks: Sequence[Week]) -> None:
    """Rows that stay keep their ids."""
    left = {
        (week.agenda.pk, week.store.pk): {_key(row): row for row in week.rows}
        for week in weeks
    }
    brand_id = weeks[0].store.brand_id
    mine = WorkingHours.objects.for_brand(weeks[0].store.brand).filter(
        agenda__in={week.agenda.pk for week in weeks},
        store__in={week.store.pk for week in weeks},
    )
    gone = []
    for known in mine:
        wanted = left.get((known.agenda_id, known.store_id))
        if wanted is None:
            continue
        if wanted.pop(_key(stretch_of(known)), None) is None:
            gone.append(known.pk)
    mine.filter(pk__in=gone).delete()
    fresh = [
        (agenda, store, row)
        for (agenda, store), rows in left.items()
        for row in rows.values()
    ]
    if fresh:
        ask(_INSERT, [brand_id, *_columns(fresh)])


# A bank's import writes two hundred thousand: as columns they are one statement of
# ten values for each portion, whatever its number of rows.
_INSERT = """
INSERT INTO stores_workinghours (brand_id, agenda_id, store_id, weekday, starts_at,
            minutes, channels, every_n_weeks, valid_from, valid_until)
SELECT %s, agenda, store, weekday, starts_at, minutes, string_to_array(channels, ','),
       rhythm, since, until
  FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::time[], %s::int[], %s::text[],
              %s::int[], %s::date[], %s::date[])
       AS fresh (agenda, store, weekday, starts_at, minutes, channels, rhythm, since,
                 until)
RETURNING id
"""


def _columns(rows: Sequence[tuple[int, int, WeeklyStretch]]) -> list[list[object]]:
    return [
        [agenda for agenda, _store, _row in rows],
        [store for _agenda, store, _row in rows],
        [row.weekday for *_place, row in rows],
        [row.starts_at for *_place, row in rows],
        [row.minutes for *_place, row in rows],
        [",".join(sorted(set(row.channels))) for *_place, row in rows],
        [row.every_n_weeks for *_place, row in rows],
        [row.valid_from for *_place, row in rows],
        [row.valid_until for *_place, row in rows],
    ]


def copy_working_hours(
    *, agenda: Agenda, like: Agenda, store: Store, user: User, now: dt.datetime
) -> int:
    """Gives the agenda the week of another one: its week at the store or, where it has
    none there, at the store that it has the most of. Returns the number of rows; none
    leaves what stands. Raises as `set_working_hours`."""
    today = now.astimezone(store.zone).date()
    rows = list(WorkingHours.objects.for_brand(store.brand).filter(agenda=like))
    rows = [row for row in rows if not row.valid_until or row.valid_until >= today]
    places = [row.store_id for row in rows]
    if not places:
        return 0
    place = store.pk if store.pk in places else max(places, key=places.count)
    week = [stretch_of(row) for row in rows if row.store_id == place]
    set_working_hours(agenda=agenda, store=store, rows=week, user=user, now=now)
    return len(week)


def _facts(row: Stretch) -> dict[str, object]:
    return {**asdict(row), "channels": sorted(set(row.channels))}


def _key(row: WeeklyStretch) -> tuple[object, ...]:
    """Equal for rows that say the same, whatever the order of their channels."""
    return (
        *(row.weekday, row.starts_at, row.minutes, frozenset(row.channels)),
        *(row.every_n_weeks, row.valid_from, row.valid_until),
    )


def stretch_of(row: WorkingHours) -> WeeklyStretch:
    """The row without its place."""
    return WeeklyStretch(
        weekday=row.weekday,
        starts_at=row.starts_at,
        minutes=row.minutes,
        channels=tuple(row.channels),
        every_n_weeks=row.every_n_weeks,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def set_day(
    *,
    agenda: Agenda,
    store: Store,
    day: dt.date,
    stretches: Sequence[Stretch],
    user: User,
    now: dt.datetime,
    decisions: Sequence[Decision] = (),
    as_shown: AsShown | None = None,
) -> None:
    """Replaces the usual hours of one local day; no stretch means a day off.

    The day is unusual at every store of the agenda; only the stretches of this store
    are replaced. Raises HoursRefused, StaleVersion and AppointmentsAffected.
    """
    if len(stretches) > MOST_HOURS:
        raise HoursRefused("A day has at most a hundred rows.", "rows")
    for stretch in stretches:
        stretch.check()
    what = {"brand_id": store.brand_id, "agenda": agenda, "store": store, "day": day}

    def write() -> None:
        _check_day(agenda, day, as_shown)
        _overrides(agenda, day).filter(store=store).delete()
        rows = [_facts(stretch) for stretch in dict.fromkeys(stretches)]
        DayOverride.objects.bulk_create(
            DayOverride(**what, **facts) for facts in rows or [{}]
        )

    change = Change(store.brand, frozenset({agenda.pk}))
    carry_out(change, write, decisions=decisions, user=user, now=now)


def remove_day(
    *,
    agenda: Agenda,
    day: dt.date,
    user: User,
    now: dt.datetime,
    decisions: Sequence[Decision] = (),
    as_shown: AsShown | None = None,
) -> None:
    """The day is as every week again, at all stores. Raises StaleVersion, and
    AppointmentsAffected where visits were booked into hours that only that day had."""

    def write() -> None:
        _check_day(agenda, day, as_shown)
        _overrides(agenda, day).delete()

    change = Change(agenda.brand, frozenset({agenda.pk}))
    carry_out(change, write, decisions=decisions, user=user, now=now)


def _check_day(agenda: Agenda, day: dt.date, as_shown: AsShown | None) -> None:
    if as_shown is not None:
        as_shown.check(list(_overrides(agenda, day)))


def _overrides(agenda: Agenda, day: dt.date) -> BrandQuerySet[DayOverride]:
    return DayOverride.objects.for_brand(agenda.brand).filter(agenda=agenda, day=day)
