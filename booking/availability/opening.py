"""Open time of agendas at stores by a channel: hours, overrides, absences, closures.

A constant number of queries, however many agendas, stores and days. Masks are kept in
the process by (agenda, version), so a copy is never wrong, only missing: each
change of what shapes time raises the version in its own transaction.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from booking.availability import bits
from booking.availability.hours import (
    NO_HOURS,
    absences_of,
    hours_rows_of,
    override_mask,
    usual_mask,
)
from booking.availability.kept import KeptRule
from stores.models import Agenda, Closure, Posting, Store

_CACHE_SIZE = 120_000
Key = tuple[int, int, int, str, dt.datetime]
_masks: OrderedDict[Key, int] = OrderedDict()
Posted = tuple[dt.date | None, dt.date | None]
ALWAYS: Posted = (None, None)


@dataclass(frozen=True)
class PostedAgenda:
    """An agenda at one of the stores that its owner works for. `days` says from which
    local day to which, if the caller knows; `kept` what keeps its first hours from
    who asks."""

    agenda: Agenda
    store: Store
    days: Posted | None = field(default=None, compare=False)
    kept: tuple[KeptRule, ...] = field(default=(), compare=False)


def open_masks(
    agendas: Sequence[PostedAgenda], *, channel: str, base: dt.datetime
) -> dict[tuple[int, int], int]:
    """(agenda id, store id) → open bits, by one channel."""
    found = open_by_channel({channel: agendas}, base=base)
    return {(s.agenda.pk, s.store.pk): found[key_of(s, channel, base)] for s in agendas}


def open_by_channel(
    agendas: Mapping[str, Iterable[PostedAgenda]], *, base: dt.datetime
) -> dict[Key, int]:
    """Open bits by `key_of`. No query while all versions are known, else three, and one
    more for agendas whose posting is not known; however many channels."""
    found: dict[Key, int] = {}
    missing: dict[Key, PostedAgenda] = {}
    for channel, some in agendas.items():
        for posted in some:
            key = key_of(posted, channel, base)
            mask = _masks.get(key)
            if mask is None:
                missing[key] = posted
            else:
                found[key] = mask
    if missing:
        built = _build(missing, base)
        remember(built)
        found |= built
    return found


def key_of(posted: PostedAgenda, channel: str, base: dt.datetime) -> Key:
    return (posted.agenda.pk, posted.agenda.version, posted.store.pk, channel, base)


def knows(posted: PostedAgenda, channel: str, base: dt.datetime) -> bool:
    return key_of(posted, channel, base) in _masks


def compute_open(
    pairs: Iterable[tuple[PostedAgenda, str]], base: dt.datetime
) -> dict[Key, int]:
    """From the rows, kept nowhere: three queries."""
    return _build({key_of(posted, by, base): posted for posted, by in pairs}, base)


def remember(masks: Mapping[Key, int]) -> None:
    _masks.update(masks)
    while len(_masks) > _CACHE_SIZE:
        _masks.popitem(last=False)


def uncommitted_masks(
    agendas: Sequence[PostedAgenda], *, channel: str, base: dt.datetime
) -> dict[tuple[int, int], int]:
    """As `open_masks`, straight from the rows and kept nowhere: for a change that is
    written but not committed."""
    built = _build({key_of(posted, channel, base): posted for posted in agendas}, base)
    return {(key[0], key[2]): mask for key, mask in built.items()}


def forget(agendas: Iterable[int]) -> None:
    """Drops this process's copies. Whoever read masks between raising a version and
    giving it up must call this while the agendas are still locked: the same number
    will stand for other hours."""
    wanted = set(agendas)
    for key in [key for key in list(_masks) if key[0] in wanted]:
        _masks.pop(key, None)


def _build(wanted: Mapping[Key, PostedAgenda], base: dt.datetime) -> dict[Key, int]:
    agendas = list({key[0] for key in wanted})
    stores = {posted.store.pk: posted.store for posted in wanted.values()}
    # A day more on both sides: local days reach over the mask's UTC ends.
    first = base.date() - dt.timedelta(days=1)
    last = first + dt.timedelta(days=bits.DAYS + 1)
    hours = hours_rows_of(agendas, first, last)
    away = absences_of(agendas, base)
    closed = closed_days_of(list(stores.values()), first, last)
    known = _postings_of(wanted.values())
    masks = {}
    for key, posted in wanted.items():
        agenda_id, _, store_id, channel, _ = key
        zone, unusual = posted.store.zone, closed[store_id]
        weekly, replaced = hours.get(agenda_id, NO_HOURS)
        if replaced:
            unusual |= {row.day for row in replaced}
        usual = [r for r in weekly if r.store_id == store_id and channel in r.channels]
        mask = usual_mask(base, tuple(usual), zone, unusual)
        here = [r for r in replaced if r.store_id == store_id and channel in r.channels]
        if here:
            mask |= override_mask(base, here, zone, except_days=closed[store_id])
        days = posted.days or known.get((agenda_id, store_id))
        if days is None:
            mask = 0
        elif days != ALWAYS:
            mask &= bits.local_days(base, zone, *days)
        masks[key] = mask & ~away.get(agenda_id, 0)
    return masks


def _postings_of(agendas: Iterable[PostedAgenda]) -> dict[tuple[int, int], Posted]:
    """For those without `days`; no query if there is none."""
    unknown = [posted for posted in agendas if posted.days is None]
    if not unknown:
        return {}
    rows = Posting.objects.all_brands().filter(
        store__in={posted.store.pk for posted in unknown},
        staff_member__agenda__in={posted.agenda.pk for posted in unknown},
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
    rows = Closure.objects.all_brands().of_stores(stores).touching(first, last)
    days: dict[int, set[dt.date]] = {store.pk: set() for store in stores}
    for row in rows:
        length = (row.last_day - row.first_day).days + 1
        closed = {row.first_day + dt.timedelta(days=n) for n in range(length)}
        for store in stores:
            if row.concerns(store):
                days[store.pk] |= closed
    return {pk: frozenset(found) for pk, found in days.items()}
