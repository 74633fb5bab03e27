"""Free time as one big integer: bit i is the i-th five minutes after a Monday.

Pure arithmetic, no database, no zone but in `step_grid`. 70 days are 20,160 bits or
2.5 kB; a day of 23 or 25 hours needs no case here, because only the expansion of
hours (stores.recurrence) knows zones. Open time is rounded inward and busy time
outward, so rounding can lose five minutes and never sell any twice.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Iterator
from functools import lru_cache

from stores.periods import Period

BIT = dt.timedelta(minutes=5)
DAYS = 70
BITS_PER_DAY = 288
SIZE = DAYS * BITS_PER_DAY
FULL = (1 << SIZE) - 1


def base_of(now: dt.datetime) -> dt.datetime:
    """Monday 00:00 UTC of the week of `now`: bit 0 of every mask made that week."""
    day = now.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - dt.timedelta(days=day.weekday())


def floor_bit(base: dt.datetime, at: dt.datetime) -> int:
    return (at - base) // BIT


def ceil_bit(base: dt.datetime, at: dt.datetime) -> int:
    return -((base - at) // BIT)


def bits_of(length: dt.timedelta) -> int:
    """How many bits cover a length, rounded up."""
    return -(-length // BIT)


def span(first: int, last: int) -> int:
    """Bits first … last − 1, cut to the mask."""
    first, last = max(first, 0), min(last, SIZE)
    return ((1 << (last - first)) - 1) << first if last > first else 0


def open_mask(base: dt.datetime, periods: Iterable[Period]) -> int:
    """Bits that lie wholly inside open time. Stretches that touch are joined by the
    caller's periods being whole five minutes; a rest of less is lost, not sold."""
    mask = 0
    for period in periods:
        mask |= span(ceil_bit(base, period.start), floor_bit(base, period.end))
    return mask


def busy_mask(base: dt.datetime, periods: Iterable[Period]) -> int:
    """Bits that any busy time touches."""
    mask = 0
    for period in periods:
        mask |= span(floor_bit(base, period.start), ceil_bit(base, period.end))
    return mask


def starts_of(free: int, need: int) -> int:
    """Bit i is set where bits i … i + need − 1 are all free; O(log need) shifts."""
    mask, have = free, 1
    while have < need and mask:
        shift = min(have, need - have)
        mask &= mask >> shift
        have += shift
    return mask


def each_bit(mask: int) -> Iterator[int]:
    """The set bits, lowest first. One text of digits for all of them: arithmetic would
    copy the whole mask for each."""
    digits = f"{mask:b}"
    last = len(digits) - 1
    at = digits.rfind("1")
    while at >= 0:
        yield last - at
        at = digits.rfind("1", 0, at)


def first_bit(mask: int) -> int | None:
    return (mask & -mask).bit_length() - 1 if mask else None


def at(base: dt.datetime, bit: int) -> dt.datetime:
    return base + bit * BIT


@lru_cache(maxsize=64)
def step_grid(base: dt.datetime, time_zone: str, step: int) -> int:
    """Bits at which the local clock shows a multiple of `step` minutes past midnight.

    Counted on the wall clock of each local day, so 9:00 stays on a 40-minute grid on
    the days of clock changes too.
    """
    zone = zoneinfo.ZoneInfo(time_zone)
    quarter = dt.timedelta(minutes=15)
    mask = 0
    # Offsets of today's zones, and their changes, are whole quarters of an hour.
    for first in range(0, SIZE, 3):
        local = (base + first // 3 * quarter).astimezone(zone)
        minutes = local.hour * 60 + local.minute
        for bit in range(3):
            if (minutes + 5 * bit) % step == 0:
                mask |= 1 << (first + bit)
    return mask
