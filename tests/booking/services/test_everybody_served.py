"""Many press for one start at once: as many as people are free get it, no fewer."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable

import pytest

from booking.models import Actor, Appointment, Hold, Occupancy
from booking.services.callbacks import turn_into_callback
from booking.services.hold_and_book import book_directly
from booking.services.holding import hold_slot
from booking.services.rescheduling import move_appointment
from stores.models import Agenda, Offer, Resource
from tests.at_once import outcomes_at_once
from tests.booking.meanwhile import assert_nothing_is_taken_twice
from tests.cast import World, make_adviser, make_visit, make_world, next_step, now_utc

pytestmark = pytest.mark.django_db(transaction=True)
VISITORS, FREE = 14, 11
HALF_HOUR = dt.timedelta(minutes=30)
CUSTOMER = Actor.customer()


@pytest.fixture
def world(transactional_db: None) -> World:
    """Eleven advisers of one store: Bob and ten more."""
    world = make_world()
    for n in range(FREE - 1):
        make_adviser(world.store, f"Adviser{n}", topics=[world.topic])
    return world


@pytest.fixture
def at() -> dt.datetime:
    return next_step(now_utc(), minutes=600)


def asker(world: World, at: dt.datetime, visitor: str) -> Callable[[], object]:
    return lambda: hold_slot(
        store=world.store,
        topic=world.topic,
        channel="video",
        starts_at=at,
        visitor=visitor,
        network="n",
        now=now_utc(),
    )


@pytest.mark.parametrize("attempt", range(3))
def test_as_many_hold_a_start_as_people_are_free(
    world: World, at: dt.datetime, attempt: int
) -> None:
    answers = outcomes_at_once(*(asker(world, at, f"v{n}") for n in range(VISITORS)))
    assert Counter(answers) == {"done": FREE, "slot_taken": VISITORS - FREE}
    staff = Hold.objects.values_list("staff_member", flat=True)
    assert len(set(staff)) == FREE


def test_who_gives_another_time_back_is_served_as_well(
    world: World, at: dt.datetime
) -> None:
    """They lock two agendas each, and never in a circle."""
    for n in range(VISITORS):
        asker(world, at + (1 + n % 3) * HALF_HOUR, f"v{n}")()
    answers = outcomes_at_once(*(asker(world, at, f"v{n}") for n in range(VISITORS)))
    assert Counter(answers) == {"done": FREE, "slot_taken": VISITORS - FREE}


@pytest.mark.parametrize("ceiling", [None, 1])
def test_as_many_book_in_one_step_as_people_are_free(
    world: World, at: dt.datetime, ceiling: int | None
) -> None:
    Offer.objects.update(daily_ceiling=ceiling)

    def booker(n: int) -> Callable[[], object]:
        return lambda: book_directly(
            store=world.store,
            topic=world.topic,
            channel="video",
            starts_at=at,
            name="A",
            email=f"{n}@customer.example",
            network=f"key {n}",
            source=Appointment.Source.API,
            now=now_utc(),
        )

    answers = outcomes_at_once(*map(booker, range(VISITORS)))
    assert Counter(answers) == {"done": FREE, "slot_taken": VISITORS - FREE}
    assert_nothing_is_taken_twice()


def test_as_many_move_to_a_start_as_people_are_free(
    world: World, at: dt.datetime
) -> None:
    visits = [
        make_visit(world, starts_at=at + (1 + n) * HALF_HOUR, now=now_utc())
        for n in range(VISITORS)
    ]

    def mover(visit: Appointment) -> Callable[[], object]:
        return lambda: move_appointment(
            appointment=visit, starts_at=at, by=CUSTOMER, now=now_utc()
        )

    answers = outcomes_at_once(*map(mover, visits))
    assert Counter(answers) == {"done": FREE, "slot_taken": VISITORS - FREE}
    assert Appointment.objects.filter(starts_at=at).count() == FREE
    # Who was refused keeps the time that they had.
    assert Occupancy.objects.filter(active=True).count() == VISITORS
    assert_nothing_is_taken_twice()


def test_everybody_who_was_missed_is_called(world: World) -> None:
    visits = [
        make_visit(
            world,
            starts_at=next_step(now_utc(), minutes=-600),
            now=now_utc(),
            status="missed_by_staff",
        )
        for _ in range(VISITORS)
    ]

    def caller(visit: Appointment) -> Callable[[], object]:
        return lambda: turn_into_callback(appointment=visit, by=CUSTOMER, now=now_utc())

    answers = outcomes_at_once(*map(caller, visits))
    assert Counter(answers) == {"done": VISITORS}
    # All of them knew Bob, who calls one after the other.
    times = Appointment.objects.values_list("staff_member", "starts_at")
    assert len(set(times)) == VISITORS
    assert_nothing_is_taken_twice()


def test_as_many_hold_a_start_as_booths_are_free(world: World, at: dt.datetime) -> None:
    booths = 4
    for n in range(booths):
        booth = Resource.objects.create(
            brand=world.brand, store=world.store, kind="booth", name=f"Booth {n}"
        )
        Agenda.objects.create(brand=world.brand, resource=booth)
    Offer.objects.filter(channel="video").update(resource_kind="booth")
    answers = outcomes_at_once(*(asker(world, at, f"v{n}") for n in range(VISITORS)))
    assert Counter(answers) == {"done": booths, "slot_taken": VISITORS - booths}
    assert Occupancy.objects.count() == 2 * booths
