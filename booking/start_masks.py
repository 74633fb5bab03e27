"""For one offer at one store: at which bits a visit may start, and with whom.

This is the one function that both offers a start and checks it at commit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from booking import free_time
from booking.ceilings import full_days
from booking.models import Appointment
from booking.open_time import Seat, open_masks
from booking.resources import (
    ResourceTime,
    enough_of_each,
    one_of_each,
    resource_times,
)
from booking.seats import Place, staffed_by
from booking.taken_time import busy_masks, last_given
from stores.models import Agenda, Offer, StaffMember, Store

LONGEST_HORIZON = dt.timedelta(days=60)


@dataclass(frozen=True)
class Start:
    """A start that may be booked, and who is free for it. Never stored."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    offer: Offer
    store: Store
    staff_ids: tuple[int, ...]

    @property
    def local(self) -> dt.datetime:
        return self.starts_at.astimezone(self.store.zone)

    def as_json(self) -> dict[str, str]:
        return {
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "store": self.store.slug,
            "channel": self.offer.channel,
        }


@dataclass(frozen=True)
class AgendaTime:
    """One agenda at one store by one channel: `open` hours and `busy` time."""

    agenda: Agenda
    open: int
    busy: int

    @property
    def free(self) -> int:
        return self.open & ~self.busy


@dataclass(frozen=True)
class Choice:
    """What must be locked for a start: an adviser's agenda, and those of all things
    that the offer needs."""

    agenda: Agenda
    resources: tuple[Agenda, ...] = ()

    @property
    def agendas(self) -> list[Agenda]:
        return [self.agenda, *self.resources]


@dataclass(frozen=True)
class StartMasks:
    """`times` are the advisers', `resources` the things' (empty where none is needed),
    `full` the bits of days on which an agenda has reached the offer's ceiling."""

    offer: Offer
    store: Store
    base: dt.datetime
    times: tuple[AgendaTime, ...]
    window: int
    resources: tuple[ResourceTime, ...] = ()
    full: Mapping[int, int] = field(default_factory=dict)

    def of(self, time: AgendaTime, *, ignoring_busy: bool = False) -> int:
        """Erosion by all that the visit takes, moved by the breath before it."""
        free = time.open if ignoring_busy else time.free
        mask = self._eroded(free) & self.window
        if ignoring_busy:
            return mask
        return mask & self._with_resources & ~self.full.get(time.agenda.pk, 0)

    def _eroded(self, free: int) -> int:
        offer = self.offer
        # Rounded apart: a breath of 1 minute before and 4 after takes two bits more.
        before = free_time.bits_of(dt.timedelta(minutes=offer.buffer_before))
        after = dt.timedelta(minutes=offer.duration + offer.buffer_after)
        need = before + free_time.bits_of(after)
        return free_time.starts_of(free, need) << before

    @cached_property
    def _things(self) -> list[tuple[Agenda, str, int]]:
        """Agenda, kind and possible starts of each thing."""
        return [(r.agenda, r.kind, self._eroded(r.free)) for r in self.resources]

    @cached_property
    def _with_resources(self) -> int:
        things = [(kind, mask) for _, kind, mask in self._things]
        return enough_of_each(self.offer.resource_kinds, things)

    def union(self, *, ignoring_busy: bool = False) -> int:
        mask = 0
        for time in self.times:
            mask |= self.of(time, ignoring_busy=ignoring_busy)
        return mask

    def starts(self, mask: int) -> list[Start]:
        """The starts of `mask`, in order of time."""
        each = [(t.agenda.staff_member_id or 0, self.of(t)) for t in self.times]
        return [self._start_at(bit, each) for bit in free_time.each_bit(mask)]

    def first(self) -> Start | None:
        mask = self.union()
        return next(iter(self.starts(mask & -mask)), None)

    def _start_at(self, bit: int, masks: Iterable[tuple[int, int]]) -> Start:
        starts_at = free_time.at(self.base, bit)
        return Start(
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(minutes=self.offer.duration),
            offer=self.offer,
            store=self.store,
            staff_ids=tuple(staff for staff, mask in masks if mask >> bit & 1),
        )

    def is_offered(self, starts_at: dt.datetime) -> bool:
        """Whether the start would be bookable if nobody had taken anything."""
        bit = self._bit(starts_at)
        return bit is not None and bool(self.union(ignoring_busy=True) >> bit & 1)

    def choices_at(self, starts_at: dt.datetime) -> list[Choice]:
        """Who is free at that start, each with things that are, by agenda id."""
        bit = self._bit(starts_at)
        if bit is None:
            return []
        things = [(kind, a) for a, kind, mask in self._things if mask >> bit & 1]
        free = [t.agenda for t in self.times if self.of(t) >> bit & 1]
        # Different advisers try different booths first, so that they do not collide.
        return [
            Choice(agenda, one_of_each(self.offer.resource_kinds, things, turn=n))
            for n, agenda in enumerate(free)
        ]

    def _bit(self, starts_at: dt.datetime) -> int | None:
        inside = self.base <= starts_at < free_time.at(self.base, free_time.SIZE)
        if not inside or (starts_at - self.base) % free_time.BIT:
            return None
        return free_time.floor_bit(self.base, starts_at)


