"""The next free hour of each store of a brand, for the list of stores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from booking.availability.seats import Place
from booking.availability.starts import masks_for_places
from booking.starts import Start
from stores.models import Brand, Channel, Store, Topic
from stores.near import NearStore, Point, nearest_stores
from stores.queries import offers_of_topic, shortest_offers

NEAREST = 20


def next_times(
    brand: Brand, stores: Sequence[Store], *, channel: Channel | str, now: dt.datetime
) -> dict[int, Start]:
    """Store id → the first free start of its shortest offer by that channel."""
    offers = shortest_offers(brand, stores, channel=channel)
    places = [Place(offers[s.pk], s) for s in stores if s.pk in offers]
    firsts = (masks.first() for masks in masks_for_places(places, now=now))
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
    places = [
        Place(offer, one.store)
        for one in near
        for offer in offers[one.store.pk]
        if channel in (None, offer.channel)
    ]
    found = [NearTimes(one, {}) for one in near]
    by_store = {one.near.store.pk: one for one in found}
    for masks in masks_for_places(places, now=now):
        by_store[masks.store.pk].firsts[masks.offer.channel] = masks.first()
    return found
