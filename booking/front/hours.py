"""The next free hour of a brand, over its stores and distant teams, of any subject.

A brand may have ten thousand stores, and its door is its busiest page. So the answer is
kept for a minute, and one visitor at a time looks for it again; of a large brand a
bounded number of hours is asked for, and `is_whole` says whether that was all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.cache import cache

from booking.availability import bits
from booking.availability.query import StartQuery
from booking.availability.starts import StartMasks, masks_for_all
from booking.front.queries import stores_to_ask
from booking.starts import Start
from stores.models import Brand, Channel, Store
from stores.queries import offers_of_stores

FRESH = dt.timedelta(seconds=60)
KEPT = 120
"""Seconds: the second minute is for those who come while somebody looks again."""
LOOKING = 10
"""Seconds after which a search that did not come back is given up."""
MOST_STORES = 40
MOST_SEARCHES = 400
WAYS = (Channel.VIDEO, Channel.CALLBACK, Channel.IN_STORE)


@dataclass(frozen=True)
class NextHour:
    """A free start, as the door shows it and leads to it."""

    starts_at: dt.datetime
    channel: str
    store: Store

    @property
    def local(self) -> dt.datetime:
        return self.starts_at.astimezone(self.store.zone)


@dataclass(frozen=True)
class DoorHours:
    """The answer. `channels` are those by which somebody can be met; `back` is when
    the first person is at work again, None while somebody is."""

    found_at: dt.datetime
    first: NextHour | None = None
    call: NextHour | None = None
    back: tuple[dt.datetime, Store] | None = None
    channels: tuple[str, ...] = ()
    is_whole: bool = True

    def holds(self, now: dt.datetime) -> bool:
        """False once an hour of it has begun."""
        ends = [hour.starts_at for hour in (self.first, self.call) if hour]
        ends += [self.back[0]] if self.back else []
        return all(now < at for at in ends)


def door_hours(brand: Brand, now: dt.datetime) -> DoorHours | None:
    """At most a minute old, or what another visitor is about to replace. None while
    the first of all looks: the page does without rather than look as well."""
    key = f"front:1:{brand.pk}"
    known: DoorHours | None = cache.get(key)
    if known is not None and not known.holds(now):
        known = None
    if known is not None and now - known.found_at < FRESH:
        return known
    if not cache.add(f"{key}:looking", 1, timeout=LOOKING):
        return known
    try:
        found = look_for_hours(brand, now)
        cache.set(key, found, timeout=KEPT)
    finally:
        cache.delete(f"{key}:looking")
    return found


def look_for_hours(brand: Brand, now: dt.datetime) -> DoorHours:
    """The statements do not grow with the stores, but for offers that need a resource
    or have a ceiling."""
    queries, is_whole = _searches(brand, now)
    masks = [found for found in masks_for_all(queries) if found.times]
    starts = [start for found in masks if (start := found.first())]
    calls = [start for start in starts if start.offer.channel == Channel.CALLBACK]
    offered = {found.offer.channel for found in masks}
    return DoorHours(
        found_at=now,
        first=_soonest(starts),
        call=_soonest(calls),
        back=_back(masks, now) if is_whole else None,
        channels=tuple(way for way in WAYS if way in offered),
        is_whole=is_whole,
    )


def _searches(brand: Brand, now: dt.datetime) -> tuple[list[StartQuery], bool]:
    """One of each store's offers; whether these are all that the brand has."""
    stores = stores_to_ask(brand, MOST_STORES + 1, now)
    offers = offers_of_stores(brand, stores)
    queries = [
        StartQuery(offer=offer, store=store, now=now)
        for store in stores[:MOST_STORES]
        for offer in offers[store.pk]
    ]
    is_whole = len(stores) <= MOST_STORES and len(queries) <= MOST_SEARCHES
    return queries[:MOST_SEARCHES], is_whole


def _soonest(starts: Iterable[Start]) -> NextHour | None:
    start = min(starts, key=lambda one: one.starts_at, default=None)
    if start is None:
        return None
    return NextHour(start.starts_at, str(start.offer.channel), start.store)


def _back(
    masks: Sequence[StartMasks], now: dt.datetime
) -> tuple[dt.datetime, Store] | None:
    """The first moment from now on at which anybody works; None if that is now."""
    found: tuple[int, Store] | None = None
    for one in masks:
        here = bits.floor_bit(one.base, now)
        for time in one.times:
            bit = bits.first_bit(time.open >> here)
            if bit == 0:
                return None
            if bit is not None and (found is None or here + bit < found[0]):
                found = here + bit, one.store
    return (bits.at(masks[0].base, found[0]), found[1]) if found else None
