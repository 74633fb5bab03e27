"""Reading many stores of one brand at once, in a number of queries that stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from stores.models import Brand, Channel, Offer, Store


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
