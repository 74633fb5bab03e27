"""To whom of the staff the two words are shown, and what the history says of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from booking.models import Actor, Appointment
from booking.spoken.pairs import words_at, words_of
from booking.spoken.showing import Spoken, spoken_for
from booking.states import Status
from stores.access import workplaces_for
from tests.booking.at_the_desk import signed_in
from tests.booking.customers import visit_in
from tests.cast import World, make_adviser, now_utc

pytestmark = pytest.mark.django_db

CALLBACKS = "/staff/callbacks/?who=store"


@pytest.fixture
def call(world: World) -> Appointment:
    """Bob is to call Alice in a quarter of an hour."""
    return visit_in(world, minutes=15, channel="callback")


@pytest.fixture
def ann(world: World) -> Client:
    """An adviser of the same store, whose visit it is not."""
    return signed_in(make_adviser(world.store, "Ann", topics=[world.topic]).user)


def page_of(visit: Appointment) -> str:
    return reverse("booking:staff_appointment", args=[visit.pk])


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def seen(visit: Appointment) -> list[str]:
    rows = visit.events.filter(kind="words_shown").select_related("actor_user")
    return [row.actor_user.get_short_name() for row in rows if row.actor_user]


def test_the_adviser_reads_them_before_the_number(
    bob: Client, call: Appointment
) -> None:
    for address in (page_of(call), CALLBACKS):
        page = read(bob, address)
        assert page.index(words_of(call)) < page.index("tel:")
        assert reverse("booking:open_words", args=[call.pk]) not in page
    assert not seen(call)


def test_a_colleague_asks_for_them_and_the_history_says_so(
    ann: Client, call: Appointment
) -> None:
    tap = reverse("booking:open_words", args=[call.pk])
    assert ann.get(tap).status_code == 405
    for address in (page_of(call), CALLBACKS):
        page = read(ann, address)
        assert words_of(call) not in page
        assert tap in page
    assert not seen(call)
    answer = ann.post(tap, {"next": CALLBACKS})
    assert (answer.status_code, answer["Location"]) == (302, CALLBACKS)
    assert words_of(call) in read(ann, CALLBACKS)
    page = read(ann, page_of(call))
    assert words_of(call) in page
    assert "Opened the two words" in page
    assert seen(call) == ["Ann"]


def test_whoever_asked_sees_them_for_a_quarter_of_an_hour_and_alone(
    ann: Client, manager: Client, call: Appointment
) -> None:
    ann.post(reverse("booking:open_words", args=[call.pk]))
    assert words_of(call) not in read(manager, page_of(call))
    user = call.events.get(kind="words_shown").actor_user
    assert user is not None
    workplace = workplaces_for(user)[0]
    shown = [
        spoken_for(workplace, [call], now=now_utc() + dt.timedelta(minutes=n))[call.pk]
        for n in (14, 16)
    ]
    assert shown == [Spoken(words_of(call)), Spoken(is_hidden=True)]


def test_after_a_change_the_pair_of_the_older_message_is_good_for_a_day(
    world: World, bob: Client, call: Appointment
) -> None:
    told = words_of(call)
    now = now_utc()
    call.cancel(by=Actor.staff(world.bob.user), now=now)
    assert told not in read(bob, page_of(call)), "nobody is called"
    call.reopen(status=Status.CONFIRMED, by=Actor.staff(world.bob.user), now=now)
    assert words_of(call) != told
    workplace = workplaces_for(world.bob.user)[0]
    later = {
        hours: spoken_for(workplace, [call], now=now + dt.timedelta(hours=hours))
        for hours in (23, 25)
    }
    assert later[23][call.pk].older == words_at(call, [1, 0])
    assert told in later[23][call.pk].older
    assert later[25][call.pk].older == ()
    assert told in read(bob, page_of(call))


def test_strangers_open_nothing(world: World, call: Appointment) -> None:
    tap = reverse("booking:open_words", args=[call.pk])
    assert Client().post(tap).status_code in (302, 403)
    assert signed_in(world.eve.user).post(tap).status_code == 404
    assert not seen(call)


def test_a_list_of_many_calls_asks_as_often_as_one_of_few(
    world: World, call: Appointment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    workplace = workplaces_for(world.bob.user)[0]
    more = [visit_in(world, minutes=60 * n, channel="callback") for n in (2, 3, 4)]
    with django_assert_num_queries(2):
        shown = spoken_for(workplace, [call, *more], now=now_utc())
    assert len({one.words for one in shown.values()}) == 4
