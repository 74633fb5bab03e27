"""Decisions for visits that lose their person, weighed by the customer's trouble.

Read inside the transaction of the change, like `ReOffers`. Only a proposal: carrying it
out checks again, under the locks. Cancelling is never proposed.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

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
LATER, EARLIER = 8, 4
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
    return {
        visit.pk: _decision(visit, plan[visit.pk].choice)
        for visit in ways
        if visit.pk in plan
    }


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


class _Choice(NamedTuple):
    channel: str
    staff_id: int
    starts_at: dt.datetime


class _Trouble:
    """Weighs, in minutes, what one customer is put to."""

    def __init__(self, visit: Appointment, languages: Mapping[int, list[str]]) -> None:
        self._visit = visit
        self._languages = languages
        self._day = visit.starts_at.astimezone(visit.zone).date()

    def of_person(self, staff_id: int) -> int:
        spoken = self._languages.get(staff_id)
        strange = bool(spoken) and self._visit.language not in (spoken or ())
        own = staff_id == self._visit.staff_member_id
        return NO_COMMON_LANGUAGE * strange + (0 if own else ANOTHER_PERSON)

    def of_channel(self, channel: str) -> int:
        if channel == self._visit.channel:
            return 0
        return TO_THE_STORE if channel == Channel.IN_STORE else ANOTHER_WAY

    def of_hour(self, starts_at: dt.datetime) -> int:
        before = self._visit.starts_at
        if starts_at == before:
            return 0
        days = abs((starts_at.astimezone(self._visit.zone).date() - self._day).days)
        trouble = ANOTHER_DAY + EACH_DAY * days if days else ANOTHER_HOUR
        earlier = EARLIER_THAN_BOOKED if starts_at < before else 0
        return trouble + earlier + abs(starts_at - before).seconds // 60 // 4


def _options(
    visit: Appointment,
    ways: Mapping[str, StartMasks],
    trouble: _Trouble,
    now: dt.datetime,
) -> Iterator[Option[_Choice]]:
    for channel, found in ways.items():
        before, length = lengths_of(found.offer)
        itself = found.bit_of(visit.starts_at)
        others = _may_move(visit, found, now) if channel == visit.channel else 0
        # Many people have the same hours.
        hours: dict[int, tuple[dt.datetime, int, int]] = {}
        for time, starts in zip(found.times, found.each, strict=True):
            staff_id = time.agenda.staff_member_id or 0
            cost = trouble.of_person(staff_id) + trouble.of_channel(channel)
            for bit in _worth_weighing(starts, itself, others):
                if bit not in hours:
                    at = bits.at(found.base, bit)
                    taken = bits.span(bit - before, bit - before + length)
                    hours[bit] = at, trouble.of_hour(at), taken
                at, hour, taken = hours[bit]
                yield Option(
                    _Choice(channel, staff_id, at), cost + hour, staff_id, taken
                )


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


def _decision(visit: Appointment, choice: _Choice) -> Decision:
    channel, staff_id, at = choice
    if at != visit.starts_at:
        return Decision(visit.pk, DecisionKind.MOVE, staff_id=staff_id, starts_at=at)
    if channel == visit.channel:
        return Decision(visit.pk, DecisionKind.REASSIGN, staff_id=staff_id)
    return Decision(
        visit.pk, DecisionKind.CHANGE_CHANNEL, staff_id=staff_id, channel=channel
    )
