"""By when a store promises: noons and evenings before which somebody works."""

from __future__ import annotations

import datetime as dt

from booking.after.deadlines import next_deadlines, next_evening
from stores.models import Closure, WorkingHours
from tests.cast import World

DAY = dt.timedelta(days=1)


def local(world: World, found: list[dt.datetime]) -> list[tuple[int, int]]:
    """Day after today and hour of each, on the store's clock."""
    today = dt.date(2026, 10, 14)
    at = [one.astimezone(world.store.zone) for one in found]
    return [((one.date() - today).days, one.hour) for one in at]


NOW = dt.datetime(2026, 10, 14, 6, tzinfo=dt.UTC)
"""A Wednesday, early in the morning."""


def test_today_is_never_promised_and_closed_days_are_left_out(world: World) -> None:
    tomorrow = NOW.date() + DAY
    assert local(world, next_deadlines(world.store, NOW, count=2)) == [(1, 12), (1, 18)]
    Closure.objects.create(
        brand=world.brand, store=world.store, first_day=tomorrow,
        last_day=tomorrow, reason={},
    )  # fmt: skip
    assert local(world, next_deadlines(world.store, NOW, count=1)) == [(2, 12)]


def test_who_opens_in_the_afternoon_promises_the_evening(world: World) -> None:
    WorkingHours.objects.filter(agenda=world.bob.agenda).update(
        starts_at=dt.time(14), minutes=300
    )
    assert local(world, next_deadlines(world.store, NOW, count=2)) == [(1, 18), (2, 18)]


def test_where_nobody_has_hours_the_next_weekday_is_meant(world: World) -> None:
    WorkingHours.objects.all().delete()
    saturday = NOW + 3 * DAY
    assert local(world, next_deadlines(world.store, NOW, count=3)) == [(1, 12)]
    assert local(world, next_deadlines(world.store, saturday, count=1)) == [(5, 12)]


def test_an_evening_is_todays_while_it_is_an_hour_away(world: World) -> None:
    assert local(world, [next_evening(world.store, NOW)]) == [(0, 18)]
    late = NOW.replace(hour=15, minute=30)
    assert local(world, [next_evening(world.store, late)]) == [(1, 18)]
