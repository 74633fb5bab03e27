"""What proves that two stories are one person's, and what does not."""

from __future__ import annotations

import itertools
import uuid
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.models import Actor, Appointment, Customer, Person, PersonJoin
from booking.persons.joining import join_by_browser
from booking.persons.settling import groups
from booking.services.callbacks import record_call_attempt, turn_into_callback
from booking.services.contact import change_contact, note_answer
from booking.services.trials import mark_trial
from booking.states import Status
from stores.models import Brand
from tests.at_once import at_once
from tests.booking.customer.walking import ALICE, held
from tests.booking.persons.stories import (
    are_one,
    are_sound,
    browser_of,
    join,
    person_of,
    story,
    strangers,
)
from tests.cast import World, make_world, now_utc

pytestmark = pytest.mark.django_db
PHONE = "+33639980042"


def proofs() -> list[str]:
    return sorted(PersonJoin.objects.values_list("proof", flat=True))


def arrive(client: Client, visit: Appointment) -> int:
    """Some POST of a customer that is accepted, or not."""
    return client.post(f"/tilleul/appointments/{visit.pk}/answered/").status_code


def call(world: World, visit: Appointment, result: str = "reached") -> None:
    record_call_attempt(
        appointment=visit, result=result, user=world.bob.user, now=now_utc()
    )


def test_a_browser_that_opened_two_links_is_one_person(world: World) -> None:
    one, other, third = strangers(world, 3)
    browser = browser_of(one, other)
    assert person_of(one) is None, "a GET changes nothing"
    assert arrive(browser, one) == 204
    assert are_one(one, other)
    assert person_of(third) is None
    assert (proofs(), are_sound()) == (["browser"], True)


def test_who_books_again_in_the_same_browser_is_one_person(world: World) -> None:
    before = story(world, email="a@x.example", phone="")
    client = browser_of(before)
    client.post(held(client, world), ALICE | {"email": "b@x.example"})
    again = Appointment.objects.exclude(pk=before.pk).get()
    assert are_one(before, again)


def test_a_refused_post_and_a_dead_link_prove_nothing(world: World) -> None:
    one, other, stranger = strangers(world, 3)
    browser = browser_of(one, other)
    assert arrive(browser, stranger) == 404
    assert person_of(one) is None
    other.links.update(generation=2)
    assert arrive(browser, one) == 204
    assert person_of(one) is None


def test_a_browser_of_the_staff_proves_nothing(world: World) -> None:
    one, other = strangers(world, 2)
    browser = browser_of(one, other)
    browser.force_login(world.bob.user)
    assert arrive(browser, one) == 204
    assert person_of(one) is None


def test_the_links_of_two_brands_are_two_persons(world: World) -> None:
    one, other = strangers(world, 2)
    links = {visit.links.get().id.hex: 1 for visit in (one, other)}
    join_by_browser(brand=world.other_brand.slug, links=links, now=now_utc())
    assert person_of(one) is None


def test_who_cancels_at_a_brand_that_closed_is_answered(world: World) -> None:
    one, other = strangers(world, 2)
    browser = browser_of(one, other)
    Brand.objects.filter(pk=world.brand.pk).update(active=False)
    answer = browser.post(f"/tilleul/appointments/{one.pk}/cancel/")
    assert answer.status_code == 303
    assert are_one(one, other)


def test_joined_already_it_costs_two_queries(world: World) -> None:
    visits = strangers(world, 4)
    join(*visits)
    links = {visit.links.get().id.hex: 1 for visit in visits}
    with CaptureQueriesContext(connection) as asked:
        join_by_browser(brand=world.brand.slug, links=links, now=now_utc())
    assert len(asked) == 2
    assert len(proofs()) == 6, "each with each"


def test_a_number_that_two_typed_proves_nothing(world: World) -> None:
    """Not even where one of them answered, or a text message came back from it."""
    one, other = (
        story(world, channel="callback", phone=PHONE, email="") for _ in range(2)
    )
    call(world, one)
    assert person_of(one) is None
    for visit in (one, other):
        note_answer(customer=visit.customer, channel="phone", now=now_utc())
    assert person_of(one) is None


def test_a_number_that_was_answered_in_both_joins_them(world: World) -> None:
    one, other, third = (
        story(world, channel="callback", phone=PHONE, email="") for _ in range(3)
    )
    call(world, one)
    call(world, third, "no_answer")
    call(world, other)
    assert are_one(one, other)
    assert person_of(third) is None
    assert (proofs(), are_sound()) == (["phone"], True)


