"""The cast itself: its people are where the tests believe them to be."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import models, transaction

from booking.models import Actor, AppointmentEvent
from booking.services.rescheduling import move_appointment
from stores.models import Agenda, Brand, User, WorkingHours
from tests.cast import (
    OF_A_BRAND,
    PASSWORD,
    make_cast,
    make_visit,
    make_world,
    next_step,
    now_utc,
)


@pytest.mark.django_db
def test_the_world_has_two_brands_and_a_visit_can_stand_in_it() -> None:
    world = make_world()
    visit = make_visit(world, starts_at=next_step(now_utc()), now=now_utc())
    assert visit.takes_time
    assert world.bob.user.check_password(PASSWORD)
    assert WorkingHours.objects.for_brand(world.brand).count() == 2 * 7
    assert world.eve.staff_member.brand == world.other_brand


def rows_of() -> dict[str, list[dict[str, Any]]]:
    """Of every table of the cast, without numbers, moments and salted passwords."""
    found = {}
    tables: tuple[type[models.Model], ...] = (Brand, User, *OF_A_BRAND)
    for table in tables:
        plain = [
            field.attname
            for field in table._meta.local_concrete_fields
            if not (field.primary_key or field.is_relation)
            and not isinstance(field, models.DateTimeField)
            and field.attname != "password"
        ]
        found[table.__name__] = list(table._base_manager.order_by("pk").values(*plain))
    return found


@pytest.mark.django_db
def test_a_poured_cast_is_the_made_one_with_ids_of_its_own() -> None:
    seen, ids = [], set()
    for make in (make_cast, make_world, make_world):
        with transaction.atomic():
            world = make()
            seen.append(rows_of())
            ids.add(world.bob.agenda.pk)
            for person in (world.bob, world.charlie, world.eve):
                assert Agenda.objects.get(pk=person.agenda.pk) == person.agenda
                assert person.agenda.staff_member == person.staff_member
                assert person.staff_member.user == person.user
                assert person.staff_member.brand_id in {
                    world.brand.pk,
                    world.other_brand.pk,
                }
            world.store.refresh_from_db()
            assert world.store.brand == world.brand
            transaction.set_rollback(True)
    assert seen[0] == seen[1] == seen[2]
    assert len(seen[0]["WorkingHours"]) == 3 * 7
    assert len(ids) == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(2))
def test_nothing_of_a_test_that_commits_is_found_by_the_next(turn: int) -> None:
    """Events are append-only, and go nevertheless."""
    assert not Brand.objects.exists()
    assert not AppointmentEvent.objects.exists()
    world = make_world()
    now = now_utc()
    visit = make_visit(world, starts_at=next_step(now), now=now)
    move_appointment(
        appointment=visit,
        starts_at=next_step(now, minutes=120),
        by=Actor.system(),
        now=now,
    )
    assert AppointmentEvent.objects.exists()


def test_the_next_step_is_a_five_minute_mark_that_is_not_too_early() -> None:
    now = now_utc()
    for second in range(0, 600, 7):
        at = now + dt.timedelta(seconds=second)
        step = next_step(at, minutes=10)
        assert (step.minute % 5, step.second, step.microsecond) == (0, 0, 0)
        waited = step - at
        assert dt.timedelta(minutes=10) <= waited < dt.timedelta(minutes=15)
