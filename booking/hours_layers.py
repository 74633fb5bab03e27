"""Reads what the chain of a day is drawn from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from booking import free_time
from booking.agenda_rows import AgendaRows, rows_around
from booking.desk_queries import people_of
from booking.hours_chain import Layers, offered_mask, usual_mask
from booking.open_time import Seat, open_masks
from booking.seats import Place
from booking.start_masks import masks_for
from stores.models import Channel, Offer, StaffMember, Store
from stores.periods import Period


def layers_of(
    *,
    store: Store,
    offer: Offer,
    member: StaffMember,
    period: Period,
    day: dt.date,
    now: dt.datetime,
) -> Layers:
    """For the day's own week, be it past or beyond the horizon: then nothing is
    offered. The number of queries grows with channels only."""
    base = free_time.base_of(period.start)
    seats = [Seat(agenda, store) for agenda in people_of(store)]
    opened = {
        channel: open_masks(seats, channel=channel, base=base)
        for channel in Channel.values
    }
    rows = rows_around(Place(offer, store), period, now=now, staff_member=member)
    own = (member.agenda.pk, store.pk)
    person = next(iter(rows.people), None)
    return Layers(
        base=base,
        store=_union(mask for masks in opened.values() for mask in masks.values()),
        channel=_union(opened[offer.channel].values()),
        usual=usual_mask(person, store=store, day=day, base=base) if person else 0,
        opened=opened[offer.channel].get(own, 0),
        booked=_busy(person, base) if person else 0,
        offered=_offered(store, offer, member, base, now),
    )


def _union(masks: Iterable[int]) -> int:
    together = 0
    for mask in masks:
        together |= mask
    return together


def _busy(person: AgendaRows, base: dt.datetime) -> int:
    periods = [Period(row.starts_at, row.ends_at) for row in person.taken]
    return free_time.busy_mask(base, periods)


def _offered(
    store: Store,
    offer: Offer,
    member: StaffMember,
    base: dt.datetime,
    now: dt.datetime,
) -> int:
    """In bits from `base`; the search counts from the Monday of `now`."""
    found = masks_for(offer=offer, store=store, now=now, staff_member=member)
    mask = offered_mask(found, member.agenda.pk)
    shift = (base - found.base) // free_time.BIT
    return mask >> shift if shift >= 0 else mask << -shift
