"""Rows in memory for the arithmetic of `bench slots`, and two ways to ask them.

March 2027 in Paris, with its clock change; Monday to Saturday, 10 to 19; 200 busy
spans of 15 to 45 minutes per person, drawn with a fixed seed.
"""

from __future__ import annotations

import datetime as dt
import random
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass

from booking.availability import bits
from booking.availability.hours import weekly_mask
from stores.calendar.periods import Period
from stores.calendar.recurrence import falls_on
from stores.models import WorkingHours

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
FIRST = dt.date(2027, 3, 1)
DAYS = [FIRST + dt.timedelta(days=n) for n in range(30)]
NOW = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
MEETING, STEP = 30, 15
BUSY = 200
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Masks:
    """The bits of one person, as the product keeps them between two questions."""

    open: int
    busy: int


@dataclass(frozen=True)
class Person:
    hours: list[WorkingHours]
    busy: list[Period]

    def masks(self) -> Masks:
        base = bits.base_of(NOW)
        opened = weekly_mask(base, self.hours, PARIS, first=DAYS[0], last=DAYS[-1])
        return Masks(opened, bits.busy_mask(base, self.busy))


def people(count: int) -> list[Person]:
    dice = random.Random(200)
    return [Person(_hours(), _busy(dice)) for _ in range(count)]


def _hours() -> list[WorkingHours]:
    return [
        WorkingHours(
            weekday=weekday,
            starts_at=dt.time(10),
            minutes=540,
            every_n_weeks=1,
            channels=["video"],
        )
        for weekday in range(6)
    ]


def _busy(dice: random.Random) -> list[Period]:
    spans = []
    for _ in range(BUSY):
        minutes = dice.randrange(0, 30 * 1440, 15)
        start = NOW + dt.timedelta(minutes=minutes)
        spans.append(Period(start, start + MINUTE * dice.choice((15, 30, 45))))
    return spans


def ask_bits(pool: Sequence[Person]) -> list[str]:
    return starts_of_pool([person.masks() for person in pool])


def starts_of_pool(pool: Sequence[Masks]) -> list[str]:
    """The ISO list of starts at which anybody is free."""
    base = bits.base_of(NOW)
    need = bits.bits_of(MEETING * MINUTE)
    mask = 0
    for person in pool:
        mask |= bits.starts_of(person.open & ~person.busy, need)
    mask &= bits.step_grid(base, PARIS.key, STEP)
    times = bits.iso_times(base)
    return [times[bit] for bit in bits.each_bit(mask)]


def ask_minutes(person: Person) -> list[str]:
    """As anybody would write it first: each start, each of its minutes, each rule."""
    found = []
    at = NOW
    while at < NOW + dt.timedelta(days=31):
        local = at.astimezone(PARIS)
        if (local.hour * 60 + local.minute) % STEP == 0 and all(
            _is_free(person, at + n * MINUTE) for n in range(MEETING)
        ):
            found.append(at.isoformat().replace("+00:00", "Z"))
        at += STEP * MINUTE
    return found


def _is_free(person: Person, minute: dt.datetime) -> bool:
    local = minute.astimezone(PARIS)
    if local.date() not in DAYS or not any(
        falls_on(row, local.date())
        and 0 <= _minutes(local.time()) - _minutes(row.starts_at) < row.minutes
        for row in person.hours
    ):
        return False
    return not any(span.start <= minute < span.end for span in person.busy)


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute
