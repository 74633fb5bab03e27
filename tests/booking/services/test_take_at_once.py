"""The lock and the hold in one step: taken, lost, or not even tried."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from booking.availability.buffers import with_buffers
from booking.models import Hold, Occupancy
from booking.services import locking
from booking.services.holding import hold_slot
from stores.models import Agenda
from tests.cast import World, make_world, next_step, now_utc

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def new_hold(world: World, at: dt.datetime, visitor: str = "visitor") -> Hold:
    return Hold(
        brand=world.brand,
        store=world.store,
        topic=world.topic,
        offer=world.offers["video"],
        staff_member=world.bob.staff_member,
        channel="video",
        starts_at=at,
        ends_at=at + dt.timedelta(minutes=30),
        expires_at=at,
        visitor=visitor,
        network="n",
    )


def take(hold: Hold, agenda: Agenda, *, now: dt.datetime) -> tuple[bool, bool]:
    period = with_buffers(hold.offer, hold.starts_at)
    return locking.lock_and_take(hold, [agenda], period, now=now)


def test_a_free_time_is_taken(world: World) -> None:
    at = next_step(now_utc())
    agenda = world.bob.agenda
    assert take(new_hold(world, at), agenda, now=now_utc()) == (True, True)
    assert Hold.objects.get().occupancies.get().agenda == agenda


def test_a_version_that_rose_meanwhile_is_not_even_tried(world: World) -> None:
    at = next_step(now_utc())
    agenda = world.bob.agenda
    locking.raise_versions([agenda.pk])
    assert take(new_hold(world, at), agenda, now=now_utc()) == (False, False)
    assert not Hold.objects.exists()
    assert not Occupancy.objects.exists()


def test_an_expired_hold_in_the_way_is_cleared_step_by_step(world: World) -> None:
    at = next_step(now_utc(), minutes=240)
    agenda = world.bob.agenda
    assert take(new_hold(world, at), agenda, now=now_utc()) == (True, True)
    Hold.objects.update(expires_at=now_utc())
    again = new_hold(world, at, visitor="other")
    assert take(again, agenda, now=now_utc()) == (False, False)
    held = hold_slot(
        store=world.store,
        topic=world.topic,
        channel="video",
        starts_at=at,
        visitor="other",
        network="n",
        now=now_utc(),
    )
    assert list(Hold.objects.all()) == [held]


def test_a_living_hold_in_the_way_refuses(world: World) -> None:
    at = next_step(now_utc(), minutes=240)
    agenda = world.bob.agenda
    assert take(new_hold(world, at), agenda, now=now_utc()) == (True, True)
    again = new_hold(world, at, visitor="other")
    assert take(again, agenda, now=now_utc()) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_who_waited_for_the_lock_sees_what_was_written_before_it() -> None:
    """The statement began before the other's version was committed; the lock tells."""
    world = make_world()
    at = next_step(now_utc(), minutes=240)
    agenda = world.bob.agenda

    def late() -> Any:
        try:
            with transaction.atomic():
                return take(new_hold(world, at), agenda, now=now_utc())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            locking.lock_agendas([agenda.pk])
            asked = pool.submit(late)
            wait_for_a_waiter()
            locking.raise_versions([agenda.pk])
        assert asked.result() == (False, False)


def wait_for_a_waiter() -> None:
    """Until somebody stands before a lock."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