def masks_for(
    *,
    offer: Offer,
    store: Store,
    now: dt.datetime,
    staff_member: StaffMember | int | None = None,
    ignoring: Appointment | None = None,
    visitor: str = "",
    as_staff: bool = False,
) -> StartMasks:
    """Two queries when the agendas' versions are known, else at most eight; one more
    each for a ceiling and for resources.

    `ignoring` frees what an appointment takes, `visitor` what a visitor holds;
    `as_staff` drops notice and step grid, which bind customers only.
    """
    found = masks_for_places(
        [Place(offer, store)],
        now=now,
        staff_member=staff_member,
        ignoring=ignoring,
        visitor=visitor,
        as_staff=as_staff,
    )
    return found[0]


def masks_for_places(
    places: Sequence[Place],
    *,
    now: dt.datetime,
    staff_member: StaffMember | int | None = None,
    ignoring: Appointment | None = None,
    visitor: str = "",
    as_staff: bool = False,
) -> list[StartMasks]:
    """One StartMasks per place, with the queries of one: they do not grow with places
    but for ceilings, resources and the channels among them."""
    base = free_time.base_of(now)
    staffed = staffed_by(places, staff_member)
    seats = {seat for found in staffed.values() for seat in found}
    agendas = list({seat.agenda.pk: seat.agenda for seat in seats}.values())
    busy = busy_masks(agendas, base=base, now=now, ignoring=ignoring, visitor=visitor)
    opened = {
        channel: open_masks(_by_channel(staffed, channel), channel=channel, base=base)
        for channel in sorted({place.offer.channel for place in places})
    }
    return [
        StartMasks(
            offer=place.offer,
            store=place.store,
            base=base,
            times=tuple(
                AgendaTime(
                    agenda=seat.agenda,
                    open=opened[place.offer.channel][seat.agenda.pk, seat.store.pk],
                    busy=busy[seat.agenda.pk],
                )
                for seat in staffed[place]
            ),
            window=_window_of(place, base, now, as_staff=as_staff),
            resources=resource_times(
                place, base=base, now=now, ignoring=ignoring, visitor=visitor
            ),
            full=full_days(place, staffed[place], base, ignoring, visitor),
        )
        for place in places
    ]


def _by_channel(staffed: Mapping[Place, Sequence[Seat]], channel: str) -> list[Seat]:
    chosen = {
        seat
        for place, seats in staffed.items()
        if place.offer.channel == channel
        for seat in seats
    }
    return list(chosen)


def longest_idle_first(choices: Iterable[Choice]) -> list[Choice]:
    """Who was given a visit longest ago comes first; who never was, before all."""
    choices = list(choices)
    if len(choices) < 2:
        return choices
    given = last_given([choice.agenda for choice in choices])
    never = dt.datetime.min.replace(tzinfo=dt.UTC)
    return sorted(choices, key=lambda c: (given.get(c.agenda.pk, never), c.agenda.pk))


def _window_of(
    place: Place, base: dt.datetime, now: dt.datetime, *, as_staff: bool
) -> int:
    """For customers the step grid between the notice and the horizon; for staff every
    bit from now on."""
    offer = place.offer
    notice = dt.timedelta() if as_staff else dt.timedelta(minutes=offer.minimum_notice)
    horizon = LONGEST_HORIZON if as_staff else dt.timedelta(days=offer.horizon)
    reach = free_time.span(
        free_time.ceil_bit(base, now + notice),
        free_time.floor_bit(base, now + horizon) + 1,
    )
    if as_staff:
        return reach
    return reach & free_time.step_grid(base, place.store.time_zone, offer.step)
