"""Reading many stores of one brand at once, in a number of queries that stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from stores.models import Brand, Channel, Offer, Resource, Store, Topic


@dataclass(frozen=True)
class Box:
    """Degrees, edges included."""

    south: float
    north: float
    west: float
    east: float


def stores_in_box(brand: Brand, box: Box) -> list[Store]:
    """The stores that may be booked inside a box of the globe."""
    rows = Store.objects.for_brand(brand).open_to_booking()
    return list(
        rows.filter(
            latitude__range=(box.south, box.north),
            longitude__range=(box.west, box.east),
        )
    )


def offers_of_topic(
    brand: Brand, stores: Sequence[Store], topic: Topic
) -> dict[int, list[Offer]]:
    """Store id → its active offers of the topic, one per channel."""
    rows = Offer.objects.for_brand(brand).filter(topic=topic)
    of_brand = {offer.channel: offer for offer in rows if offer.store_id is None}
    own: dict[int, dict[str, Offer]] = defaultdict(dict)
    for offer in rows:
        if offer.store_id is not None:
            own[offer.store_id][offer.channel] = offer
    return {
        store.pk: [o for o in (of_brand | own[store.pk]).values() if o.active]
        for store in stores
    }


def shortest_offers(
    brand: Brand, stores: Sequence[Store], *, channel: Channel | str
) -> dict[int, Offer]:
    """Store id → its shortest active offer by that channel, where it has any."""
    rows = Offer.objects.for_brand(brand).filter(channel=channel, topic__active=True)
    of_brand = {offer.topic_id: offer for offer in rows if offer.store_id is None}
    own: dict[int, dict[int, Offer]] = defaultdict(dict)
    for offer in rows:
        if offer.store_id is not None:
            own[offer.store_id][offer.topic_id] = offer
    found = {}
    for store in stores:
        chosen = [o for o in (of_brand | own[store.pk]).values() if o.active]
        if chosen:
            found[store.pk] = min(chosen, key=lambda offer: (offer.duration, offer.pk))
    return found


def resource_kinds(brand: Brand) -> list[str]:
    """The kinds of things that visits of the brand may need, in order of their name."""
    rows = Resource.objects.for_brand(brand).filter(active=True)
    return sorted(set(rows.values_list("kind", flat=True)))
