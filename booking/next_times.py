"""The next free hour of each store of a brand, for the list of stores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from booking.seats import Place
from booking.start_masks import Start, masks_for_places
from stores.models import Brand, Channel, Store
from stores.queries import shortest_offers


def next_times(
    brand: Brand, stores: Sequence[Store], *, channel: Channel | str, now: dt.datetime
) -> dict[int, Start]:
    """Store id → the first free start of its shortest offer by that channel."""
    offers = shortest_offers(brand, stores, channel=channel)
    places = [Place(offers[s.pk], s) for s in stores if s.pk in offers]
    firsts = (masks.first() for masks in masks_for_places(places, now=now))
    return {start.store.pk: start for start in firsts if start is not None}
