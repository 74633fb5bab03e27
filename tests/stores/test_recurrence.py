"""Hours in a zone become the right instants, on every day of the year."""

import datetime as dt
import zoneinfo
from dataclasses import dataclass

import pytest

from stores.calendar.periods import Period
from stores.calendar.recurrence import expand, falls_on, instant, stretch

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
SPRING = dt.date(2027, 3, 28)
AUTUMN = dt.date(2027, 10, 31)


@dataclass
class Row:
    weekday: int
    starts_at: dt.time
    minutes: int
    every_n_weeks: int = 1
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


def hours(period: Period | None) -> float:
    assert period is not None
    return (period.end - period.start).total_seconds() / 3600


def test_an_afternoon_keeps_its_wall_clock_on_the_day_of_a_clock_change() -> None:
    period = stretch(SPRING, dt.time(13), 300, PARIS)
    assert period == Period(
        dt.datetime(2027, 3, 28, 11, tzinfo=dt.UTC),
        dt.datetime(2027, 3, 28, 16, tzinfo=dt.UTC),
    )


def test_a_whole_local_day_has_23_24_or_25_hours() -> None:
    assert hours(stretch(SPRING, dt.time(0), 1440, PARIS)) == 23
    assert hours(stretch(dt.date(2027, 6, 1), dt.time(0), 1440, PARIS)) == 24
    assert hours(stretch(AUTUMN, dt.time(0), 1440, PARIS)) == 25


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_stretches_that_touch_on_the_wall_touch_in_time(day: dt.date) -> None:
    first = stretch(day, dt.time(0), 150, PARIS)
    second = stretch(day, dt.time(2, 30), 150, PARIS)
    assert first is not None
    assert second is not None
    assert first.end == second.start


def test_hours_may_cross_midnight() -> None:
    period = stretch(dt.date(2026, 6, 1), dt.time(22), 480, PARIS)
    assert period is not None
    assert period.end == instant(dt.date(2026, 6, 2), dt.time(6), PARIS)


def test_every_second_week_counts_from_the_week_of_its_anchor() -> None:
    row = Row(2, dt.time(9), 60, every_n_weeks=2, valid_from=dt.date(2026, 11, 27))
    wednesdays = [dt.date(2026, 12, 2) + dt.timedelta(weeks=n) for n in range(4)]
    assert [falls_on(row, day) for day in wednesdays] == [False, True, False, True]


def test_valid_dates_and_excepted_days_open_nothing() -> None:
    monday = dt.date(2026, 11, 23)
    days = [monday + dt.timedelta(days=n) for n in range(15)]
    row = Row(0, dt.time(9), 60, valid_until=monday + dt.timedelta(days=7))
    found = list(expand([row], days, PARIS, except_days=frozenset({monday})))
    assert [p.start.date() for p in found] == [monday + dt.timedelta(days=7)]


def test_a_period_refuses_to_be_empty_or_naive() -> None:
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    with pytest.raises(ValueError, match="ends after"):
        Period(at, at)
    with pytest.raises(ValueError, match="aware"):
        Period(at.replace(tzinfo=None), at)
