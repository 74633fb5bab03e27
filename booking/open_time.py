"""What agendas offer at stores by a channel: hours, overrides, absences, closures.

A constant number of queries, however many agendas, stores and days. Masks are kept in
the process by (agenda, version), so a copy is never wrong, only missing: whoever
changes what shapes time raises the version in the same transaction.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Q

from booking import free_time
from stores.models import (
    Absence,
    Agenda,
    Closure,
    DayOverride,
    Posting,
    Store,
    WorkingHours,
)
from stores.periods import Period
from stores.recurrence import expand, expand_overrides, instant

Row = TypeVar("Row", WorkingHours, DayOverride, Absence)

_CACHE_SIZE = 120_000
_Key = tuple[int, int, int, str, dt.datetime]
_masks: OrderedDict[_Key, int] = OrderedDict()


@dataclass(frozen=True)
class Seat:
    """An agenda at one of the stores that its owner works for."""

    agenda: Agenda
    store: Store


def open_masks(
    seats: Sequence[Seat], *, channel: str, base: dt.datetime
) -> dict[tuple[int, int], int]:
    """(agenda id, store id) → open bits. No query while all versions are known, else
    five."""

    def key(seat: Seat) -> _Key:
        return (seat.agenda.pk, seat.agenda.version, seat.store.pk, channel, base)

    found = {seat: _masks.get(key(seat)) for seat in seats}
    missing = [seat for seat, mask in found.items() if mask is None]
    if missing:
        for seat, mask in _build(missing, channel, base):
            found[seat] = _masks[key(seat)] = mask
        while len(_masks) > _CACHE_SIZE:
            _masks.popitem(last=False)
    return {(s.agenda.pk, s.store.pk): mask or 0 for s, mask in found.items()}


def uncommitted_masks(
    seats: Sequence[Seat], *, channel: str, base: dt.datetime
) -> dict[tuple[int, int], int]:
    """As `open_masks`, straight from the rows and kept nowhere: for a change that is
    written but not committed."""
    built = _build(seats, channel, base)
    return {(seat.agenda.pk, seat.store.pk): mask for seat, mask in built}


def forget(agendas: Iterable[int]) -> None:
    """Drops this process's copies. Whoever read masks between raising a version and
    giving it up must call this while the agendas are still locked: the same number
    will stand for other hours."""
    wanted = set(agendas)
    for key in [key for key in list(_masks) if key[0] in wanted]:
        _masks.pop(key, None)


def _build(
    seats: Sequence[Seat], channel: str, base: dt.datetime
) -> Iterable[tuple[Seat, int]]:
    # A day more on both sides: local days reach over the mask's UTC ends.
    first = base.date() - dt.timedelta(days=1)
    days = [first + dt.timedelta(days=n) for n in range(free_time.DAYS + 2)]
    agendas = {seat.agenda.pk for seat in seats}
    stores = {seat.store.pk: seat.store for seat in seats}
    hours = _grouped(
        WorkingHours.objects.all_brands().filter(
            agenda__in=agendas, store__in=stores, channels__contains=[channel]
        )
    )
    overrides = _grouped(
        DayOverride.objects.all_brands().filter(
            agenda__in=agendas, day__gte=days[0], day__lte=days[-1]
        )
    )
    absences = _grouped(
        Absence.objects.all_brands().filter(agenda__in=agendas, ends_at__gt=base)
    )
    closed = closed_days_of(list(stores.values()), days[0], days[-1])
    posted = _posted_masks(agendas, stores, base)
    for seat in seats:
        store, zone = seat.store, seat.store.zone
        replaced = overrides.get(seat.agenda.pk, [])
        unusual = frozenset(row.day for row in replaced) | closed[store.pk]
        usual = [r for r in hours.get(seat.agenda.pk, []) if r.store_id == store.pk]
        opened = list(expand(usual, days, zone, except_days=unusual))
        here = [r for r in replaced if r.store_id == store.pk and channel in r.channels]
        opened += expand_overrides(here, zone, except_days=closed[store.pk])
        away = absences.get(seat.agenda.pk, [])
        mask = free_time.open_mask(base, opened)
        mask &= posted.get((seat.agenda.pk, store.pk), 0)
        gone = [Period(row.starts_at, row.ends_at) for row in away]
        yield seat, mask & ~free_time.busy_mask(base, gone)


def _posted_masks(
    agendas: Iterable[int], stores: Mapping[int, Store], base: dt.datetime
) -> dict[tuple[int, int], int]:
    """From which local day to which each person works for each store."""
    rows = Posting.objects.all_brands().filter(
        store__in=stores, staff_member__agenda__in=agendas
    )
    masks: dict[tuple[int, int], int] = {}
    fields = ("staff_member__agenda", "store_id", "valid_from", "valid_until")
    for agenda_id, store_id, first, last in rows.values_list(*fields):
        zone, mask = stores[store_id].zone, free_time.FULL
        if first is not None:
            start = instant(first, dt.time(), zone)
            mask &= free_time.span(free_time.ceil_bit(base, start), free_time.SIZE)
        if last is not None:
            end = instant(last + dt.timedelta(days=1), dt.time(), zone)
            mask &= free_time.span(0, free_time.floor_bit(base, end))
        masks[agenda_id, store_id] = mask
    return masks


def closed_days(store: Store, first: dt.date, last: dt.date) -> frozenset[dt.date]:
    """Local days on which the brand, the store's region or the store is closed."""
    return closed_days_of([store], first, last)[store.pk]


def closed_days_of(
    stores: Sequence[Store], first: dt.date, last: dt.date
) -> dict[int, frozenset[dt.date]]:
    """Store id → closed local days; one query for all stores."""
    regions = {store.region_id for store in stores if store.region_id}
    rows = Closure.objects.all_brands().filter(
        Q(store__in=[store.pk for store in stores])
        | Q(region__in=regions)
        | Q(
            brand__in={store.brand_id for store in stores},
            store__isnull=True,
            region__isnull=True,
        ),
        last_day__gte=first,
        first_day__lte=last,
    )
    days: dict[int, set[dt.date]] = {store.pk: set() for store in stores}
    for row in rows:
        length = (row.last_day - row.first_day).days + 1
        closed = {row.first_day + dt.timedelta(days=n) for n in range(length)}
        for store in stores:
            if _concerns(row, store):
                days[store.pk] |= closed
    return {pk: frozenset(found) for pk, found in days.items()}


def _concerns(closure: Closure, store: Store) -> bool:
    if closure.store_id:
        return closure.store_id == store.pk
    if closure.region_id:
        return closure.region_id == store.region_id
    return closure.brand_id == store.brand_id


def _grouped(rows: Iterable[Row]) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.agenda_id].append(row)
    return grouped
