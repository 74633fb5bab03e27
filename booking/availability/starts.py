"""For one offer at one store: at which bits a visit may start, and with whom.

This is the one function that both offers a start and checks it at commit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import or_

from booking.availability import bits
from booking.availability.agendas import staffed_by
from booking.availability.buffers import lengths_of
from booking.availability.kept import KeptTime, closed_to, kept_times
from booking.availability.limits import Windows, full_days
from booking.availability.occupied import busy_masks
from booking.availability.opening import Key, PostedAgenda, key_of, open_by_channel
from booking.availability.query import StartQuery
from booking.availability.resources import (
    ResourceTime,
    enough_of_each,
    one_of_each,
    resource_times,
)
from booking.availability.snapshots import recall
from booking.starts import Start
from stores.models import Agenda, Offer, Store

NEAREST = 3
"""Starts that are named to somebody whose own cannot be had."""


@dataclass(frozen=True)
class AgendaTime:
    """One agenda at one store by one channel: `open` hours and `busy` time. What is
    `kept` for other topics is not open, but to staff."""

    agenda: Agenda
    open: int
    busy: int
    kept: tuple[KeptTime, ...] = ()

    @property
    def free(self) -> int:
        return self.open & ~self.busy


@dataclass(frozen=True)
class Candidate:
    """The agendas to lock for a start: an adviser's, and those of all resources that
    the offer needs."""

    agenda: Agenda
    resources: tuple[Agenda, ...] = ()

    @property
    def agendas(self) -> list[Agenda]:
        return [self.agenda, *self.resources]

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(agenda.pk for agenda in self.agendas)


@dataclass(frozen=True)
class StartMasks:
    """The answer to a query. `times` are the advisers', `resources` empty where none
    is needed, `full` the bits of days on which an agenda has reached the ceiling."""

    query: StartQuery
    base: dt.datetime
    times: tuple[AgendaTime, ...]
    window: int
    resources: tuple[ResourceTime, ...] = ()
    full: Mapping[int, int] = field(default_factory=dict)

    @property
    def offer(self) -> Offer:
        return self.query.offer

    @property
    def store(self) -> Store:
        return self.query.store

    def of(self, time: AgendaTime, *, ignoring_busy: bool = False) -> int:
        """Erosion by all that the visit takes, moved by the buffer before it."""
        free = time.open if ignoring_busy else time.free
        mask = self._eroded(free) & self.window
        if ignoring_busy:
            return mask
        return mask & self._with_resources & ~self.full.get(time.agenda.pk, 0)

    def _eroded(self, free: int) -> int:
        before, need = lengths_of(self.offer)
        return bits.starts_of(free, need) << before

    @cached_property
    def _resource_starts(self) -> list[tuple[Agenda, str, int]]:
        """Agenda, kind and possible starts of each resource."""
        return [(r.agenda, r.kind, self._eroded(r.free)) for r in self.resources]

    @cached_property
    def _with_resources(self) -> int:
        masks = [(kind, mask) for _, kind, mask in self._resource_starts]
        return enough_of_each(self.offer.resource_kinds, masks)

    @cached_property
    def each(self) -> list[int]:
        """The starts of each adviser, in the order of `times`."""
        return [self.of(time) for time in self.times]

    def union(self, *, ignoring_busy: bool = False) -> int:
        each = self.each
        if ignoring_busy:
            each = [self.of(time, ignoring_busy=True) for time in self.times]
        return reduce(or_, each, 0)

    def during(self, since: dt.date | None, until: dt.date | None) -> int:
        """The bookable bits of the store's local days since … until, both included."""
        zone = self.store.zone
        return self.union() & bits.local_days(self.base, zone, since, until)

    def starts(self, mask: int) -> list[Start]:
        """The starts of `mask`, in order of time."""
        staff = (time.agenda.staff_member_id or 0 for time in self.times)
        owners = list(zip(staff, self.each, strict=True))
        length = dt.timedelta(minutes=self.offer.duration)
        found = []
        for bit, who in bits.each_with(mask, owners):
            at = bits.at(self.base, bit)
            found.append(Start(at, at + length, self.offer, self.store, who))
        return found

    def rows(self, mask: int) -> list[tuple[str, str, int]]:
        """Start and end in ISO 8601 and how many advisers are free, for each start of
        `mask`: a month of them without an object for each."""
        set_bits = list(bits.each_bit(mask))
        free = bits.counts(bits.tally(self.each), set_bits)
        times = bits.iso_times(self.base)
        length, rest = divmod(self.offer.duration, 5)
        if rest:
            ends = [bits.iso(s.ends_at) for s in self.starts(mask)]
        else:
            ends = [times[bit + length] for bit in set_bits]
        return list(zip([times[bit] for bit in set_bits], ends, free, strict=True))

    def first(self) -> Start | None:
        """Looked for in ever wider stretches: most people are free soon."""
        soonest = bits.first_bit(self.window) or 0
        for days in (1, 8, bits.DAYS):
            below = min(soonest + days * bits.BITS_PER_DAY, bits.SIZE)
            bit = self.first_bit(below)
            if bit is not None:
                return self._start_at(bit)
        return None

    def _start_at(self, bit: int) -> Start:
        if self.resources or self.full:
            return self.starts(1 << bit)[0]
        before, need = lengths_of(self.offer)
        all_of_it, shift = (1 << need) - 1, bit - before
        who = tuple(
            time.agenda.staff_member_id or 0
            for time in self.times
            if (time.open >> shift) & all_of_it == all_of_it
            and not (time.busy >> shift) & all_of_it
        )
        starts_at = bits.at(self.base, bit)
        ends_at = starts_at + dt.timedelta(minutes=self.offer.duration)
        return Start(starts_at, ends_at, self.offer, self.store, who)

    def first_bit(self, below: int = bits.SIZE) -> int | None:
        """The first start before the bit `below`. Looks no further than it must: what
        lies behind the best start known is cut away before anything is computed."""
        if self.resources or self.full:
            return bits.first_bit(self.union() & ((1 << below) - 1))
        before, need = lengths_of(self.offer)
        window, best = self.window & ((1 << below) - 1), None
        reach = (1 << (below + need)) - 1
        for time in self.times:
            free = bits.minus(time.open & reach, time.busy)
            found = (bits.starts_of(free, need) << before) & window
            if found:
                best = bits.first_bit(found) or 0
                window &= (1 << best) - 1
                reach = (1 << (best + need)) - 1
        return best

    def is_offered(self, starts_at: dt.datetime) -> bool:
        """True if the start would be bookable with nothing taken."""
        bit = self.bit_of(starts_at)
        return bit is not None and bool(self.union(ignoring_busy=True) >> bit & 1)

    def nearest(
        self, around: dt.datetime, count: int = NEAREST, *, itself: bool = True
    ) -> list[Start]:
        """The bookable starts nearest to an instant, nearest first; the instant's own
        only if `itself`."""
        middle = bits.floor_bit(self.base, around)
        mask = self.union()
        if not itself:
            mask &= ~bits.span(middle, middle + 1)
        chosen = bits.nearest_bits(mask, middle, count)
        return sorted(self.starts(chosen), key=lambda s: abs(s.starts_at - around))

    def candidates_at(self, starts_at: dt.datetime) -> list[Candidate]:
        """Lists who is free at that start, each with free resources, by agenda id."""
        bit = self.bit_of(starts_at)
        if bit is None:
            return []
        there = [
            (kind, a) for a, kind, mask in self._resource_starts if mask >> bit & 1
        ]
        free = [t.agenda for t in self.times if self.of(t) >> bit & 1]
        # Different advisers try different booths first, so that they do not collide.
        return [
            Candidate(agenda, one_of_each(self.offer.resource_kinds, there, turn=n))
            for n, agenda in enumerate(free)
        ]

    def bit_of(self, starts_at: dt.datetime) -> int | None:
        """None outside the mask, and between two bits."""
        inside = self.base <= starts_at < bits.at(self.base, bits.SIZE)
        if not inside or (starts_at - self.base) % bits.BIT:
            return None
        return bits.floor_bit(self.base, starts_at)


