"""The first starts of each local day, from masks: as a clock would count them."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from hypothesis import example, given
from hypothesis import strategies as st

from booking.availability import bits
from booking.availability.kept import Shape, first_starts

SHAPES = st.tuples(
    st.lists(st.tuples(st.integers(0, 14 * 288), st.integers(1, 200)), max_size=20),
    st.integers(0, 3),
    st.integers(1, 12),
    st.sampled_from([5, 15, 20, 40]),
)
ZONES = ["Europe/Paris", "Indian/Reunion", "America/Martinique", "Australia/Lord_Howe"]


@given(
    drawn=st.lists(SHAPES, min_size=1, max_size=3),
    count=st.integers(1, 4),
    zone=st.sampled_from(ZONES),
)
@example(
    drawn=[([(0, 10)], 1, 7, 15), ([(0, 11)], 0, 8, 15)], count=1, zone="Europe/Paris"
)
def test_the_first_starts_are_those_of_a_clock(
    drawn: list[tuple[list[tuple[int, int]], int, int, int]], count: int, zone: str
) -> None:
    """Over a week in which the clocks change, minute by minute of the local days."""
    base, info = dt.datetime(2027, 3, 22, tzinfo=dt.UTC), zoneinfo.ZoneInfo(zone)
    shapes = [
        (mask_of(spans) & ~1, before, before + need, step)
        for spans, before, need, step in drawn
    ]
    found = first_starts(base, info, count, tuple(shapes))
    assert list(bits.each_bit(found)) == sorted(counted(base, info, count, shapes))


def mask_of(spans: list[tuple[int, int]]) -> int:
    mask = 0
    for first, length in spans:
        mask |= bits.span(first, first + length)
    return mask


def counted(
    base: dt.datetime, zone: zoneinfo.ZoneInfo, count: int, shapes: list[Shape]
) -> set[int]:
    by_day: dict[dt.date, list[tuple[int, int, int]]] = {}
    for opened, before, need, step in shapes:
        for bit in range(16 * 288):
            local = bits.at(base, bit).astimezone(zone)
            if (60 * local.hour + local.minute) % step:
                continue
            takes = range(bit - before, bit - before + need)
            if takes.start >= 0 and all(opened >> one & 1 for one in takes):
                of_day = by_day.setdefault(local.date(), [])
                of_day.append((bit, -need, takes.start))
    kept, end = set[int](), 0
    for day in sorted(by_day):
        for _ in range(count):
            ahead = [one for one in by_day[day] if one[2] >= end]
            if ahead:
                _, need, start = min(ahead)
                kept |= set(range(start, start - need))
                end = start - need
    return kept


def test_who_is_open_day_and_night_has_begun_at_midnight() -> None:
    """The bits begin at 1:00 of a Monday in Paris: its first two hours are kept, of
    which the bits know one."""
    base = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    paris = zoneinfo.ZoneInfo("Europe/Paris")
    found = first_starts(base, paris, 2, ((bits.FULL, 0, 12, 60),))
    tuesday = 23 * 12
    expected = [*range(12), *range(tuesday, tuesday + 24)]
    assert list(bits.each_bit(found))[: len(expected)] == expected
