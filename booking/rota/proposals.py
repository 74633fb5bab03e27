"""Decisions for visits that lose their person, weighed by the customer's trouble.

Read inside the transaction of the change, like `ReOffers`. Only a proposal: carrying it
out checks again, under the locks. Cancelling is never proposed.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from booking.availability import bits
from booking.availability.buffers import lengths_of
from booking.availability.starts import StartMasks
from booking.models import Appointment
from booking.rota.conflicts import LOOK_AROUND, Decision, DecisionKind, ReOffers
from booking.rota.plans import Option, least_disturbing
from booking.states import UPCOMING
from stores.calendar.periods import Period
from stores.models import Channel, StaffMember

EARLIER_FROM = dt.timedelta(hours=24)
"""Nobody is asked to come earlier than they booked, unless it is a day away or more."""
LATER, EARLIER = 12, 6
"""Other starts that are weighed, of each person."""

# Minutes of the customer's trouble.
ANOTHER_PERSON = 10
ANOTHER_WAY = 90
TO_THE_STORE = 400
ANOTHER_HOUR, ANOTHER_DAY = 60, 240
EACH_DAY = 60
EARLIER_THAN_BOOKED = 60
NO_COMMON_LANGUAGE = 240


def proposals(
    visits: Sequence[Appointment], offers: ReOffers, *, now: dt.datetime
) -> dict[uuid.UUID, Decision]:
    """A decision for each visit that somebody can still take. No two of them want one
    time of one person."""
    ways = {v: offers.ways(v) for v in visits if v.status in UPCOMING}
    languages = _languages(ways.values())
    options = {
        visit.pk: list(_options(visit, found, _Trouble(visit, languages), now))
        for visit, found in ways.items()
    }
    plan = least_disturbing(options)
    return {pk: option.choice for pk, option in plan.items()}


def _languages(ways: Iterable[Mapping[str, StartMasks]]) -> dict[int, list[str]]:
    """The languages of each person, in one query; no row where none is known."""
    staff = {
        time.agenda.staff_member_id or 0
        for found in ways
        for masks in found.values()
        for time in masks.times
    }
    rows = StaffMember.objects.all_brands().filter(pk__in=staff)
    return {pk: spoken for pk, spoken in rows.values_list("pk", "languages") if spoken}


@dataclass(frozen=True)
class _Trouble:
    """Weighs, in minutes, what a customer is put to."""

    visit: Appointment
    languages: Mapping[int, list[str]]

    def of(self, decision: Decision) -> int:
        return (
            self._person(decision.staff_id or 0)
            + self._hour(decision)
            + self._way(decision.channel or self.visit.channel)
        )

    def _person(self, staff_id: int) -> int:
        spoken = self.languages.get(staff_id)
        strange = bool(spoken) and self.visit.language not in (spoken or ())
        own = staff_id == self.visit.staff_member_id
        return NO_COMMON_LANGUAGE * strange + (0 if own else ANOTHER_PERSON)

    def _way(self, channel: str) -> int:
        if channel == self.visit.channel:
            return 0
        return TO_THE_STORE if channel == Channel.IN_STORE else ANOTHER_WAY

    def _hour(self, decision: Decision) -> int:
        if decision.starts_at is None:
            return 0
        zone, before, after = self.visit.zone, self.visit.starts_at, decision.starts_at
        days = abs(
            (after.astimezone(zone).date() - before.astimezone(zone).date()).days
        )
        trouble = ANOTHER_DAY + EACH_DAY * days if days else ANOTHER_HOUR
        earlier = EARLIER_THAN_BOOKED if after < before else 0
        return trouble + earlier + abs(after - before).seconds // 60 // 4


def _options(
    visit: Appointment,
    ways: Mapping[str, StartMasks],
    trouble: _Trouble,
    now: dt.datetime,
) -> Iterator[Option[Decision]]:
    for channel, found in ways.items():
        before, length = lengths_of(found.offer)
        itself = found.bit_of(visit.starts_at)
        others = _may_move(visit, found, now) if channel == visit.channel else 0
        for time, starts in zip(found.times, found.each, strict=True):
            staff_id = time.agenda.staff_member_id or 0
            for bit in _worth_weighing(starts, itself, others):
                decision = _decision(visit, channel, staff_id, bits.at(found.base, bit))
                taken = bits.span(bit - before, bit - before + length)
                yield Option(decision, trouble.of(decision), staff_id, taken)


def _may_move(visit: Appointment, found: StartMasks, now: dt.datetime) -> int:
    """Bits on the customers' grid, about the visit's time, never too soon."""
    base, at = found.base, visit.starts_at
    soonest = min(at, now + EARLIER_FROM)
    around = bits.open_mask(
        base, [Period(max(soonest, at - LOOK_AROUND), at + LOOK_AROUND)]
    )
    return around & bits.step_grid(base, found.store.time_zone, found.offer.step)


def _worth_weighing(starts: int, itself: int | None, others: int) -> Iterator[int]:
    """The visit's own start, and the nearest before and after it."""
    middle = itself or 0
    own = bits.span(middle, middle + 1) if itself is not None else 0
    moves = starts & others & ~own
    later = bits.nearest_bits(moves & ~((1 << middle) - 1), middle, LATER)
    earlier = bits.nearest_bits(moves & ((1 << middle) - 1), middle, EARLIER)
    return bits.each_bit(starts & own | later | earlier)


def _decision(
    visit: Appointment, channel: str, staff_id: int, at: dt.datetime
) -> Decision:
    if at != visit.starts_at:
        return Decision(visit.pk, DecisionKind.MOVE, staff_id=staff_id, starts_at=at)
    if channel == visit.channel:
        return Decision(visit.pk, DecisionKind.REASSIGN, staff_id=staff_id)
    return Decision(
        visit.pk, DecisionKind.CHANGE_CHANNEL, staff_id=staff_id, channel=channel
    )
