"""A store is offered while somebody has hours there, and no longer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from stores.access import has_other_stores, offers_met, stores_after, stores_of
from stores.models import DayOverride, Posting, StaffMember, WorkingHours
from tests.cast import World, now_utc

pytestmark = pytest.mark.django_db
A_WEEK = dt.timedelta(days=7)


def hours_end(world: World, day: dt.date) -> None:
    rows = WorkingHours.objects.filter(agenda=world.charlie.agenda)
    rows.update(valid_from=day - 4 * A_WEEK, valid_until=day)


def posting_ends(world: World, day: dt.date) -> None:
    rows = Posting.objects.filter(staff_member=world.charlie.staff_member)
    rows.update(valid_until=day)


@pytest.mark.parametrize("end", [hours_end, posting_ends])
def test_a_store_whose_people_have_no_hours_to_come_is_not_listed(
    world: World, end: Callable[[World, dt.date], None]
) -> None:

    today = now_utc().date()
    for day, is_there in (
        (today + A_WEEK, True),
        (today, True),
        (today - A_WEEK, False),
    ):
        end(world, day)
        assert (world.other_store in stores_of(world.brand)) == is_there
        assert (world.other_store in stores_after(world.brand, None, 9)) == is_there
        assert has_other_stores(world.store) == is_there
        assert bool(offers_met(world.other_store)) == is_there
    assert world.store in stores_of(world.brand), "where hours go on"


def test_a_single_day_to_come_is_enough(world: World) -> None:
    hours_end(world, now_utc().date() - A_WEEK)
    day = DayOverride.objects.create(
        brand=world.brand,
        agenda=world.charlie.agenda,
        store=world.other_store,
        day=now_utc().date() + A_WEEK,
        starts_at=dt.time(9),
        minutes=60,
        channels=["video"],
    )
    assert world.other_store in stores_of(world.brand)
    assert offers_met(world.other_store)
    day.day -= 2 * A_WEEK
    day.save()
    assert world.other_store not in stores_of(world.brand)
    assert not offers_met(world.other_store)


def test_who_is_not_met_opens_no_store(world: World) -> None:
    StaffMember.objects.filter(pk=world.charlie.staff_member.pk).update(active=False)
    assert world.other_store not in stores_of(world.brand)
    assert not offers_met(world.other_store)
