"""Reads what the chain of a day is drawn from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from booking.availability import bits
from booking.availability.opening import Key, Seat, open_by_channel
from booking.availability.seats import Place
from booking.availability.starts import StartMasks
from booking.explain.day_chain import Layers, offered_mask, usual_mask
from booking.explain.rows import AgendaRows, MomentRows
from stores.models import Agenda, Channel, StaffMember, Store
from stores.periods import Period


def open_hours(
    store: Store, people: Iterable[Agenda], period: Period
) -> dict[Key, int]:
    """Everybody's open bits by every channel, from the Monday of the period's week. No
    query while all masks are known, else four, however many people and channels."""
    seats = [Seat(agenda, store) for agenda in people]
    by_channel = dict.fromkeys(Channel.values, seats)
    return open_by_channel(by_channel, base=bits.base_of(period.start))


def layers_of(
    found: StartMasks,
    rows: MomentRows,
    opened: Mapping[Key, int],
    *,
    member: StaffMember,
    period: Period,
    day: dt.date,
) -> Layers:
    """For the day's own week, be it past or beyond the horizon: then nothing is
    offered. `rows` and `opened` hold the day's period."""
    store, by = found.store, found.offer.channel
    base = bits.base_of(period.start)
    rows = rows.within(period, Place(found.offer, store))
    person = next(iter(rows.people), None)
    own = (key for key in opened if key[0] == member.agenda.pk and key[3] == by)
    return Layers(
        base=base,
        store=_union(opened.values()),
        channel=_union(mask for key, mask in opened.items() if key[3] == by),
        usual=usual_mask(person, store=store, day=day, base=base) if person else 0,
        opened=_union(opened[key] for key in own),
        booked=_busy(person, base) if person else 0,
        offered=_offered(found, member, base),
    )


def _union(masks: Iterable[int]) -> int:
    together = 0
    for mask in masks:
        together |= mask
    return together


def _busy(person: AgendaRows, base: dt.datetime) -> int:
    periods = [Period(row.starts_at, row.ends_at) for row in person.taken]
    return bits.busy_mask(base, periods)


def _offered(found: StartMasks, member: StaffMember, base: dt.datetime) -> int:
    """In bits from `base`; the search counts from the Monday of `now`."""
    mask = offered_mask(found, member.agenda.pk)
    shift = (base - found.base) // bits.BIT
    return mask >> shift if shift >= 0 else mask << -shift
