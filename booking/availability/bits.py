"""Free time as one big integer: bit i is the i-th five minutes after a Monday.

Pure arithmetic, no database, no zone but in `step_grid` and `local_days`. 70 days are
20,160 bits or 2.5 kB; a day of 23 or 25 hours needs no case here, because only the
expansion of hours (stores.calendar.recurrence) knows zones. Open time is rounded inward
and busy time outward, so rounding can lose five minutes and never sell any twice.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import compress

from stores.calendar.periods import Period
from stores.calendar.recurrence import instant

BIT = dt.timedelta(minutes=5)
DAYS = 70
BITS_PER_DAY = 288
SIZE = DAYS * BITS_PER_DAY
FULL = (1 << SIZE) - 1
_SECONDS = 300
_NUMBERS = bytes.maketrans(b"01", b"\0\1")


def base_of(now: dt.datetime) -> dt.datetime:
    """Monday 00:00 UTC of the week of `now`: bit 0 of every mask made that week."""
    day = now.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - dt.timedelta(days=day.weekday())


def floor_bit(base: dt.datetime, at: dt.datetime) -> int:
    # By parts: dividing one length by another goes through big integers.
    since = at - base
    return since.days * BITS_PER_DAY + since.seconds // _SECONDS


def ceil_bit(base: dt.datetime, at: dt.datetime) -> int:
    since = at - base
    seconds = since.seconds + (since.microseconds > 0)
    return since.days * BITS_PER_DAY - -seconds // _SECONDS


def of_minutes(minutes: int) -> int:
    """Counts the bits that cover so many minutes, rounded up."""
    return -(-minutes // 5)


def minus(mask: int, other: int) -> int:
    """The bits of `mask` that `other` lacks; as `& ~other`, without its long copy."""
    return mask ^ (mask & other)


def bits_of(length: dt.timedelta) -> int:
    """Counts the bits that cover a length, rounded up."""
    return -(-length // BIT)


def span(first: int, last: int) -> int:
    """Bits first … last − 1, cut to the mask."""
    first = max(first, 0)
    last = min(last, SIZE)
    return ((1 << (last - first)) - 1) << first if last > first else 0


def open_mask(base: dt.datetime, periods: Iterable[Period]) -> int:
    """Bits that lie wholly inside open time. Stretches that touch are joined by the
    caller's periods being whole five minutes; a rest of less is lost, not sold."""
    mask = 0
    for period in periods:
        mask |= span(ceil_bit(base, period.start), floor_bit(base, period.end))
    return mask


def busy_mask(base: dt.datetime, periods: Iterable[Period]) -> int:
    """Bits that any busy time touches. Written out: here a month of visits passes."""
    mask = 0
    for period in periods:
        start, end = period.start - base, period.end - base
        first = start.days * BITS_PER_DAY + start.seconds // _SECONDS
        seconds = end.seconds + (end.microseconds > 0)
        last = end.days * BITS_PER_DAY - -seconds // _SECONDS
        if first < 0 or last > SIZE:
            mask |= span(first, last)
        else:
            mask |= ((1 << (last - first)) - 1) << first
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
    digits = f"{mask:b}"[::-1]
    # A look at every digit costs an eighth of a jump to the next set one.
    if 8 * mask.bit_count() > len(digits):
        yield from compress(range(SIZE), digits.encode().translate(_NUMBERS))
        return
    find = digits.find
    at = find("1")
    while at >= 0:
        yield at
        at = find("1", at + 1)


def tally(masks: Iterable[int]) -> list[int]:
    """Counts for each bit the masks that have it, as planes: the n-th is worth 2 ** n.
    Whole masks are added at a time, so fifty cost little more than one."""
    planes: list[int] = []
    for mask in masks:
        carry = mask
        for n, plane in enumerate(planes):
            planes[n], carry = plane ^ carry, plane & carry
        if carry:
            planes.append(carry)
    return planes


def counts(planes: Sequence[int], bits: Iterable[int]) -> list[int]:
    """The count of each bit asked for, read from the planes of `tally`."""
    columns = [(f"{plane:b}"[::-1].ljust(SIZE, "0"), 1 << n)
               for n, plane in enumerate(planes)]  # fmt: skip
    return [sum([w for text, w in columns if text[bit] == "1"]) for bit in bits]


