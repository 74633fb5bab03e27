"""Hours counted in bits say what `stores.calendar.recurrence` says in instants."""

import datetime as dt
import zoneinfo
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from booking.availability import bits
from booking.availability.hours import override_mask, weekly_mask
from stores.calendar.recurrence import expand, expand_overrides

MONDAY = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)


@dataclass
class Weekly:
    weekday: int
    starts_at: dt.time
    minutes: int
    every_n_weeks: int = 1
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


@dataclass
class Unusual:
    day: dt.date
    starts_at: dt.time | None
    minutes: int | None


ZONES = [
    "Europe/Paris", "America/New_York", "Indian/Reunion", "Australia/Lord_Howe",
    "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Apia", "America/Nuuk",
]  # fmt: skip
bases = st.integers(0, 60).map(lambda n: MONDAY + dt.timedelta(weeks=n))
days = st.integers(-3, 74).map(lambda n: MONDAY.date() + dt.timedelta(days=n))
hours = st.builds(
    Weekly,
    weekday=st.integers(0, 6),
    starts_at=st.times(),
    minutes=st.integers(5, 1440),
    every_n_weeks=st.integers(1, 3),
    valid_from=st.none() | days,
    valid_until=st.none() | days,
) | st.builds(
    Weekly,
    weekday=st.integers(0, 6),
    starts_at=st.sampled_from([dt.time(0), dt.time(2, 30), dt.time(9), dt.time(22)]),
    minutes=st.integers(1, 288).map(lambda n: 5 * n),
)
overrides = st.builds(
    Unusual,
    day=days,
    starts_at=st.none() | st.times(),
    minutes=st.none() | st.integers(5, 1440),
)


@given(
    base=bases,
    rows=st.lists(hours, max_size=6),
    zone=st.sampled_from(ZONES).map(zoneinfo.ZoneInfo),
    closed=st.frozensets(days, max_size=4),
)
def test_weekly_hours_are_the_same_bits(
    base: dt.datetime,
    rows: list[Weekly],
    zone: zoneinfo.ZoneInfo,
    closed: frozenset[dt.date],
) -> None:
    first = base.date() - dt.timedelta(days=1)
    reach = [first + dt.timedelta(days=n) for n in range(bits.DAYS + 2)]
    expected = bits.open_mask(base, expand(rows, reach, zone, except_days=closed))
    assert weekly_mask(base, rows, zone, except_days=closed) == expected


@given(
    rows=st.lists(overrides, max_size=6),
    zone=st.sampled_from(ZONES).map(zoneinfo.ZoneInfo),
    closed=st.frozensets(days, max_size=4),
)
def test_unusual_days_are_the_same_bits(
    rows: list[Unusual], zone: zoneinfo.ZoneInfo, closed: frozenset[dt.date]
) -> None:
    opened = expand_overrides(rows, zone, except_days=closed)
    expected = bits.open_mask(MONDAY, opened)
    assert override_mask(MONDAY, rows, zone, except_days=closed) == expected
