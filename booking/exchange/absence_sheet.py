"""Absences as rows: whose, from when until when, and why.

A day alone is the whole of it, `2026-12-24` or `24/12/2026`; a part of a day says its
hour, `2026-12-24 14:00`, on the clock of the person's first store.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from booking.errors import AbsenceEmpty
from booking.exchange.sheets import (
    Cells,
    Column,
    Keyed,
    Planned,
    RowRefused,
    folded,
    key_of,
    numbered,
    write_unvisited,
)
from booking.rota.absences import NewAbsence, add_absences
from stores.models import Absence, Brand, StaffMember, User

REASONS: Mapping[str, str] = {
    **{one: one for one in Absence.Reason.values},
    "": Absence.Reason.OTHER,
    **dict.fromkeys(("conge", "conges", "vacances", "leave"), Absence.Reason.HOLIDAY),
    **dict.fromkeys(("maladie", "malade", "illness"), Absence.Reason.SICKNESS),
    "formation": Absence.Reason.TRAINING,
    "autre": Absence.Reason.OTHER,
}
_MOMENT = re.compile(
    r"(?:(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)|(?P<D>\d\d?)/(?P<M>\d\d?)/(?P<Y>\d{4}))"
    r"(?:[ T](?P<hour>\d\d?)[:h](?P<minute>\d\d)(?::00)?)?"
)
A_DAY = dt.timedelta(days=1)


@dataclass
class World:
    brand: Brand
    people: Keyed
    absences: dict[tuple[int, str, str], Absence]
    """By agenda, first and last as cells say them: an hour that comes twice on a day
    of changing clocks is one text."""


class AbsenceSheet:
    name = "absences"
    keys: tuple[str, ...] = ("number", "first", "last")
    columns: tuple[Column, ...] = (
        Column("number", ("matricule", "id", "numero", "employee id")),
        Column("first", ("premier jour", "du", "début", "from", "start", "first day")),
        Column("last", ("dernier jour", "au", "fin", "until", "end", "last day", "to")),
        Column("reason", ("motif", "raison", "type")),
    )

    def load(self, brand: Brand, rows: Sequence[Cells]) -> World:
        people = _with_places(brand)
        found = numbered(people, {row.get("number", "") for row in rows})
        agendas = [one.agenda.pk for one in found.rows() if hasattr(one, "agenda")]
        mine = Absence.objects.for_brand(brand).filter(agenda__in=agendas)
        world = World(brand, found, {})
        for one in mine.select_related("agenda__staff_member").order_by("pk"):
            cells = self.current(world, one)
            world.absences[one.agenda_id, cells["first"], cells["last"]] = one
        return world

    def known(self, world: World, cells: Cells) -> Absence | None:
        person, starts_at, ends_at = _asked(world, cells)
        said = _cells(person, starts_at, ends_at, "")
        return world.absences.get((person.agenda.pk, said["first"], said["last"]))

    def current(self, world: World, known: Absence) -> dict[str, str]:
        person = world.people.get(key_of(known.agenda.staff_member))
        return _cells(person, known.starts_at, known.ends_at, known.reason)

    def read(
        self, world: World, cells: Cells, known: Absence | None
    ) -> tuple[NewAbsence, dict[str, str]]:
        person, starts_at, ends_at = _asked(world, cells)
        reason = REASONS.get(folded(cells.get("reason", "")))
        if reason is None:
            raise RowRefused("reason", "choice")
        one = NewAbsence(
            agenda=person.agenda, starts_at=starts_at, ends_at=ends_at, reason=reason
        )
        return one, _cells(person, starts_at, ends_at, reason)

    def write(
        self, world: World, rows: Sequence[Planned], user: User, now: dt.datetime
    ) -> None:
        known = [row for row in rows if row.known is not None]
        for row in known:
            row.known.reason = row.facts.reason
        mine = Absence.objects.for_brand(world.brand)
        mine.bulk_update([row.known for row in known], ["reason"])

        def add_all(absences: Sequence[NewAbsence]) -> None:
            add_absences(brand=world.brand, absences=absences, user=user, now=now)

        fresh = [row for row in rows if row.known is None and _is_possible(row, now)]
        write_unvisited(fresh, add_all)

    def export(self, brand: Brand) -> Iterator[dict[str, str]]:
        people = _with_places(brand).prefetch_related("agenda__absences")
        for person in people.order_by("pk").iterator(1000):
            agenda = getattr(person, "agenda", None)
            for one in sorted(
                agenda.absences.all() if agenda else (), key=lambda one: one.starts_at
            ):
                yield _cells(person, one.starts_at, one.ends_at, one.reason)


def _with_places(brand: Brand) -> QuerySet[StaffMember]:
    people = StaffMember.objects.for_brand(brand).select_related("agenda", "brand")
    return people.prefetch_related("postings__store")


def _is_possible(row: Planned, now: dt.datetime) -> bool:
    try:
        row.facts.check(now)
    except AbsenceEmpty:
        row.refuse(RowRefused("first", "far"))
        return False
    return True


def _zone_of(person: StaffMember) -> zoneinfo.ZoneInfo:
    posts = sorted(person.postings.all(), key=lambda one: (not one.is_home, one.pk))
    name = posts[0].store.time_zone if posts else person.brand.time_zone
    return zoneinfo.ZoneInfo(name)


def _asked(world: World, cells: Cells) -> tuple[StaffMember, dt.datetime, dt.datetime]:
    person: StaffMember | None = world.people.get(cells["number"])
    if person is None or not hasattr(person, "agenda"):
        raise RowRefused("number", "unknown_person")
    zone = _zone_of(person)
    starts_at = _instant("first", cells["first"], zone, is_end=False)
    ends_at = _instant("last", cells["last"], zone, is_end=True)
    if ends_at <= starts_at:
        raise RowRefused("last", "order")
    return person, starts_at, ends_at


def _instant(
    column: str, text: str, zone: zoneinfo.ZoneInfo, *, is_end: bool
) -> dt.datetime:
    """The end of a day that is named alone is the next one's beginning."""
    found = _MOMENT.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError(text)
        year, month, day = found["y"], found["m"], found["d"]
        if year is None:
            year, month, day = found["Y"], found["M"], found["D"]
        date = dt.date(int(year), int(month), int(day))
        if found["hour"] is None:
            # Where a day begins at one o'clock, its midnight is that.
            date += A_DAY * is_end
            return dt.datetime.combine(date, dt.time(0), zone).astimezone(dt.UTC)
        time = dt.time(int(found["hour"]), int(found["minute"]), fold=is_end)
        instant = dt.datetime.combine(date, time, zone).astimezone(dt.UTC)
        if instant.astimezone(zone).time() != time.replace(fold=0):
            raise ValueError(text)
    except (ValueError, OverflowError):
        raise RowRefused(column, "day", text) from None
    return instant


def _cells(
    person: StaffMember, starts_at: dt.datetime, ends_at: dt.datetime, reason: str
) -> dict[str, str]:
    zone = _zone_of(person)
    return {
        "number": key_of(person),
        "first": _said(starts_at.astimezone(zone), is_end=False),
        "last": _said(ends_at.astimezone(zone), is_end=True),
        "reason": reason,
    }


def _said(local: dt.datetime, *, is_end: bool) -> str:
    if local.time() != dt.time(0):
        return local.strftime("%Y-%m-%d %H:%M")
    return (local - A_DAY * is_end).date().isoformat()
