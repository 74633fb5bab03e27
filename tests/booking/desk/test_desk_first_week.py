"""The week that the desk opens without being asked for one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from booking.models import Appointment
from stores.models import Closure, WorkingHours
from tests.booking.at_the_desk import signed_in
from tests.cast import World, make_visit

pytestmark = pytest.mark.django_db

SUNDAY = dt.datetime(2027, 3, 7, 9, tzinfo=dt.UTC)
MONDAY = dt.date(2027, 3, 8)


def closed_on_sundays(world: World) -> None:
    WorkingHours.objects.for_brand(world.brand).filter(weekday=6).delete()


def opened_on(world: World, at: dt.datetime, query: str = "") -> Any:
    with time_machine.travel(at):
        response = signed_in(world.dora).get(f"/desk/?store={world.store.pk}{query}")
    assert response.status_code == 200
    return response.context


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (SUNDAY, MONDAY),
        # Sunday 00:30 in Lille is Saturday in UTC.
        (SUNDAY.replace(day=6, hour=23, minute=30), MONDAY),
        (SUNDAY - dt.timedelta(days=1), dt.date(2027, 3, 6)),
        (SUNDAY - dt.timedelta(days=4), dt.date(2027, 3, 3)),
    ],
)
def test_a_shop_without_sundays_opens_on_a_day_that_it_works(
    world: World, at: dt.datetime, shown: dt.date
) -> None:
    closed_on_sundays(world)
    assert opened_on(world, at)["grid"].day == shown


def test_a_closed_day_within_the_week_stays_the_day_of_today(world: World) -> None:
    closed_on_sundays(world)
    WorkingHours.objects.for_brand(world.brand).filter(weekday=2).delete()
    wednesday = SUNDAY - dt.timedelta(days=4)
    assert opened_on(world, wednesday)["grid"].day == wednesday.date()


def test_weeks_without_an_open_day_are_passed_over(world: World) -> None:
    closed_on_sundays(world)
    Closure.objects.create(
        brand=world.brand,
        store=world.store,
        first_day=MONDAY,
        last_day=MONDAY + dt.timedelta(days=15),
        reason={"fr": "Travaux", "en": "Works"},
    )
    assert opened_on(world, SUNDAY)["grid"].day == MONDAY + dt.timedelta(days=16)


def test_a_visit_left_in_the_week_keeps_it_open(world: World) -> None:
    closed_on_sundays(world)
    visit = make_visit(world, starts_at=SUNDAY + dt.timedelta(hours=2), now=SUNDAY)
    assert opened_on(world, SUNDAY)["grid"].day == SUNDAY.date()
    Appointment.objects.all_brands().filter(pk=visit.pk).update(
        status="cancelled_by_customer"
    )
    assert opened_on(world, SUNDAY)["grid"].day == MONDAY


def test_a_shop_without_any_hours_opens_on_today(world: World) -> None:
    WorkingHours.objects.for_brand(world.brand).delete()
    assert opened_on(world, SUNDAY)["grid"].day == SUNDAY.date()


def test_who_asks_for_today_gets_today(world: World) -> None:
    closed_on_sundays(world)
    context = opened_on(world, SUNDAY, "&day=today")
    assert context["grid"].day == SUNDAY.date()
    assert context["strip"][0].day == MONDAY - dt.timedelta(days=7)


@pytest.mark.parametrize(
    ("hour", "shown"), [(11, 3), (17, 4)], ids=["still open", "closed by now"]
)
def test_a_day_that_is_over_gives_way_to_the_next(
    world: World, hour: int, shown: int
) -> None:
    WorkingHours.objects.for_brand(world.brand).update(
        starts_at=dt.time(9), minutes=8 * 60
    )
    at = dt.datetime(2027, 3, 3, hour, tzinfo=dt.UTC)
    assert opened_on(world, at)["grid"].day == dt.date(2027, 3, shown)
    asked = opened_on(world, at, "&day=today")["grid"].day
    assert asked == dt.date(2027, 3, 3)
