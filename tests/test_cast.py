"""The cast itself: its people are where the tests believe them to be."""

from __future__ import annotations

import datetime as dt

import pytest

from stores.models import WorkingHours
from tests.cast import PASSWORD, make_visit, make_world, next_step, now_utc


@pytest.mark.django_db
def test_the_world_has_two_brands_and_a_visit_can_stand_in_it() -> None:
    world = make_world()
    visit = make_visit(world, starts_at=next_step(now_utc()), now=now_utc())
    assert visit.takes_time
    assert world.bob.user.check_password(PASSWORD)
    assert WorkingHours.objects.for_brand(world.brand).count() == 2 * 7
    assert world.eve.staff_member.brand == world.other_brand


def test_the_next_step_is_a_five_minute_mark_that_is_not_too_early() -> None:
    now = now_utc()
    for second in range(0, 600, 7):
        at = now + dt.timedelta(seconds=second)
        step = next_step(at, minutes=10)
        assert (step.minute % 5, step.second, step.microsecond) == (0, 0, 0)
        waited = step - at
        assert dt.timedelta(minutes=10) <= waited < dt.timedelta(minutes=15)
