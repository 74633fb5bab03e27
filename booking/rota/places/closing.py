"""Stores that change or close, and the visits that are booked there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction

from booking.availability import occupied, opening
from booking.errors import BookingError, StaleVersion
from booking.models import Appointment, Hold
from booking.models.querysets import AppointmentQuerySet
from booking.rota.changes import Change, carry_out
from booking.rota.closures import agendas_at
from booking.services import locking
from stores.editing.stores import NewStore, change_stores
from stores.models import Agenda, Brand, Channel, Closure, Store, StoreKind, User

AT_ONCE = 200
"""Stores whose open time changes in one transaction, at most."""


class VisitsStand(BookingError):
    """Visits are booked there still: they are moved or cancelled first."""

    code = "visits_stand"

    def __init__(self, visits: Sequence[Appointment]) -> None:
        super().__init__()
        self.visits = visits


class TooManyAtOnce(BookingError):
    """The open time of so many stores is not changed in one go."""

    code = "too_many_at_once"


def write_stores(
    *,
    brand: Brand,
    stores: Sequence[Store],
    facts: Sequence[NewStore],
    user: User,
    now: dt.datetime,
    check: Callable[[Sequence[Store]], None] | None = None,
) -> None:
    """Writes the facts of each store, all or none. `check` is called with the rows
    under their lock, in ascending id, and may refuse.

    Raises StoreRefused with the index; AppointmentsAffected where another zone or
    region closes the hours of visits; VisitsStand where a place that takes nobody in
    any more has visits in the store; TooManyAtOnce.
    """
    moved = moved_by(brand, stores, facts)
    if len(moved) > AT_ONCE:
        raise TooManyAtOnce

    def write() -> None:
        rows = Store.objects.for_brand(brand).filter(pk__in=[one.pk for one in stores])
        locked = {row.pk: row for row in rows.select_for_update().order_by("pk")}
        if check is not None:
            check(list(locked.values()))
        for store in stores:
            if _time_of(locked[store.pk]) != _time_of(store):
                raise StaleVersion
        _check_kinds(brand, stores, facts, now)
        change_stores(
            brand=brand, stores=[locked[one.pk] for one in stores], facts=facts
        )

    agendas = agendas_at(brand, moved) if moved else frozenset[int]()
    change = Change(brand, agendas, of_stores=True)
    carry_out(change, write, decisions=(), user=user, now=now)


def _time_of(store: Store) -> tuple[object, ...]:
    return store.time_zone, store.region_id


def moved_by(
    brand: Brand, stores: Sequence[Store], facts: Sequence[NewStore]
) -> list[Store]:
    """The stores whose hours mean another time afterwards: by their zone, or by a
    region that is closed on days of its own."""
    closed = set(
        Closure.objects.for_brand(brand)
        .filter(region__isnull=False)
        .values_list("region_id", flat=True)
    )
    found = []
    for store, one in zip(stores, facts, strict=True):
        regions = {store.region_id, one.region.pk if one.region else None}
        if one.time_zone != store.time_zone or (len(regions) > 1 and regions & closed):
            found.append(store)
    return found


def _check_kinds(
    brand: Brand, stores: Sequence[Store], facts: Sequence[NewStore], now: dt.datetime
) -> None:
    shut = [
        store
        for store, one in zip(stores, facts, strict=True)
        if one.kind == StoreKind.REMOTE and not store.is_remote
    ]
    if shut:
        check_none_stands(
            visits_ahead(brand, now).filter(store__in=shut, channel=Channel.IN_STORE)
        )


def visits_ahead(brand: Brand, now: dt.datetime) -> AppointmentQuerySet[Appointment]:
    rows = Appointment.objects.for_brand(brand).filter(ends_at__gt=now)
    return rows.live().with_people().order_by("starts_at", "pk")


def visits_at(store: Store, now: dt.datetime) -> AppointmentQuerySet[Appointment]:
    """Those that are booked and not over."""
    return visits_ahead(store.brand, now).at_store(store)


def check_none_stands(visits: AppointmentQuerySet[Appointment]) -> None:
    found = list(visits)
    if found:
        raise VisitsStand(found)


def close_store(*, store: Store, now: dt.datetime) -> None:
    """Nobody books there any more; what is held there is given up. Raises VisitsStand
    while a visit is booked. Closed twice, it is closed once."""
    rooms = Agenda.objects.for_brand(store.brand).filter(resource__store=store)
    agendas = {*agendas_at(store.brand, [store]), *rooms.values_list("pk", flat=True)}
    with locked_agendas(agendas):
        check_none_stands(visits_at(store, now))
        holds = Hold.objects.for_brand(store.brand).filter(store=store)
        locking.delete_holds(list(holds.values_list("pk", flat=True)))
        Store.objects.for_brand(store.brand).filter(pk=store.pk).update(active=False)


def open_store_again(*, store: Store) -> None:
    """Its hours and people count as they stood."""
    with locked_agendas(agendas_at(store.brand, [store])):
        Store.objects.for_brand(store.brand).filter(pk=store.pk).update(active=True)


@contextmanager
def locked_agendas(agendas: Iterable[int]) -> Iterator[None]:
    """Locks the agendas, ascending, and raises their versions: who searched before
    asks again."""
    wanted = set(agendas)
    with transaction.atomic():
        locking.lock_agendas(wanted)
        try:
            yield
            locking.raise_versions(wanted)
        finally:
            opening.forget(wanted)
            occupied.forget(wanted)
