"""What agendas offer at stores by a channel: hours, overrides, absences, closures.

A constant number of queries, however many agendas, stores and days. Masks are kept in
the process by (agenda, version), so a copy is never wrong, only missing: whoever
changes what shapes time raises the version in the same transaction.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from booking.availability import bits
from booking.availability.hours import (
    NO_HOURS,
    absences_of,
    hours_of,
    unusual_mask,
    usual_mask,
)
from stores.calendar.recurrence import instant
from stores.models import Agenda, Closure, Posting, Store

_CACHE_SIZE = 120_000
Key = tuple[int, int, int, str, dt.datetime]
_masks: OrderedDict[Key, int] = OrderedDict()
Posted = tuple[dt.date | None, dt.date | None]


@dataclass(frozen=True)
class Seat:
    """An agenda at one of the stores that its owner works for; `posted` from which
    local day to which, where whoever made the seat knew."""

    agenda: Agenda
    store: Store
    posted: Posted | None = field(default=None, compare=False)


def open_masks(
    seats: Sequence[Seat], *, channel: str, base: dt.datetime
) -> dict[tuple[int, int], int]:
    """(agenda id, store id) → open bits, by one channel."""
    found = open_by_channel({channel: seats}, base=base)
    return {(s.agenda.pk, s.store.pk): found[key_of(s, channel, base)] for s in seats}


def open_by_channel(
    seats: Mapping[str, Iterable[Seat]], *, base: dt.datetime
) -> dict[Key, int]:
    """Open bits by `key_of`. No query while all versions are known, else three, and one
    more for seats whose posting is not known; however many channels."""
    found: dict[Key, int] = {}
    missing: dict[Key, Seat] = {}
    for channel, some in seats.items():
        for seat in some:
            key = key_of(seat, channel, base)
            mask = _masks.get(key)
            if mask is None:
                missing[key] = seat
            else:
                found[key] = mask
    if missing:
        built = _build(missing, base)
        remember(built)
        found |= built
    return found


def key_of(seat: Seat, channel: str, base: dt.datetime) -> Key:
    return (seat.agenda.pk, seat.agenda.version, seat.store.pk, channel, base)


def knows(seat: Seat, channel: str, base: dt.datetime) -> bool:
    return key_of(seat, channel, base) in _masks


def compute_open(
    pairs: Iterable[tuple[Seat, str]], base: dt.datetime
) -> dict[Key, int]:
    """From the rows, kept nowhere: three queries."""
    return _build({key_of(seat, by, base): seat for seat, by in pairs}, base)


def remember(masks: Mapping[Key, int]) -> None:
    _masks.update(masks)
    while len(_masks) > _CACHE_SIZE:
        _masks.popitem(last=False)


def uncommitted_masks(
    seats: Sequence[Seat], *, channel: str, base: dt.datetime
) -> dict[tuple[int, int], int]:
    """As `open_masks`, straight from the rows and kept nowhere: for a change that is
    written but not committed."""
    built = _build({key_of(seat, channel, base): seat for seat in seats}, base)
    return {(key[0], key[2]): mask for key, mask in built.items()}


def forget(agendas: Iterable[int]) -> None:
    """Drops this process's copies. Whoever read masks between raising a version and
    giving it up must call this while the agendas are still locked: the same number
    will stand for other hours."""
    wanted = set(agendas)
    for key in [key for key in list(_masks) if key[0] in wanted]:
        _masks.pop(key, None)


def _build(wanted: Mapping[Key, Seat], base: dt.datetime) -> dict[Key, int]:
    agendas = list({key[0] for key in wanted})
    stores = {seat.store.pk: seat.store for seat in wanted.values()}
    # A day more on both sides: local days reach over the mask's UTC ends.
    first = base.date() - dt.timedelta(days=1)
    last = first + dt.timedelta(days=bits.DAYS + 1)
    hours = hours_of(agendas, first, last)
    away = absences_of(agendas, base)
    closed = closed_days_of(list(stores.values()), first, last)
    posted = _postings_of(wanted.values())
    masks = {}
    for key, seat in wanted.items():
        agenda_id, _, store_id, channel, _ = key
        zone, unusual = seat.store.zone, closed[store_id]
        weekly, replaced = hours.get(agenda_id, NO_HOURS)
        if replaced:
            unusual |= {row.day for row in replaced}
        usual = [r for r in weekly if r.store_id == store_id and channel in r.channels]
        mask = usual_mask(base, tuple(usual), zone, unusual)
        here = [r for r in replaced if r.store_id == store_id and channel in r.channels]
        if here:
            mask |= unusual_mask(base, here, zone, except_days=closed[store_id])
        days = seat.posted or posted.get((agenda_id, store_id))
        masks[key] = _posted(mask, days, base, zone) & ~away.get(agenda_id, 0)
    return masks


def _posted(
    mask: int, days: Posted | None, base: dt.datetime, zone: zoneinfo.ZoneInfo
) -> int:
    """From which local day to which the person works for the store; None: never."""
    if days is None:
        return 0
    since, until = days
    if since is not None:
        start = instant(since, dt.time(), zone)
        mask &= bits.span(bits.ceil_bit(base, start), bits.SIZE)
    if until is not None:
        end = instant(until + dt.timedelta(days=1), dt.time(), zone)
        mask &= bits.span(0, bits.floor_bit(base, end))
    return mask


def _postings_of(seats: Iterable[Seat]) -> dict[tuple[int, int], Posted]:
    """Of the seats that do not know; no query where all do."""
    unknown = [seat for seat in seats if seat.posted is None]
    if not unknown:
        return {}
    rows = Posting.objects.all_brands().filter(
        store__in={seat.store.pk for seat in unknown},
        staff_member__agenda__in={seat.agenda.pk for seat in unknown},
    )
    fields = ("staff_member__agenda", "store_id", "valid_from", "valid_until")
    return {(row[0], row[1]): (row[2], row[3]) for row in rows.values_list(*fields)}


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