def iso(at: dt.datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


@lru_cache(maxsize=4)
def iso_times(base: dt.datetime) -> tuple[str, ...]:
    """The instant of each bit in ISO 8601, with "Z"; also of the eight hours after the
    last, where a visit may end. A table, because writing an instant costs more than
    finding it."""
    minutes = [f"{m // 60:02}:{m % 60:02}:00Z" for m in range(0, 1440, 5)]
    days = (base + dt.timedelta(days=n) for n in range(DAYS + 1))
    return tuple(f"{day:%Y-%m-%d}T{minute}" for day in days for minute in minutes)


def each_with(
    mask: int, owners: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each set bit with those of the (owner, mask) pairs that have it. Beyond a handful
    of bits the owners' masks are read as texts: a shift would copy one each time."""
    if mask.bit_count() < 8:
        for bit in each_bit(mask):
            yield bit, tuple([who for who, has in owners if has >> bit & 1])
        return
    texts = [(who, f"{has:b}"[::-1].ljust(SIZE, "0")) for who, has in owners]
    for bit in each_bit(mask):
        yield bit, tuple([who for who, text in texts if text[bit] == "1"])


def first_bit(mask: int) -> int | None:
    return (mask & -mask).bit_length() - 1 if mask else None


def nearest_bits(mask: int, middle: int, count: int) -> int:
    """The set bits nearest to `middle`, at most so many; of two equally near ones the
    lower."""
    # An instant centuries away is as near to all of them as the last bit.
    middle = min(max(middle, 0), mask.bit_length())
    above, below = mask >> middle, mask & ((1 << middle) - 1)
    found = []
    for _ in range(count):
        if above:
            low = (above & -above).bit_length() - 1
            above ^= 1 << low
            found.append((low, middle + low))
        if below:
            high = below.bit_length() - 1
            below ^= 1 << high
            found.append((middle - high, high))
    return sum(1 << bit for _, bit in sorted(found)[:count])


def at(base: dt.datetime, bit: int) -> dt.datetime:
    return base + bit * BIT


@lru_cache(maxsize=64)
def step_grid(base: dt.datetime, time_zone: str, step: int) -> int:
    """Bits at which the local clock shows a multiple of `step` minutes past midnight.

    Counted on the clock of each local day, so 9:00 stays on a 40-minute grid on
    the days of clock changes too.
    """
    day = sum(1 << m // 5 for m in range(0, 1440, 5) if m % step == 0)
    # One local day after another from the midnight before the mask begins.
    every_day = sum(day << n * BITS_PER_DAY for n in range(DAYS + 2))
    mask = 0
    for first, last, offset in _offsets(base, zoneinfo.ZoneInfo(time_zone)):
        midnight = -(offset // 5) % BITS_PER_DAY
        mask |= every_day << midnight >> BITS_PER_DAY & span(first, last)
    return mask


def local_days(
    base: dt.datetime,
    zone: zoneinfo.ZoneInfo,
    since: dt.date | None,
    until: dt.date | None,
) -> int:
    """Bits of the zone's days since … until, both included; None is no limit."""
    first, last = 0, SIZE
    if since is not None:
        first = ceil_bit(base, instant(since, dt.time(), zone))
    if until is not None:
        after = until + dt.timedelta(days=1)
        last = ceil_bit(base, instant(after, dt.time(), zone))
    return span(first, last)


def _offsets(
    base: dt.datetime, zone: zoneinfo.ZoneInfo
) -> Iterator[tuple[int, int, int]]:
    """Stretches of bits in which the zone keeps one offset from UTC, in minutes.
    Offsets of today's zones, and their changes, are whole quarters of an hour."""

    def offset(bit: int) -> int:
        local = at(base, bit).astimezone(zone)
        return int((local.utcoffset() or dt.timedelta()).total_seconds()) // 60

    first, known = 0, offset(0)
    for day in range(DAYS):
        start = day * BITS_PER_DAY
        if offset(start + BITS_PER_DAY) == known:
            continue
        change = next(
            bit
            for bit in range(start, start + BITS_PER_DAY + 1, 3)
            if offset(bit) != known
        )
        yield first, change, known
        first, known = change, offset(change)
    yield first, SIZE, known
