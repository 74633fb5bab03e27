"""Reading many stores of one brand at once, in a number of queries that stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from stores.models import (
    Brand,
    Channel,
    LegalText,
    Membership,
    Offer,
    Resource,
    Role,
    StaffMember,
    Store,
    StoreKind,
    Topic,
    TopicQuestion,
)
from stores.statements import ask, columns_of, row_of


@dataclass(frozen=True)
class Box:
    """Degrees, edges included."""

    south: float
    north: float
    west: float
    east: float


_IN_BOX = f"""
SELECT {columns_of(Store, "store")} FROM stores_store store
 WHERE store.brand_id = %s AND store.active
   AND store.latitude BETWEEN %s AND %s AND store.longitude BETWEEN %s AND %s
 ORDER BY power(sin(radians(store.latitude - %s) / 2), 2)
          + cos(radians(store.latitude)) * cos(radians(%s))
          * power(sin(radians(store.longitude - %s) / 2), 2), store.id
 LIMIT %s
"""  # noqa: S608  # names of columns


def stores_in_box(
    brand: Brand, box: Box, *, latitude: float, longitude: float, count: int
) -> list[Store]:
    """Of the stores that may be booked inside a box of the globe, at most so many,
    nearest to a point first (by half a haversine, which grows with the distance)."""
    middle = [latitude, latitude, longitude]
    edges = [box.south, box.north, box.west, box.east]
    rows = ask(_IN_BOX, [brand.pk, *edges, *middle, count])
    found = [row_of(Store, row) for row in rows]
    for store in found:
        store.brand = brand
    return found


_OF_TOPIC = f"""
SELECT {columns_of(Offer, "offer")} FROM stores_offer offer
 WHERE offer.brand_id = %s AND offer.topic_id = %s AND NOT offer.retired
   AND (offer.store_id IS NULL OR offer.store_id = ANY(%s::bigint[]))
 ORDER BY offer.id
"""  # noqa: S608  # names of columns


def offers_of_topic(
    brand: Brand, stores: Sequence[Store], topic: Topic
) -> dict[int, list[Offer]]:
    """Store id → its active offers of the topic, one per channel."""
    rows = ask(_OF_TOPIC, [brand.pk, topic.pk, [store.pk for store in stores]])
    offers = [row_of(Offer, row) for row in rows]
    of_brand = {offer.channel: offer for offer in offers if offer.store_id is None}
    own: dict[int, dict[str, Offer]] = defaultdict(dict)
    for offer in offers:
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


def offers_of_stores(brand: Brand, stores: Sequence[Store]) -> dict[int, list[Offer]]:
    """Store id → its active offers of all topics, one per topic and channel."""
    rows = Offer.objects.for_brand(brand).filter(topic__active=True)
    known = [store.pk for store in stores]
    rows = rows.filter(Q(store__isnull=True) | Q(store__in=known)).order_by("id")
    own: dict[int | None, dict[tuple[int, str], Offer]] = defaultdict(dict)
    for offer in rows:
        own[offer.store_id][offer.topic_id, offer.channel] = offer
    return {pk: [o for o in (own[None] | own[pk]).values() if o.active] for pk in known}


def stores_by_name(brand: Brand, most: int) -> list[Store]:
    """The first of the open stores, by name."""
    rows = Store.objects.for_brand(brand).open_to_booking()
    return list(rows.order_by("name", "pk")[:most])


def remote_teams(brand: Brand, most: int) -> list[Store]:
    """The open stores that advise from elsewhere, by name."""
    rows = Store.objects.for_brand(brand).open_to_booking()
    return list(rows.filter(kind=StoreKind.REMOTE).order_by("name", "pk")[:most])


def resource_kinds(brand: Brand) -> list[str]:
    """The kinds of resources that visits of the brand may need, in order of their
    name."""
    rows = Resource.objects.for_brand(brand).filter(active=True)
    return sorted(set(rows.values_list("kind", flat=True)))


def count_without_agenda() -> int:
    """People of all brands who have a post and can be booked by nobody."""
    return StaffMember.objects.all_brands().without_agenda().count()


def managers_of(store: Store, but: int | None = None) -> list[Membership]:
    """The people who answer for the store: its own managers, else its region's, else
    those of the whole brand, else the brand's admins; by name. One query. `but` is an
    account that does not count."""
    rows = Membership.objects.for_brand(store.brand).filter(
        user__is_active=True, role__in=[Role.MANAGER, Role.ADMIN]
    )
    rows = rows.exclude(user=but) if but else rows
    found = list(rows.select_related("user").order_by("user__name", "id"))
    managers = [row for row in found if row.role == Role.MANAGER]
    return (
        [row for row in managers if row.store_id == store.pk]
        or [
            row
            for row in managers
            if row.region_id and row.region_id == store.region_id
        ]
        or [row for row in managers if row.store_id is None and row.region_id is None]
        or [row for row in found if row.role == Role.ADMIN]
    )


def questions_of(topics: Sequence[Topic]) -> dict[int, list[TopicQuestion]]:
    """By topic id, those that are asked now, in their order. One query."""
    found: dict[int, list[TopicQuestion]] = defaultdict(list)
    if topics:
        rows = TopicQuestion.objects.for_brand(topics[0].brand)
        for row in rows.filter(topic__in=topics):
            found[row.topic_id].append(row)
    return found


def legal_texts_of(brand: Brand, kind: str, language: str) -> list[LegalText]:
    """All versions of one page in one language, newest first."""
    rows = LegalText.objects.for_brand(brand).filter(kind=kind, language=language)
    return list(rows.select_related("published_by").order_by("-version"))


def legal_text(
    brand: Brand, kind: str, language: str, version: int
) -> LegalText | None:
    rows = LegalText.objects.for_brand(brand).filter(kind=kind, language=language)
    return rows.select_related("published_by").filter(version=version).first()


def legal_standing(brand: Brand) -> dict[tuple[str, str], LegalText]:
    """The text that stands, by kind and language. One query."""
    names = ("kind", "language")
    rows = LegalText.objects.for_brand(brand).order_by(*names, "-version")
    return {(row.kind, row.language): row for row in rows.distinct(*names)}
