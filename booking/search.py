"""From agendas to bookable starts; the same function offers a start and checks it.

Everything here reads without locks: what it says may be gone a moment later, and the
booking services find that out under the agenda's lock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from booking import free_time
from booking.open_time import AgendaTime, agenda_times, candidates
from stores.access import offers_for_store
from stores.models import Agenda, Offer, StaffMember, Store
from stores.recurrence import instant

LOOK_AROUND = dt.timedelta(days=14)


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
class Choice:
    """An agenda that is free at a start, with what chooses among several."""

    agenda: Agenda
    busy_bits: int


@dataclass(frozen=True)
class StartMasks:
    """For one offer at one store: per agenda, the bits at which a visit may start."""

    offer: Offer
    store: Store
    base: dt.datetime
    times: tuple[AgendaTime, ...]
    window: int

    @property
    def need(self) -> int:
        offer = self.offer
        minutes = offer.buffer_before + offer.duration + offer.buffer_after
        return free_time.bits_of(dt.timedelta(minutes=minutes))

    def of(self, time: AgendaTime, *, ignoring_busy: bool = False) -> int:
        """Erosion by all that the visit takes, moved by the breath before it."""
        before = free_time.bits_of(dt.timedelta(minutes=self.offer.buffer_before))
        free = time.open if ignoring_busy else time.free
        return free_time.starts_of(free, self.need) << before & self.window

    def union(self, *, ignoring_busy: bool = False) -> int:
        mask = 0
        for time in self.times:
            mask |= self.of(time, ignoring_busy=ignoring_busy)
        return mask

    def start_at(self, bit: int, masks: Iterable[tuple[int, int]]) -> Start:
        starts_at = free_time.at(self.base, bit)
        return Start(
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(minutes=self.offer.duration),
            offer=self.offer,
            store=self.store,
            staff_ids=tuple(staff for staff, mask in masks if mask >> bit & 1),
        )

    def starts(self, mask: int) -> list[Start]:
        """The starts of `mask`, in order of time."""
        each = [(_staff_id(t.agenda), self.of(t)) for t in self.times]
        return [self.start_at(bit, each) for bit in free_time.each_bit(mask)]


def masks_for(
    *,
    offer: Offer,
    store: Store,
    now: dt.datetime,
    staff_member: StaffMember | None = None,
) -> StartMasks:
    """Two queries when the agendas' versions are known, else at most seven."""
    base = free_time.base_of(now)
    staff_id = staff_member.pk if staff_member else None
    agendas = candidates(store=store, offer=offer, staff_id=staff_id)
    times = agenda_times(
        agendas, store=store, channel=offer.channel, base=base, now=now
    )
    window = _window(offer, store, base, now)
    return StartMasks(offer, store, base, tuple(times), window)


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
    days = _days(store, found.base, since, until)
    return found.starts(found.union() & days)


def first_start(
    *,
    offer: Offer,
    store: Store,
    now: dt.datetime,
    staff_member: StaffMember | None = None,
) -> Start | None:
    found = masks_for(offer=offer, store=store, now=now, staff_member=staff_member)
    mask = found.union()
    return next(iter(found.starts(mask & -mask)), None)


def nearest_starts(
    *,
    offer: Offer,
    store: Store,
    now: dt.datetime,
    around: dt.datetime,
    staff_member: StaffMember | None = None,
    count: int = 3,
) -> list[Start]:
    """The bookable starts nearest to an instant, nearest first."""
    found = masks_for(offer=offer, store=store, now=now, staff_member=staff_member)
    middle = free_time.floor_bit(found.base, around)
    mask = found.union()
    reach = LOOK_AROUND // free_time.BIT
    near = mask & free_time.span(middle - reach, middle + reach) or mask
    bits = sorted(free_time.each_bit(near), key=lambda bit: (abs(bit - middle), bit))
    chosen = sum(1 << bit for bit in bits[:count])
    return sorted(found.starts(chosen), key=lambda s: abs(s.starts_at - around))


def first_starts(*, store: Store, now: dt.datetime) -> list[tuple[Offer, Start | None]]:
    """Each offer of the store with its first start; queries grow with offers only."""
    return [
        (offer, first_start(offer=offer, store=store, now=now))
        for offer in offers_for_store(store)
    ]


def choices_at(found: StartMasks, starts_at: dt.datetime) -> list[Choice]:
    """Agendas free at that start, the least occupied first (ties: lowest id)."""
    bit = free_time.floor_bit(found.base, starts_at)
    if not _is_whole(found.base, starts_at):
        return []
    free = [t for t in found.times if found.of(t) >> bit & 1]
    choices = [Choice(t.agenda, (t.busy & t.open).bit_count()) for t in free]
    return sorted(choices, key=lambda c: (c.busy_bits, c.agenda.pk))


def is_offered(found: StartMasks, starts_at: dt.datetime) -> bool:
    """Whether the start would be bookable if nobody had taken anything."""
    bit = free_time.floor_bit(found.base, starts_at)
    if not _is_whole(found.base, starts_at):
        return False
    return bool(found.union(ignoring_busy=True) >> bit & 1)


def _is_whole(base: dt.datetime, starts_at: dt.datetime) -> bool:
    inside = base <= starts_at < base + dt.timedelta(days=free_time.DAYS)
    return inside and not (starts_at - base) % free_time.BIT


def _staff_id(agenda: Agenda) -> int:
    return agenda.staff_member_id or 0


def _window(offer: Offer, store: Store, base: dt.datetime, now: dt.datetime) -> int:
    """The step grid between the notice and the horizon."""
    earliest = now + dt.timedelta(minutes=offer.minimum_notice)
    latest = now + dt.timedelta(days=offer.horizon)
    reach = free_time.span(
        free_time.ceil_bit(base, earliest), free_time.floor_bit(base, latest) + 1
    )
    return reach & free_time.step_grid(base, store.time_zone, offer.step)


def _days(
    store: Store, base: dt.datetime, since: dt.date | None, until: dt.date | None
) -> int:
    first, last = 0, free_time.SIZE
    if since is not None:
        midnight = instant(since, dt.time(), store.zone)
        first = free_time.ceil_bit(base, midnight)
    if until is not None:
        after = until + dt.timedelta(days=1)
        last = free_time.ceil_bit(base, instant(after, dt.time(), store.zone))
    return free_time.span(first, last)
