"""From agendas to bookable starts; the same function offers a start and checks it.

Everything here reads without locks: what it says may be gone a moment later, and the
booking services find that out under the agenda's lock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from booking.availability import bits
from booking.availability.seats import Place
from booking.availability.starts import StartMasks, masks_for, masks_for_places
from booking.models import Appointment
from booking.starts import Start
from stores.access import offers_for_store
from stores.calendar.recurrence import instant
from stores.models import Brand, Channel, Offer, StaffMember, Store, Topic
from stores.near import NearStore, Point, nearest_stores
from stores.queries import offers_of_topic, shortest_offers

DOORS = (Channel.VIDEO, Channel.CALLBACK, Channel.IN_STORE)

NEAREST = 20


def starts(
    *,
    offer: Offer,
    store: Store,
    now: dt.datetime,
    since: dt.date | None = None,
    until: dt.date | None = None,
    staff_member: StaffMember | None = None,
) -> list[Start]:
    """Every distinct bookable start of the local days since … until, in order."""
    found = masks_for(offer=offer, store=store, now=now, staff_member=staff_member)
    days = days_mask(store, found.base, since, until)
    return found.starts(found.union() & days)


def start_rows(
    *,
    offer: Offer,
    store: Store,
    now: dt.datetime,
    since: dt.date | None = None,
    until: dt.date | None = None,
    staff_member: StaffMember | int | None = None,
) -> list[tuple[str, str, int]]:
    """As `starts`, in texts: start, end, and how many advisers are free then."""
    found = masks_for(offer=offer, store=store, now=now, staff_member=staff_member)
    days = days_mask(store, found.base, since, until)
    return found.rows(found.union() & days)


def first_start(
    *,
    offer: Offer,
    store: Store,
    now: dt.datetime,
    staff_member: StaffMember | None = None,
) -> Start | None:
    found = masks_for(offer=offer, store=store, now=now, staff_member=staff_member)
    return found.first()


def nearest_starts(
    *,
    offer: Offer,
    store: Store,
    now: dt.datetime,
    around: dt.datetime,
    staff_member: StaffMember | int | None = None,
    count: int = 3,
    ignoring: Appointment | None = None,
    as_staff: bool = False,
) -> list[Start]:
    """The bookable starts nearest to an instant, nearest first."""
    found = masks_for(
        offer=offer,
        store=store,
        now=now,
        staff_member=staff_member,
        ignoring=ignoring,
        as_staff=as_staff,
    )
    return found.nearest(around, count)


def first_starts(*, store: Store, now: dt.datetime) -> list[tuple[Offer, Start | None]]:
    """Each offer of the store with its first start, with the queries of one search."""
    places = [Place(offer, store) for offer in offers_for_store(store)]
    return [(m.offer, m.first()) for m in masks_for_places(places, now=now)]


def first_by_channel(
    *, store: Store, topic: Topic, now: dt.datetime
) -> list[tuple[Offer, Start | None]]:
    """One answer for a topic: "video at 14:10, callback at 15:30, in store tomorrow".
    A callback stands as high as any other door; the shop's own comes last."""
    places = [
        Place(offer, store)
        for offer in offers_for_store(store)
        if offer.topic_id == topic.pk
    ]
    found = [(m.offer, m.first()) for m in masks_for_places(places, now=now)]
    return sorted(found, key=lambda one: DOORS.index(one[0].channel))


def first_anywhere(found: Iterable[StartMasks]) -> Start | None:
    """The earliest start of many searches; only the winner's people are named. Each
    is looked at no further than the best of those before it, which is soon."""
    best, below = None, bits.SIZE
    for masks in found:
        bit = masks.first_bit(below)
        if bit is not None:
            best, below = masks, bit
    return best.first() if best else None


def days_mask(
    store: Store, base: dt.datetime, since: dt.date | None, until: dt.date | None
) -> int:
    """The bits of the store's local days since … until, both included."""
    first, last = 0, bits.SIZE
    if since is not None:
        midnight = instant(since, dt.time(), store.zone)
        first = bits.ceil_bit(base, midnight)
    if until is not None:
        after = until + dt.timedelta(days=1)
        last = bits.ceil_bit(base, instant(after, dt.time(), store.zone))
    return bits.span(first, last)


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