def masks_for(query: StartQuery) -> StartMasks:
    """Two SELECTs when the agendas' versions are known, else five; one more each for a
    ceiling and for resources, and where a version rose between the first two."""
    return masks_for_all([query])[0]


def masks_for_all(queries: Sequence[StartQuery]) -> list[StartMasks]:
    """One per query, with the SELECTs of one but for ceilings and resources.

    The queries differ in offer and store only; raises ValueError otherwise.
    """
    if not queries:
        return []
    if len({query.terms for query in queries}) > 1:
        raise ValueError("One search has one moment, and asks for one person.")
    base = bits.base_of(queries[0].now)
    staffed = staffed_by(queries)
    by_channel: dict[str, list[PostedAgenda]] = {}
    for query, posted in zip(queries, staffed, strict=True):
        by_channel.setdefault(query.offer.channel, []).extend(posted)
        for one in posted:
            for rule in one.kept:
                by_channel.setdefault(rule.channel, []).append(one)
    recall(by_channel, base)
    agendas = {one.agenda.pk: one.agenda for posted in staffed for one in posted}
    busy = busy_masks(list(agendas.values()), queries[0], base=base)
    opened = open_by_channel(by_channel, base=base)
    windows = Windows(base)

    return [
        StartMasks(
            query=query,
            base=base,
            times=tuple(
                _time_of(query, one, opened, busy[one.agenda.pk], base)
                for one in posted
            ),
            window=windows.of(query),
            resources=resource_times(query, base),
            full=full_days(query, posted, base),
        )
        for query, posted in zip(queries, staffed, strict=True)
    ]


def _time_of(
    query: StartQuery,
    posted: PostedAgenda,
    opened: Mapping[Key, int],
    busy: int,
    base: dt.datetime,
) -> AgendaTime:
    mask = opened[key_of(posted, query.offer.channel, base)]
    if not posted.kept:
        return AgendaTime(posted.agenda, mask, busy)
    hours = {
        rule.channel: opened[key_of(posted, rule.channel, base)] for rule in posted.kept
    }
    kept = kept_times(
        posted.kept, hours, base=base, zone=query.store.zone, now=query.now
    )
    mask = bits.minus(mask, closed_to(query, posted.agenda, kept, base))
    return AgendaTime(posted.agenda, mask, busy, kept)
