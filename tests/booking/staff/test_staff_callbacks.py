"""The list of callbacks: by promise, with tries, from a missed visit in one tap."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from booking.models import Actor, Appointment
from booking.services.attendance import mark_missed
from booking.services.booking import book_appointment
from booking.services.holding import hold_slot
from booking.states import Status
from stores.models import Channel
from tests.cast import World, make_adviser, make_visit, next_step, now_utc

pytestmark = pytest.mark.django_db

CALLBACKS = "/staff/callbacks/"
NUMBER = "+33639980001"


def missed_visit(world: World, *, phone: str = NUMBER) -> Appointment:
    """Booked as a customer does, and missed."""
    now = now_utc()
    held = hold_slot(
        store=world.store,
        topic=world.topic,
        channel="video",
        starts_at=next_step(now),
        visitor="v",
        network="n",
        now=now,
    )
    visit = book_appointment(
        hold=held, name="Alice Moreau", email="a@b.example", phone=phone, now=now
    )
    mark_missed(
        appointment=visit, by_staff=False, by=Actor.staff(world.bob.user), now=now
    )
    return visit


def call(world: World, *, minutes: int, **what: Any) -> Appointment:
    now = now_utc()
    starts_at = next_step(now, minutes=minutes)
    return make_visit(
        world, starts_at=starts_at, now=now, channel=Channel.CALLBACK, **what
    )


def listed(client: Client, query: str = "") -> list[Appointment]:
    cards = client.get(f"{CALLBACKS}{query}").context["cards"]
    return [card.visit for card in cards]


def post(client: Client, name: str, visit: Appointment, **data: str) -> Any:
    return client.post(reverse(f"booking:{name}", args=[visit.pk]), data)


def test_a_missed_visit_becomes_a_callback_in_one_tap(
    world: World, bob: Client
) -> None:
    visit = missed_visit(world)
    link = visit.links.get()
    page = bob.get("/staff/").content.decode()
    assert reverse("booking:turn_into_callback", args=[visit.pk]) in page
    assert post(bob, "turn_into_callback", visit).status_code == 302
    assert listed(bob) == [visit]
    visit.refresh_from_db()
    assert (visit.channel, visit.status) == (Channel.CALLBACK, Status.CONFIRMED)
    assert visit.links.get() == link


def test_without_a_number_the_tap_asks_for_one(world: World, bob: Client) -> None:
    visit = missed_visit(world, phone="")
    response = post(bob, "turn_into_callback", visit)
    assert response.status_code == 422
    assert "Which number shall we call?" in response.content.decode()
    response = post(bob, "turn_into_callback", visit, phone="12")
    assert response.status_code == 422
    assert "That is not a phone number." in response.content.decode()
    assert listed(bob) == []
    assert post(bob, "turn_into_callback", visit, phone="06 39 98 00 02").status_code
    visit.customer.refresh_from_db()
    assert visit.customer.phone == "+33639980002"
    assert listed(bob) == [visit]


def test_the_number_can_be_dialled_and_read(world: World, bob: Client) -> None:
    call(world, minutes=30)
    page = bob.get(CALLBACKS).content.decode()
    assert f'href="tel:{NUMBER}"' in page
    assert "06 39 98 00 01" in page


def test_the_oldest_promise_comes_first_and_a_next_try_counts(
    world: World, bob: Client
) -> None:
    first, second = call(world, minutes=5), call(world, minutes=25)
    assert listed(bob) == [first, second]
    post(bob, "record_call", first, result="no_answer")
    assert listed(bob) == [second, first]
    assert "No answer (2/3)" in bob.get(CALLBACKS).content.decode()


def test_reached_then_an_outcome_ends_it(world: World, bob: Client) -> None:
    visit = call(world, minutes=0)
    assert post(bob, "record_call", visit, result="reached").status_code == 302
    page = bob.get(CALLBACKS).content.decode()
    assert "On the line" in page
    assert f'id="advised-{visit.pk}"' in page
    post(bob, "outcome", visit, outcome="advised")
    assert listed(bob) == []


def test_a_wrong_number_is_written_down_and_may_be_closed(
    world: World, bob: Client
) -> None:
    visit = call(world, minutes=0)
    post(bob, "record_call", visit, result="wrong_number")
    assert visit.call_attempts.get().result == "wrong_number"
    assert "Close without reaching" in bob.get(CALLBACKS).content.decode()
    post(bob, "mark_missed", visit)
    assert listed(bob) == []


def test_a_call_is_recorded_for_a_callback_only(world: World, bob: Client) -> None:
    now = now_utc()
    visit = make_visit(world, starts_at=next_step(now), now=now)
    assert post(bob, "record_call", visit, result="reached").status_code == 409
    assert post(bob, "record_call", visit, result="perhaps").status_code == 422


def test_an_adviser_begins_with_their_own_calls(world: World, bob: Client) -> None:
    sarah = make_adviser(world.store, "Sarah", topics=[world.topic])
    hers, mine = call(world, minutes=5, adviser=sarah), call(world, minutes=25)
    assert listed(bob) == [mine]
    assert listed(bob, "?who=store") == [hers, mine]


def test_an_old_promise_is_not_forgotten(world: World, bob: Client) -> None:
    now = now_utc()
    starts_at = next_step(now - dt.timedelta(days=3))
    late = make_visit(world, starts_at=starts_at, now=now, channel=Channel.CALLBACK)
    assert listed(bob) == [late]


def test_queries_do_not_grow_with_calls(
    world: World, bob: Client, django_assert_max_num_queries: Any
) -> None:
    def count() -> int:
        with django_assert_max_num_queries(20) as captured:
            bob.get(CALLBACKS)
        return len(captured)

    call(world, minutes=5)
    few = count()
    for n in range(1, 6):
        post(bob, "record_call", call(world, minutes=5 + n * 25), result="no_answer")
    assert count() == few


def test_the_page_of_a_visit_tells_its_story(
    world: World, bob: Client, django_assert_max_num_queries: Any
) -> None:
    visit = missed_visit(world)
    post(bob, "turn_into_callback", visit)
    post(bob, "record_call", visit, result="no_answer")
    with django_assert_max_num_queries(17):
        page = bob.get(reverse("booking:staff_appointment", args=[visit.pk]))
    words = page.content.decode()
    for said in ("Booked", "Missed", "Became a callback", "Called", "No answer", "1/3"):
        assert said in words
    messages = reverse("notifications:for_appointment", args=[visit.pk])
    assert f'hx-get="{messages}"' in words