def test_an_address_that_was_answered_from_in_both_joins_them(world: World) -> None:
    one = story(world, email="anna@x.example", phone="")
    other = story(world, email="Anna@X.example", phone="")
    unlike = story(world, email="nanna@x.example", phone="")
    for visit in (one, unlike, other, other):
        note_answer(customer=visit.customer, channel="email", now=now_utc())
    assert are_one(one, other)
    assert person_of(unlike) is None
    assert proofs() == ["email"]


def test_an_address_that_changed_meanwhile_was_not_answered_from(world: World) -> None:
    one, other = (story(world, email="anna@x.example", phone="") for _ in range(2))
    note_answer(customer=one.customer, channel="email", now=now_utc())
    seen_before = Customer.objects.get(pk=other.customer_id)
    Customer.objects.filter(pk=other.customer_id).update(email="ben@x.example")
    note_answer(customer=seen_before, channel="email", now=now_utc())
    other.refresh_from_db()
    assert other.customer.email_answered_at is None
    assert person_of(one) is None


def test_a_corrected_number_begins_without_an_answer(world: World) -> None:
    one, other = (
        story(world, channel="callback", phone=phone, email="")
        for phone in (PHONE, "+33639980043")
    )
    call(world, one)
    call(world, other)
    change_contact(
        appointment=other, email="", phone=PHONE, by=Actor.customer(), now=now_utc()
    )
    call_again = Customer.objects.get(pk=other.customer_id)
    assert call_again.phone_answered_at is None
    note_answer(customer=call_again, channel="phone", now=now_utc())
    assert person_of(other) is None


def test_the_number_for_a_callback_begins_without_an_answer(world: World) -> None:
    visit = story(world, phone="+33639980043", phone_answered_at=now_utc())
    Appointment.objects.filter(pk=visit.pk).update(status=Status.MISSED_BY_CUSTOMER)
    visit.refresh_from_db()
    turn_into_callback(
        appointment=visit, by=Actor.customer(), now=now_utc(), phone=PHONE
    )
    kept = Customer.objects.get(pk=visit.customer_id)
    assert (kept.phone, kept.phone_answered_at) == (PHONE, None)


def test_two_persons_that_are_joined_become_one(world: World) -> None:
    first, second, third, fourth, fifth = strangers(world, 5)
    join(first, second, third)
    join(fourth, fifth)
    kept = person_of(first)
    join(third, fourth)
    assert are_one(first, second, third, fourth, fifth)
    assert person_of(fifth) == kept, "the one with most stories"
    assert (Person.objects.count(), are_sound()) == (1, True)


def test_a_trial_of_the_shop_is_joined_with_nobody(world: World) -> None:
    one, trial = strangers(world, 2)
    mark_trial(trial)
    join(one, trial)
    assert person_of(one) is None


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ("", ["a", "b", "c", "d"]),
        ("ab", ["ab", "c", "d"]),
        ("ab cd", ["ab", "cd"]),
        ("ab cd bc", ["abcd"]),
        ("bd da ab", ["abd", "c"]),
    ],
)
def test_groups_hang_together(pairs: str, found: list[str]) -> None:
    stories = {letter: uuid.UUID(int=nr) for nr, letter in enumerate("abcd")}
    names = {pk: letter for letter, pk in stories.items()}
    linked = [(stories[pair[0]], stories[pair[1]]) for pair in pairs.split()]
    made = groups(stories.values(), linked)
    assert ["".join(names[pk] for pk in group) for group in made] == found


@pytest.mark.django_db(transaction=True)
def test_joined_at_the_same_moment_they_are_one_person() -> None:
    """A chain of pairs, and all callers at once: whoever is first."""
    world = make_world()
    visits = strangers(world, 6)
    pairs = list(itertools.pairwise(visits))
    at_once(*(partial(join, *pair) for pair in [*pairs, *reversed(pairs)]))
    assert are_one(*visits)
    assert (len(proofs()), Person.objects.count(), are_sound()) == (5, 1, True)


@pytest.mark.django_db(transaction=True)
def test_answered_at_the_same_moment_they_are_joined() -> None:
    world = make_world()
    visits = [story(world, email="anna@x.example", phone="") for _ in range(4)]
    at_once(
        *(
            partial(
                note_answer, customer=visit.customer, channel="email", now=now_utc()
            )
            for visit in visits
        )
    )
    assert are_one(*visits)
    assert (len(proofs()), are_sound()) == (6, True)
