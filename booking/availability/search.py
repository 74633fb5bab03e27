"""First free starts of many offers and stores at once.

Everything here reads without locks: what it says may be gone a moment later, and the
booking services find that out under the agenda's lock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from booking.availability.query import StartQuery
from booking.availability.starts import masks_for_all
from booking.starts import Start
from stores.access import offers_for_store
from stores.models import Brand, Channel, Offer, Store, Topic
from stores.near import NearStore, Point, nearest_stores
from stores.queries import offers_of_topic, shortest_offers

DOORS = (Channel.VIDEO, Channel.CALLBACK, Channel.IN_STORE)

NEAREST = 20


def first_by_channel(
    *, store: Store, topic: Topic, now: dt.datetime
) -> list[tuple[Offer, Start | None]]:
    """One answer for a topic: "video at 14:10, callback at 15:30, in store tomorrow".
    A callback stands as high as any other door; the shop's own comes last."""
    queries = [
        StartQuery(offer=offer, store=store, now=now)
        for offer in offers_for_store(store)
        if offer.topic_id == topic.pk
    ]
    found = [(masks.offer, masks.first()) for masks in masks_for_all(queries)]
    return sorted(found, key=lambda one: DOORS.index(one[0].channel))


def next_times(
    brand: Brand, stores: Sequence[Store], *, channel: Channel | str, now: dt.datetime
) -> dict[int, Start]:
    """Store id → the first free start of its shortest offer by that channel."""
    offers = shortest_offers(brand, stores, channel=channel)
    queries = [
        StartQuery(offer=offers[store.pk], store=store, now=now)
        for store in stores
        if store.pk in offers
    ]
    firsts = (masks.first() for masks in masks_for_all(queries))
    return {start.store.pk: start for start in firsts if start is not None}


@dataclass(frozen=True)
class NearTimes:
    """A near store with its first free start by each channel that it offers."""

    near: NearStore
    firsts: dict[str, Start | None]


def near_times(
    brand: Brand,
    topic: Topic,
    point: Point,
    *,
    now: dt.datetime,
    channel: Channel | str | None = None,
) -> list[NearTimes]:
    """The twenty stores nearest to a point, nearest first, with when each could see
    somebody; by one channel or by all. The queries do not grow with the stores."""
    near = nearest_stores(brand, point, count=NEAREST)
    offers = offers_of_topic(brand, [one.store for one in near], topic)
    queries = [
        StartQuery(offer=offer, store=one.store, now=now)
        for one in near
        for offer in offers[one.store.pk]
        if channel in (None, offer.channel)
    ]
    found = [NearTimes(one, {}) for one in near]
    by_store = {one.near.store.pk: one for one in found}
    for masks in masks_for_all(queries):
        by_store[masks.store.pk].firsts[masks.offer.channel] = masks.first()
    return found
