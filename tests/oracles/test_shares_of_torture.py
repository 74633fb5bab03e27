"""The share of each `./run torture …` that runs every time, by fixed seeds."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from booking.models import BookingCount
from booking.services import budgets
from tests.cast import make_world
from tests.notifications.bookings import by_day
from tests.oracles.diary_calls import LifeMachine
from tests.oracles.diary_machine import prepare
from tests.oracles.messy_worlds import messy_world
from tests.torture._histories import live
from tests.torture.deliver import killing


@pytest.fixture
def alice_books_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """More often than one contact may."""
    monkeypatch.setitem(budgets.MOST, BookingCount.Scope.CONTACT, 1000)


@pytest.mark.django_db
def test_all_moves_agree_with_the_model() -> None:
    """Of `./run torture moves`: in any order, rows say what a small model says."""
    LifeMachine.world = make_world()
    prepare(LifeMachine.world)
    run_state_machine_as_test(
        LifeMachine,
        settings=settings(
            max_examples=8,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert LifeMachine.done["book"]


# Of `./run torture slots`: search says what counting minutes says.


@pytest.mark.django_db
def test_search_equals_the_naive_oracle() -> None:
    """In four worlds, and in more where those are too closed to say much."""
    known = 0
    for seed in range(100, 120):
        with messy_world(seed) as found:
            starts, wrong = found.differences()
        assert not wrong
        known += starts
        if seed >= 103 and known > 100:
            return
    pytest.fail("These worlds offer nothing.")


@pytest.mark.django_db
def test_what_is_offered_is_had_and_what_is_not_is_refused_as_told() -> None:
    with messy_world(7) as found:
        seen = found.draw(25, 25)
    assert seen["inside"] == seen["outside"] == 25
    assert not seen["inside_refused"] + seen["outside_held"] + seen["other_code"]


# Of `./run torture deliver`: histories of a visit, and senders that die.


@pytest.mark.django_db
@pytest.mark.usefixtures("alice_books_often")
@pytest.mark.parametrize("seed", range(15))
def test_whatever_happens_no_message_is_stale(seed: int) -> None:
    """Also: the UID stays, and SEQUENCE rises with each calendar file."""
    listener = live(by_day(make_world()), seed=seed)
    assert not listener.stale


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("alice_books_often")
def test_killed_senders_lose_nothing_and_repeat_at_most_what_they_held() -> None:
    world = by_day(make_world())
    chance = random.Random(5)
    found = killing(world, kills=10, visits=30, chance=chance, longest=0.1)
    assert found["kills"] == 10
    assert found["lost"] == 0
    assert found["same_key_other_body"] == 0
    assert int(str(found["duplicate_attempts"])) <= 10
