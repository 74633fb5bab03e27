"""What is left of a person when stories are erased, and of the journal for ever."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from booking.models import Appointment, Customer, Person, PersonJoin
from booking.services.trials import mark_trial, remove_trials
from stores.erasing import erase_due
from tests.booking.persons.stories import (
    are_one,
    are_sound,
    join,
    person_of,
    say,
    strangers,
)
from tests.cast import World, now_utc

pytestmark = pytest.mark.django_db


def test_an_erased_story_leaves_its_person(world: World) -> None:
    first, second, third = strangers(world, 3)
    join(first, second, third)
    person = person_of(second)
    past = now_utc() - dt.timedelta(days=1)
    forget(first, past)
    erase_due(now=now_utc())
    assert person_of(first) is None
    assert person_of(second) == person_of(third) == person
    assert are_sound()
    assert not PersonJoin.objects.filter(one=first.customer_id).exists()
    assert not PersonJoin.objects.filter(other=first.customer_id).exists()
    forget(second, past)
    erase_due(now=now_utc())
    assert person_of(third) is None
    assert not Person.objects.exists()
    assert not erase_due(now=now_utc())


def forget(visit: Appointment, at: dt.datetime) -> None:
    Appointment.objects.filter(pk=visit.pk).update(erase_after=at)
    Customer.objects.filter(pk=visit.customer_id).update(erase_after=at)


def test_what_an_erased_story_alone_joined_comes_apart(world: World) -> None:
    first, bridge, last, beside = strangers(world, 4)
    join(first, bridge)
    join(last, beside)
    say(world, bridge, last)
    assert are_one(first, bridge, last, beside)
    forget(bridge, now_utc() - dt.timedelta(days=1))
    erase_due(now=now_utc())
    assert person_of(first) is None
    assert are_one(last, beside)
    assert are_sound()


def test_a_story_that_is_kept_for_a_later_day_stays_joined(world: World) -> None:
    one, other = strangers(world, 2)
    join(one, other)
    past = now_utc() - dt.timedelta(days=1)
    Customer.objects.filter(pk=one.customer_id).update(erase_after=past)
    erase_due(now=now_utc())
    assert are_one(one, other)


def test_a_removed_trial_takes_its_proofs_with_it(world: World) -> None:
    one, trial = strangers(world, 2)
    join(one, trial)
    mark_trial(trial)
    remove_trials(brand=world.brand)
    erase_due(now=now_utc())
    assert person_of(one) is None
    assert not Person.objects.exists()


def test_the_journal_is_append_only(world: World) -> None:
    one, other = strangers(world, 2)
    said = say(world, one, other)
    rows = PersonJoin.objects.filter(pk=said.pk)
    for change in (
        {"proof": "browser"},
        {"made_at": now_utc()},
        {"said_by": world.dora},
    ):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
        ):
            rows.update(**change)
    world.bob.user.delete()
    assert rows.get().said_by is None
