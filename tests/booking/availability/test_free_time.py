"""The bits say the same as counting minutes would."""

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.availability import bits as free_time
from stores.calendar.periods import Period

BASE = dt.datetime(2027, 3, 22, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
stretches = st.lists(
    st.tuples(st.integers(0, 2 * 1440), st.integers(1, 300)), max_size=12
)


def periods(pairs: list[tuple[int, int]]) -> list[Period]:
    return [Period(BASE + a * MINUTE, BASE + (a + n) * MINUTE) for a, n in pairs]


@given(
    lists=st.lists(st.lists(st.integers(0, free_time.SIZE - 1), max_size=9), max_size=9)
)
def test_a_tally_counts_as_many_as_there_are(lists: list[list[int]]) -> None:
    planes = free_time.tally(sum(1 << bit for bit in set(bits)) for bits in lists)
    asked = [0, *(bit for bits in lists for bit in bits)]
    counted = [sum(bit in bits for bits in lists) for bit in asked]
    assert free_time.counts(planes, asked) == counted


@given(bits=st.sets(st.integers(0, free_time.SIZE - 1)), dense=st.booleans())
def test_bits_come_lowest_first_whether_few_or_many(
    bits: set[int], dense: bool
) -> None:
    every_third = set(range(0, free_time.SIZE, 3)) if dense else set()
    expected = sorted(bits | every_third)
    mask = sum(1 << bit for bit in expected)
    assert list(free_time.each_bit(mask)) == expected


@given(
    bits=st.sets(st.integers(0, 300)),
    middle=st.integers(-5, 320),
    count=st.integers(0, 5),
)
def test_the_nearest_bits_are_the_nearest(
    bits: set[int], middle: int, count: int
) -> None:
    ordered = sorted(bits, key=lambda bit: (abs(bit - max(middle, 0)), bit))
    found = free_time.nearest_bits(sum(1 << bit for bit in bits), middle, count)
    assert set(free_time.each_bit(found)) == set(ordered[:count])


def test_the_table_says_what_a_clock_would() -> None:
    times = free_time.iso_times(BASE)
    for bit in range(0, len(times), 97):
        assert dt.datetime.fromisoformat(times[bit]) == free_time.at(BASE, bit)
        assert times[bit].endswith("Z")
    assert len(times) >= free_time.SIZE + 480 // 5


@given(st.timedeltas(dt.timedelta(days=-80), dt.timedelta(days=80)))
def test_a_bit_is_rounded_to_its_side(since: dt.timedelta) -> None:
    moment = BASE + since
    assert free_time.floor_bit(BASE, moment) == (moment - BASE) // free_time.BIT
    assert free_time.ceil_bit(BASE, moment) == -((BASE - moment) // free_time.BIT)


@given(opens=stretches, taken=stretches, need=st.integers(1, 40))
def test_starts_equal_a_count_minute_by_minute(
    opens: list[tuple[int, int]], taken: list[tuple[int, int]], need: int
) -> None:
    minutes = 3 * 1440
    # Open time rounds inward stretch by stretch, busy time outward.
    free = [False] * minutes
    for start, length in opens:
        first, last = -(-start // 5) * 5, (start + length) // 5 * 5
        free[first:last] = [True] * max(last - first, 0)
    for start, length in taken:
        for minute in range(start // 5 * 5, -(-(start + length) // 5) * 5):
            free[minute] = False
    expected = [
        minute // 5
        for minute in range(0, minutes - 5 * need, 5)
        if all(free[minute : minute + 5 * need])
    ]
    mask = free_time.open_mask(BASE, periods(opens))
    mask &= ~free_time.busy_mask(BASE, periods(taken))
    assert list(free_time.each_bit(free_time.starts_of(mask, need))) == expected


def test_open_time_rounds_inward_and_busy_time_outward() -> None:
    odd = [Period(BASE + 3 * MINUTE, BASE + 17 * MINUTE)]
    assert list(free_time.each_bit(free_time.open_mask(BASE, odd))) == [1, 2]
    assert list(free_time.each_bit(free_time.busy_mask(BASE, odd))) == [0, 1, 2, 3]


def test_time_outside_the_seventy_days_is_cut() -> None:
    far = [Period(BASE - dt.timedelta(days=9), BASE + dt.timedelta(days=99))]
    assert free_time.open_mask(BASE, far) == free_time.FULL


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Paris",
        "Indian/Reunion",
        "Asia/Kathmandu",
        "Africa/Casablanca",
        "Australia/Lord_Howe",
    ],
)
@pytest.mark.parametrize("step", [5, 15, 20, 40, 60])
def test_the_grid_follows_the_local_clock(zone: str, step: int) -> None:
    grid = free_time.step_grid(BASE, zone, step)
    info = zoneinfo.ZoneInfo(zone)
    for bit in range(0, free_time.SIZE, 7):
        local = free_time.at(BASE, bit).astimezone(info)
        on_grid = (local.hour * 60 + local.minute) % step == 0
        assert bool(grid >> bit & 1) == on_grid, local


def test_the_base_is_the_monday_of_the_week() -> None:
    sunday = dt.datetime(2027, 3, 28, 23, 59, tzinfo=dt.UTC)
    assert free_time.base_of(sunday) == BASE
    assert free_time.base_of(BASE) == BASE
