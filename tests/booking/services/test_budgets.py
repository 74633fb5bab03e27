"""How many appointments a day may be booked for one person, and from one network."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from pytest import MonkeyPatch

from booking.errors import TooManyBookings
from booking.models import Actor, Appointment, BookingCount, Hold
from booking.services import budgets
from booking.services.booking import book_appointment
from booking.services.holding import hold_slot
from stores.models import Store
from tests.at_once import outcomes_at_once
from tests.cast import World, make_world, next_step, now_utc

pytestmark = pytest.mark.django_db
SCOPE = BookingCount.Scope


@pytest.fixture
def world() -> World:
    world = make_world()
    Store.objects.filter(pk=world.store.pk).update(phone="+33320000000")
    world.store.refresh_from_db()
    return world


def hold(world: World, number: int, network: str = "network") -> Hold:
    return hold_slot(
        store=world.store,
        topic=world.topic,
        channel="video",
        starts_at=next_step(now_utc()) + number * dt.timedelta(minutes=30),
        visitor=uuid.uuid4().hex,
        network=network,
        now=now_utc(),
    )


def book(
    world: World,
    number: int,
    *,
    email: str = "victim@example.org",
    network: str = "",
    now: dt.datetime | None = None,
    by: Actor | None = None,
) -> Appointment:
    network = network or f"network {number}"
    return book_appointment(
        hold=hold(world, number, network),
        name="Alice",
        email=email,
        now=now or now_utc(),
        by=by,
    )


def booked_until_refused(world: World, tries: int = 20, **facts: str) -> int:
    for number in range(tries):
        try:
            book(world, number, **facts)  # type: ignore[arg-type]  # texts only
        except TooManyBookings:
            return number
    return tries


def test_a_strangers_address_is_booked_for_a_few_times(world: World) -> None:
    assert booked_until_refused(world, 40) == budgets.MOST[SCOPE.CONTACT]
    with pytest.raises(TooManyBookings) as refused:
        book(world, 41, email="VICTIM@example.org")
    assert "+33320000000" in str(refused.value)
    assert book(world, 42, email="somebody.else@example.org").pk
    assert Hold.objects.exists(), "what was refused is still held"


def test_tomorrow_is_another_day(world: World) -> None:
    booked_until_refused(world)
    later = now_utc() + dt.timedelta(days=1)
    held = hold(world, 60)
    Hold.objects.filter(pk=held.pk).update(expires_at=later + dt.timedelta(minutes=5))
    email = "victim@example.org"
    assert book_appointment(hold=held, name="A", email=email, now=later).pk


@pytest.mark.parametrize("scope", [SCOPE.NETWORK, SCOPE.STORE])
def test_one_network_books_so_many(
    world: World, monkeypatch: MonkeyPatch, scope: BookingCount.Scope
) -> None:
    monkeypatch.setitem(budgets.MOST, scope, 3)
    for number in range(3):
        book(world, number, email=f"c{number}@example.org", network="one")
    with pytest.raises(TooManyBookings):
        book(world, 3, email="c3@example.org", network="one")
    assert book(world, 4, email="c4@example.org", network="two").pk


def test_staff_and_programs_are_not_counted(world: World) -> None:
    booked_until_refused(world)
    assert book(world, 30, by=Actor.staff(world.bob.user)).pk
    assert book(world, 31, network="key abc").pk


def test_a_booking_that_fails_is_not_counted(world: World) -> None:
    held = hold(world, 1)
    for _ in range(20):
        with pytest.raises(Exception):  # noqa: B017 - whatever the database says
            book_appointment(hold=held, name="x" * 500, email="a@b.c", now=now_utc())
    assert not BookingCount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_no_more_than_one_after_the_other() -> None:
    world = make_world()
    now = now_utc()
    held = [hold(world, number, f"network {number}") for number in range(20)]

    def attempt(one: Hold) -> None:
        book_appointment(
            hold=one, name="A", email="victim@example.org", now=now, also=True
        )

    answers = Counter(outcomes_at_once(*(partial(attempt, one) for one in held)))
    assert set(answers) == {"done", TooManyBookings.code}
    assert answers["done"] == budgets.MOST[SCOPE.CONTACT] == Appointment.objects.count()


def test_page_and_api_say_whom_to_call(world: World, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setitem(budgets.MOST, SCOPE.CONTACT, 0)
    client = Client(headers={"accept-language": "en"})
    brand = world.brand.slug
    asked = {
        "store": world.store.slug,
        "topic": world.topic.slug,
        "channel": "video",
        "starts_at": next_step(now_utc()).isoformat(),
    }
    hold_url = reverse("booking_api:hold", args=[brand])
    held = client.post(hold_url, asked, content_type="application/json").json()
    who = {"name": "Alice", "email": "alice@example.org"}
    address = reverse("booking_api:book", args=[brand, held["id"]])
    answer = client.post(address, who, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_bookings")
    assert answer.json()["phone"] == "+33320000000"
    page = client.post(
        reverse("booking:details", args=[brand, held["id"]]), who | {"reach": "email"}
    )
    assert page.status_code == 429
    assert 'href="tel:+33320000000"' in page.content.decode()
    assert "Call us: we book it for you." in page.content.decode()
