"""The rows around one moment: all that can keep a start from being offered.

A constant number of queries, however many people work at the store.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from booking.availability.agendas import resource_agendas
from booking.availability.query import StartQuery
from booking.models import Occupancy
from stores.calendar.periods import Period
from stores.models import (
    Absence,
    Agenda,
    Closure,
    Competence,
    DayOverride,
    Posting,
    StaffMember,
    Store,
    WorkingHours,
)

AROUND = dt.timedelta(days=2)
"""Hours last a day at most, so what begins further away cannot reach the moment."""

Row = TypeVar("Row", WorkingHours, DayOverride, Absence, Occupancy)
Timed = TypeVar("Timed", Absence, Occupancy)


@dataclass(frozen=True)
class AgendaRows:
    """Of one person at one store: `hours` by the channel asked for; `absences` and
    `taken` are only those that touch the period."""

    staff_member: StaffMember
    agenda: Agenda
    posting: Posting | None
    competence: Competence | None
    hours: Sequence[WorkingHours]
    overrides: Sequence[DayOverride]
    absences: Sequence[Absence]
    taken: Sequence[Occupancy]


@dataclass(frozen=True)
class MomentRows:
    """`days` are the local days whose hours can reach the period."""

    days: tuple[dt.date, ...]
    closures: Sequence[Closure]
    people: Sequence[AgendaRows]
    resources: Sequence[Occupancy]

    def within(self, period: Period, store: Store) -> MomentRows:
        """The rows that reach a part of the period, as if only that had been read."""
        days = _days(period, store)
        return MomentRows(
            days=days,
            closures=[
                row
                for row in self.closures
                if row.first_day <= days[-1] and row.last_day >= days[0]
            ],
            people=[
                replace(
                    person,
                    overrides=[r for r in person.overrides if r.day in days],
                    absences=_touching(person.absences, period),
                    taken=_touching(person.taken, period),
                )
                for person in self.people
            ],
            resources=_touching(self.resources, period),
        )


def rows_around(query: StartQuery, period: Period) -> MomentRows:
    """Of the person asked for, else of everybody posted to the store: nine SELECTs."""
    store = query.store
    days = _days(period, store)
    staff = StaffMember.objects.for_brand(store.brand).active()
    staff = (
        staff.filter(postings__store=store)
        if query.staff_id is None
        else staff.filter(pk=query.staff_id)
    )
    with_agenda = staff.filter(agenda__isnull=False).select_related("agenda")
    people = list(with_agenda.distinct())
    rooms = [a.pk for a in resource_agendas(store, query.offer.resource_kinds)]
    taken = _taken([*(p.agenda.pk for p in people), *rooms], period, query.now)
    rows = _read(query, people, days, period, taken)
    return MomentRows(
        days=days,
        closures=closures_on(store, days),
        people=[rows.of(person) for person in people],
        resources=[row for row in taken if row.agenda_id in rooms],
    )


def _read(
    query: StartQuery,
    people: Sequence[StaffMember],
    days: Sequence[dt.date],
    period: Period,
    taken: Sequence[Occupancy],
) -> _Grouped:
    brand, store, offer = query.store.brand, query.store, query.offer
    ids = [person.agenda.pk for person in people]
    postings = Posting.objects.for_brand(brand).filter(
        store=store, staff_member__in=people
    )
    competences = Competence.objects.for_brand(brand).filter(
        topic=offer.topic_id, staff_member__in=people
    )
    hours = WorkingHours.objects.for_brand(brand).filter(
        agenda__in=ids, store=store, channels__contains=[offer.channel]
    )
    overrides = DayOverride.objects.for_brand(brand).filter(
        agenda__in=ids, day__gte=days[0], day__lte=days[-1]
    )
    absences = Absence.objects.for_brand(brand).filter(
        agenda__in=ids, starts_at__lt=period.end, ends_at__gt=period.start
    )
    return _Grouped(
        posting={row.staff_member_id: row for row in postings},
        competence={row.staff_member_id: row for row in competences},
        hours=_by_agenda(hours),
        overrides=_by_agenda(overrides),
        absences=_by_agenda(absences),
        taken=_by_agenda(taken),
    )


@dataclass(frozen=True)
class _Grouped:
    posting: dict[int, Posting]
    competence: dict[int, Competence]
    hours: dict[int, list[WorkingHours]]
    overrides: dict[int, list[DayOverride]]
    absences: dict[int, list[Absence]]
    taken: dict[int, list[Occupancy]]

    def of(self, person: StaffMember) -> AgendaRows:
        pk = person.agenda.pk
        return AgendaRows(
            staff_member=person,
            agenda=person.agenda,
            posting=self.posting.get(person.pk),
            competence=self.competence.get(person.pk),
            hours=self.hours.get(pk, []),
            overrides=self.overrides.get(pk, []),
            absences=self.absences.get(pk, []),
            taken=self.taken.get(pk, []),
        )


def _days(period: Period, store: Store) -> tuple[dt.date, ...]:
    zone = store.zone
    first = (period.start - AROUND).astimezone(zone).date()
    last = (period.end + AROUND).astimezone(zone).date()
    length = (last - first).days + 1
    return tuple(first + dt.timedelta(days=n) for n in range(length))


def _taken(agendas: Sequence[int], period: Period, now: dt.datetime) -> list[Occupancy]:
    rows = Occupancy.objects.all_brands().busy(now).of_agendas(agendas)
    rows = rows.between(period.start, period.end).order_by("starts_at", "pk")
    return list(
        rows.select_related(
            "hold",
            "appointment__customer",
            "appointment__offer",
            "appointment__topic",
            "appointment__store",
        )
    )


def _touching(rows: Sequence[Timed], period: Period) -> list[Timed]:
    return [
        row for row in rows if row.starts_at < period.end and row.ends_at > period.start
    ]


def closures_on(store: Store, days: Sequence[dt.date]) -> list[Closure]:
    """Closures of the brand, the store's region or the store that touch the days."""
    rows = Closure.objects.for_brand(store.brand).of_stores([store])
    rows = rows.touching(days[0], days[-1])
    return list(rows.order_by("first_day", "pk"))


def _by_agenda(rows: Iterable[Row]) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.agenda_id].append(row)
    return grouped
