"""Reading many stores of one brand at once, in a number of queries that stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from stores.models import Agenda, Brand, Channel, Competence, Offer, Posting, Store


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


def agendas_for_offers(
    brand: Brand, offers: Mapping[int, Offer]
) -> dict[int, list[Agenda]]:
    """Store id → the agendas of active staff there who know the offer's topic."""
    postings = Posting.objects.for_brand(brand).filter(
        store__in=offers, staff_member__active=True
    )
    knows = {
        (row.staff_member_id, row.topic_id): row
        for row in Competence.objects.for_brand(brand).filter(
            topic__in={offer.topic_id for offer in offers.values()}
        )
    }
    wanted: dict[int, list[int]] = {store_id: [] for store_id in offers}
    for store_id, staff_id in postings.values_list("store_id", "staff_member_id"):
        offer = offers[store_id]
        competence = knows.get((staff_id, offer.topic_id))
        if competence is not None and competence.covers(offer.channel):
            wanted[store_id].append(staff_id)
    agendas = Agenda.objects.for_brand(brand).select_related("staff_member")
    by_staff = {a.staff_member_id: a for a in agendas.filter(resource__isnull=True)}
    return {
        store_id: [by_staff[staff_id] for staff_id in staff if staff_id in by_staff]
        for store_id, staff in wanted.items()
    }
