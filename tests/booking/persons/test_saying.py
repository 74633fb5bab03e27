"""What the staff say of two visits: journalled, and taken back without a trace."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial

import pytest

from booking.errors import StoriesRefused
from booking.models import Appointment, Customer, Person, PersonJoin
from booking.persons.saying import say_same_person, take_back_same_person
from tests.at_once import at_once, outcome_of
from tests.booking.persons.stories import (
    are_one,
    are_sound,
    join,
    person_of,
    say,
    strangers,
)
from tests.cast import World, make_customer, make_world, now_utc

pytestmark = pytest.mark.django_db


def take_back(world: World, one: Appointment, other: Appointment) -> bool:
    return take_back_same_person(
        one=one.customer, other=other.customer, user=world.dora, now=now_utc()
    )


def test_what_is_said_joins_and_what_is_taken_back_parts(world: World) -> None:
    one, other = strangers(world, 2)
    said = say(world, one, other)
    assert are_one(one, other)
    assert (said.said_by, said.proof) == (world.bob.user, "staff")
    assert take_back(world, other, one)
    assert person_of(one) is person_of(other) is None
    assert not Person.objects.exists()
    said.refresh_from_db()
    assert said.undone_by == world.dora
    assert said.undone_at is not None


def test_said_twice_it_stands_once_and_is_taken_back_once(world: World) -> None:
    one, other = strangers(world, 2)
    assert say(world, one, other) == say(world, other, one)
    assert take_back(world, one, other)
    assert not take_back(world, one, other)
    assert say(world, one, other) in PersonJoin.objects.filter(undone_at=None)
    assert are_one(one, other)
    assert PersonJoin.objects.count() == 2


def test_only_what_that_decision_joined_comes_apart(world: World) -> None:
    first, second, third, fourth = strangers(world, 4)
    join(first, second)
    join(third, fourth)
    before = {person_of(first), person_of(third)}
    say(world, second, third)
    assert are_one(first, second, third, fourth)
    assert take_back(world, second, third)
    assert are_one(first, second)
    assert are_one(third, fourth)
    assert person_of(first) != person_of(third)
    assert person_of(first) in before or person_of(third) in before
    assert are_sound()


def test_what_another_proof_joins_stays_joined(world: World) -> None:
    one, other = strangers(world, 2)
    say(world, one, other)
    join(one, other)
    person = person_of(one)
    assert take_back(world, one, other)
    assert person_of(one) == person_of(other) == person


def test_what_cannot_be_said(world: World) -> None:
    one, erased = strangers(world, 2)
    foreign = make_customer(world.other_brand, now=now_utc())
    Customer.objects.filter(pk=erased.customer_id).update(
        name="", email="", phone="", erased_at=now_utc()
    )
    for other in (one.customer, erased.customer, foreign):
        with pytest.raises(StoriesRefused):
            say_same_person(
                one=one.customer, other=other, user=world.bob.user, now=now_utc()
            )
    assert not PersonJoin.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_said_and_taken_back_by_many_at_once() -> None:
    world = make_world()
    visits = strangers(world, 4)
    pairs = list(itertools.pairwise(visits))
    acts: list[Callable[[], object]] = [
        *(partial(say, world, *pair) for pair in [*pairs, *pairs]),
        *(partial(take_back, world, *pair) for pair in pairs),
    ]
    at_once(*(partial(outcome_of, act) for act in acts))
    assert are_sound()
    living = PersonJoin.objects.filter(undone_at=None)
    for said in living:
        assert said.one.person == said.other.person is not None
    joined = {pk for said in living for pk in (said.one_id, said.other_id)}
    in_person = Customer.objects.exclude(person=None).values_list("pk", flat=True)
    assert set(in_person) == joined
