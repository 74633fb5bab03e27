"""Closed days of a brand, a region or a store, public holidays among them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q

from booking.errors import HoursRefused
from booking.models import Appointment, Hold
from booking.rota.changes import Change, carry_out
from booking.rota.conflicts import Decision
from stores.calendar.periods import Period
from stores.calendar.public_holidays import PublicHoliday, public_holidays
from stores.models import Agenda, Brand, Closure, Region, Store, User

LONGEST_CLOSURE = dt.timedelta(days=366)
FURTHEST = 5 * LONGEST_CLOSURE
AROUND_THE_WORLD = dt.timedelta(hours=14)
"""No zone's day begins further from UTC's."""


@dataclass(frozen=True)
class ClosurePlace:
    """The place that is closed: the brand, or one region or store of it."""

    brand: Brand
    region: Region | None = None
    store: Store | None = None

    def stores(self) -> list[Store]:
        if self.store is not None:
            return [self.store]
        rows = Store.objects.for_brand(self.brand)
        return list(rows.filter(region=self.region) if self.region else rows)


def add_closure(
    *,
    brand: Brand,
    first_day: dt.date,
    last_day: dt.date,
    reason: dict[str, str],
    user: User,
    now: dt.datetime,
    region: Region | None = None,
    store: Store | None = None,
    decisions: Sequence[Decision] = (),
) -> Closure:
    """Nothing begins on these local days, both included; what began the evening
    before still ends. `reason` is {"fr": …, "en": …}.

    Raises HoursRefused, and AppointmentsAffected unless each visit on these days has a
    decision.
    """
    if last_day < first_day or last_day - first_day > LONGEST_CLOSURE:
        raise HoursRefused("A closure lasts one day to a year.", "last_day")
    if abs(first_day - now.date()) > FURTHEST:
        raise HoursRefused("A closure begins within five years.", "first_day")
    if region is not None and store is not None:
        raise HoursRefused("A closure is of one place.", "store")
    place = ClosurePlace(brand, region, store)

    def write() -> Closure:
        return Closure.objects.create(
            brand=brand,
            region=region,
            store=store,
            first_day=first_day,
            last_day=last_day,
            reason=reason,
        )

    stores = place.stores()
    change = _closing(brand, stores, [(first_day, last_day)])
    return carry_out(change, write, decisions=decisions, user=user, now=now)


def remove_closure(*, closure: Closure, user: User, now: dt.datetime) -> None:
    """The hours count again. Removing one that is gone changes nothing."""
    rows = Closure.objects.for_brand(closure.brand).filter(pk=closure.pk)
    stores = ClosurePlace(closure.brand, closure.region, closure.store).stores()
    change = Change(closure.brand, agendas_at(closure.brand, stores))
    carry_out(change, rows.delete, decisions=(), user=user, now=now)


def add_public_holidays(
    *,
    stores: Sequence[Store],
    territory: str,
    year: int,
    user: User,
    now: dt.datetime,
    customs: Collection[str] = (),
    decisions: Sequence[Decision] = (),
) -> list[Closure]:
    """Closes the stores, all of one brand, on the territory's public holidays to come;
    days on which a store is closed already are left alone. `customs` are the French
    names of days that custom, or the law of their commune, keeps at these stores; of
    such days the others stay open.

    Raises UnknownTerritory, and AppointmentsAffected as a closure does.
    """
    found = [
        holiday
        for holiday in public_holidays(territory=territory, year=year)
        if not holiday.is_asked or holiday.name["fr"] in customs
    ]
    if not stores:
        return []
    brand = stores[0].brand
    is_closed = _closed_already(brand, found)
    rows = [
        Closure(
            brand=brand,
            store=store,
            first_day=holiday.day,
            last_day=holiday.day,
            reason=holiday.name,
        )
        for store in stores
        for holiday in found
        if holiday.day >= now.astimezone(store.zone).date()
        and not is_closed(store, holiday.day)
    ]
    days = sorted({(row.first_day, row.last_day) for row in rows})
    change = _closing(brand, stores, days)

    def write() -> list[Closure]:
        return Closure.objects.bulk_create(rows)

    return carry_out(change, write, decisions=decisions, user=user, now=now)


def _closed_already(
    brand: Brand, holidays: Sequence[PublicHoliday]
) -> Callable[[Store, dt.date], bool]:
    """One query, however many stores and days."""
    days = [holiday.day for holiday in holidays]
    rows = list(Closure.objects.for_brand(brand).touching(min(days), max(days)))

    def is_closed(store: Store, day: dt.date) -> bool:
        return any(
            row.first_day <= day <= row.last_day and row.concerns(store) for row in rows
        )

    return is_closed


def _closing(
    brand: Brand, stores: Sequence[Store], days: Sequence[tuple[dt.date, dt.date]]
) -> Change:
    window = _window(days) if days else None
    agendas = agendas_at(brand, stores) if days else frozenset()
    return Change(brand, agendas, window, _closes(stores, days))


def _closes(
    stores: Sequence[Store], days: Sequence[tuple[dt.date, dt.date]]
) -> Callable[[Appointment | Hold], bool]:
    closed = {store.pk for store in stores}

    def closes(appointment: Appointment | Hold) -> bool:
        day = appointment.starts_at.astimezone(appointment.store.zone).date()
        inside = any(first <= day <= last for first, last in days)
        return appointment.store_id in closed and inside

    return closes


def _window(days: Sequence[tuple[dt.date, dt.date]]) -> Period:
    """The days anywhere on earth; what begins on the last may end on the next."""
    first = min(first for first, _ in days)
    last = max(last for _, last in days) + dt.timedelta(days=2)
    utc = dt.UTC
    return Period(
        dt.datetime.combine(first, dt.time(), utc) - AROUND_THE_WORLD,
        dt.datetime.combine(last, dt.time(), utc) + AROUND_THE_WORLD,
    )


def agendas_at(brand: Brand, stores: Sequence[Store]) -> frozenset[int]:
    """The ids of agendas whose free time depends on the closed days of these stores."""
    rows = Agenda.objects.for_brand(brand).filter(
        Q(staff_member__postings__store__in=stores)
        | Q(working_hours__store__in=stores)
        | Q(day_overrides__store__in=stores)
    )
    return frozenset(rows.values_list("pk", flat=True))
