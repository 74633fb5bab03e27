"""Weekly hours as rows: one for each person and store, with a cell for each weekday.

A cell is `09:00-12:00, 14:00-18:00`; hours for some channels say so behind them, and
so do those of a rhythm or between days: `09:00-12:00 video+callback /2 2026-01-05..`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from booking.errors import HoursRefused
from booking.exchange.sheets import (
    Cells,
    Column,
    Keyed,
    Planned,
    RowRefused,
    items_of,
    key_of,
    numbered,
    write_unvisited,
)
from booking.rota.hours import Week, WeeklyStretch, check_week, set_weeks, stretch_of
from stores.models import Agenda, Brand, Channel, StaffMember, Store, User, WorkingHours

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FRENCH = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_SPAN = re.compile(
    r"(\d{1,2})(?::|h)?(\d{2})?\s*[-–]\s*(\d{1,2})(?::|h)?(\d{2})?"
    r"(?:\s+(?P<channels>[a-z_]+(?:\+[a-z_]+)*))?"
    r"(?:\s+/(?P<rhythm>\d))?"
    r"(?:\s+(?P<since>\d{4}-\d\d-\d\d)?\.\.(?P<until>\d{4}-\d\d-\d\d)?)?"
)
Rows = tuple[WeeklyStretch, ...]


@dataclass
class World:
    brand: Brand
    people: Keyed
    stores: Keyed
    weeks: dict[tuple[int, int], list[WorkingHours]]
    """By agenda and store."""


@dataclass(frozen=True)
class Facts:
    agenda: Agenda
    store: Store
    rows: Rows


class HoursSheet:
    name = "hours"
    keys: tuple[str, ...] = ("number", "store")
    columns: tuple[Column, ...] = (
        Column("number", ("matricule", "id", "numero", "employee id")),
        Column("store", ("magasin", "agence", "stores")),
        *(Column(day, (french,)) for day, french in zip(DAYS, FRENCH, strict=True)),
    )

    def load(self, brand: Brand, rows: Sequence[Cells]) -> World:
        people = StaffMember.objects.for_brand(brand).select_related("agenda")
        found = numbered(
            people.prefetch_related("postings"),
            {row.get("number", "") for row in rows},
        )
        stores = numbered(
            Store.objects.for_brand(brand), {row.get("store", "") for row in rows}
        )
        agendas = [
            person.agenda.pk for person in found.rows() if hasattr(person, "agenda")
        ]
        weeks: dict[tuple[int, int], list[WorkingHours]] = defaultdict(list)
        for row in WorkingHours.objects.for_brand(brand).filter(agenda__in=agendas):
            weeks[row.agenda_id, row.store_id].append(row)
        return World(brand, found, stores, weeks)

    def known(self, world: World, cells: Cells) -> list[WorkingHours]:
        agenda, store = self._place(world, cells)
        return world.weeks.get((agenda.pk, store.pk), [])

    @staticmethod
    def _place(world: World, cells: Cells) -> tuple[Agenda, Store]:
        person, store = (
            world.people.get(cells["number"]), world.stores.get(cells["store"])
        )  # fmt: skip
        if person is None or not hasattr(person, "agenda"):
            raise RowRefused("number", "unknown_person")
        if store is None:
            raise RowRefused("store", "unknown_store", cells["store"])
        if store.pk not in {post.store_id for post in person.postings.all()}:
            raise RowRefused("store", "not_posted")
        return person.agenda, store

    def current(self, world: World, known: list[WorkingHours]) -> dict[str, str]:
        return _cells(stretch_of(row) for row in known)

    def read(
        self, world: World, cells: Cells, known: Any
    ) -> tuple[Facts, dict[str, str]]:
        agenda, store = self._place(world, cells)
        rows = tuple(
            _stretch(day, number, text)
            for number, day in enumerate(DAYS)
            for text in items_of(cells.get(day, ""))
        )
        try:
            check_week(rows)
        except HoursRefused as refusal:
            raise RowRefused("number", "hours", str(refusal)) from None
        return Facts(agenda, store, rows), dict(_said_of(rows))

    def write(
        self, world: World, rows: Sequence[Planned], user: User, now: dt.datetime
    ) -> None:
        def set_all(facts: Sequence[Facts]) -> None:
            weeks = [Week(one.agenda, one.store, one.rows) for one in facts]
            set_weeks(brand=world.brand, weeks=weeks, user=user, now=now)

        write_unvisited(rows, set_all)

    def export(self, brand: Brand) -> Iterator[dict[str, str]]:
        people = StaffMember.objects.for_brand(brand)
        people = people.filter(departure__ended_at=None).order_by("pk")
        rows = people.select_related("agenda").prefetch_related(
            "postings__store", "agenda__working_hours"
        )
        for person in rows.iterator(1000):
            yield from _rows_of(person)


def _rows_of(person: StaffMember) -> Iterator[dict[str, str]]:
    weeks = defaultdict(list)
    agenda = getattr(person, "agenda", None)
    for row in agenda.working_hours.all() if agenda else ():
        weeks[row.store_id].append(stretch_of(row))
    for post in sorted(person.postings.all(), key=lambda one: one.store_id):
        if post.store_id in weeks:
            keys = {"number": key_of(person), "store": key_of(post.store)}
            yield {**keys, **_cells(weeks[post.store_id])}


@lru_cache(maxsize=2048)
def _stretch(day: str, number: int, text: str) -> WeeklyStretch:
    found = _SPAN.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError(text)
        first, last = _minutes(found[1], found[2]), _minutes(found[3], found[4])
        days = [found["since"], found["until"]]
        since, until = (dt.date.fromisoformat(one) if one else None for one in days)
    except ValueError:
        raise RowRefused(day, "span", text) from None
    named = (found["channels"] or "").split("+")
    channels = tuple(sorted(named if found["channels"] else Channel.values))
    if not set(channels) <= set(Channel.values):
        raise RowRefused(day, "channel", found["channels"])
    if last <= first:
        last += 24 * 60
    return WeeklyStretch(
        weekday=number,
        starts_at=dt.time(first // 60 % 24, first % 60),
        minutes=last - first,
        channels=channels,
        every_n_weeks=int(found["rhythm"] or 1),
        valid_from=since,
        valid_until=until,
    )


def _minutes(hours: str, minutes: str | None) -> int:
    found = int(hours) * 60 + int(minutes or 0)
    if found > 24 * 60 or int(minutes or 0) > 59:
        raise ValueError(hours)
    return found


def _cells(rows: Iterable[WeeklyStretch]) -> dict[str, str]:
    return dict(_said_of(tuple(rows)))


# A file of thousands has a handful of weeks.
@lru_cache(maxsize=512)
def _said_of(rows: Rows) -> tuple[tuple[str, str], ...]:
    """The cells of a week, each span once, in order."""
    said = {(row.weekday, row.starts_at, row.minutes, _said(row)) for row in rows}
    spans: dict[int, list[str]] = defaultdict(list)
    for weekday, *_order, words in sorted(said):
        spans[weekday].append(words)
    return tuple((day, ", ".join(spans[n])) for n, day in enumerate(DAYS))


def _said(row: WeeklyStretch) -> str:
    first = row.starts_at.hour * 60 + row.starts_at.minute
    last = (first + row.minutes) % (24 * 60) or 24 * 60
    words = [f"{first // 60:02}:{first % 60:02}-{last // 60:02}:{last % 60:02}"]
    if set(row.channels) != set(Channel.values):
        words.append("+".join(sorted(row.channels)))
    if row.every_n_weeks > 1:
        words.append(f"/{row.every_n_weeks}")
    if row.valid_from or row.valid_until:
        ends = (row.valid_from, row.valid_until)
        words.append("..".join(day.isoformat() if day else "" for day in ends))
    return " ".join(words)
