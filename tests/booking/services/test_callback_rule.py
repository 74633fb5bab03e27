"""The callback as an appointment: a window, three calls, then the customer chooses."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from booking.errors import TransitionRefused
from booking.links import permanent_url
from booking.models import Actor, Appointment, Occupancy
from booking.services.booking import book_appointment
from booking.services.callbacks import record_call_attempt, turn_into_callback
from booking.services.cancelling import reopen_appointment
from booking.services.holding import hold_slot
from stores.models import Channel
from stores.wording import hour
from tests.cast import World, next_step, now_utc

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(world: World) -> Appointment:
    now = now_utc()
    held = hold_slot(
        store=world.store,
        topic=world.topic,
        channel=Channel.CALLBACK,
        starts_at=next_step(now),
        visitor="v",
        network="n",
        now=now,
        staff_member=world.bob.staff_member,
    )
    return book_appointment(
        hold=held, name="Alice Moreau", phone="+33639980001", now=now
    )


def call(world: World, visit: Appointment, result: str = "no_answer") -> None:
    record_call_attempt(
        appointment=visit, result=result, user=world.bob.user, now=visit.starts_at
    )


def browser(visit: Appointment) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.get("/r/" + permanent_url(visit).rsplit("/", 1)[1])
    return client


def page(visit: Appointment) -> str:
    address = reverse("booking:appointment", args=["tilleul", visit.pk])
    return browser(visit).get(address).content.decode()


def test_the_third_call_in_vain_closes_the_visit_and_frees_its_time(
    world: World, visit: Appointment
) -> None:
    call(world, visit)
    call(world, visit, "wrong_number")
    assert visit.status == "confirmed"
    call(world, visit)
    assert visit.status == "missed_by_customer"
    kinds = list(visit.events.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["booked", "call_tried", "call_tried", "call_tried", "missed"]
    last = visit.call_attempts.order_by("number").last()
    assert last is not None
    assert (last.number, last.next_try_at) == (3, None)
    assert not Occupancy.objects.filter(appointment=visit, active=True).exists()
    with pytest.raises(TransitionRefused):
        call(world, visit)
    assert visit.call_attempts.count() == 3


def test_reached_at_the_third_call_begins_the_visit(
    world: World, visit: Appointment
) -> None:
    for result in ("no_answer", "no_answer", "reached"):
        call(world, visit, result)
    assert visit.status == "in_progress"


def test_a_callback_that_stands_again_has_three_calls_again(
    world: World, visit: Appointment
) -> None:
    for _ in range(3):
        call(world, visit)
    turn_into_callback(appointment=visit, by=Actor.customer(), now=now_utc())
    visit.refresh_from_db()
    call(world, visit)
    call(world, visit)
    assert visit.status == "confirmed"
    call(world, visit)
    assert visit.status == "missed_by_customer"
    assert visit.call_attempts.count() == 6


def test_who_tapped_wrongly_reopens_it(world: World, visit: Appointment) -> None:
    for _ in range(3):
        call(world, visit)
    staff = Actor.staff(world.bob.user)
    reopen_appointment(appointment=visit, by=staff, now=now_utc())
    assert visit.status == "confirmed"
    board = Client()
    board.force_login(world.bob.user)
    cards = board.get("/staff/callbacks/").context["cards"]
    assert [(card.visit, card.tries) for card in cards] == [(visit, 0)]
    assert cards[0].promised_at == visit.starts_at, "no next try of before"


def test_the_window_is_promised_and_the_next_try_takes_its_place(
    world: World, visit: Appointment
) -> None:
    def window(start: dt.datetime) -> str:
        end = start + dt.timedelta(minutes=15)
        local = [at.astimezone(world.store.zone) for at in (start, end)]
        return f"between {hour(local[0])} and {hour(local[1])}"

    assert window(visit.starts_at) in page(visit)
    call(world, visit)
    last = visit.call_attempts.get()
    assert last.next_try_at is not None
    shown = page(visit)
    assert window(last.next_try_at) in shown
    assert "We tried at" in shown


def test_after_three_calls_the_link_offers_another_time(
    world: World, visit: Appointment
) -> None:
    for _ in range(3):
        call(world, visit)
    shown = page(visit)
    assert "We called three times" in shown
    times = reverse(
        "booking:times", args=["tilleul", "lille", world.topic.slug, "callback"]
    )
    assert times in shown
    assert "Call me instead" not in shown


def test_the_board_says_when_and_that_the_next_call_is_the_last(
    world: World, visit: Appointment
) -> None:
    board = Client(headers={"accept-language": "en"})
    board.force_login(world.bob.user)
    end = (visit.starts_at + dt.timedelta(minutes=15)).astimezone(world.store.zone)
    assert f"– {end:%H:%M}" in board.get("/staff/callbacks/").content.decode()
    record = reverse("booking:record_call", args=[visit.pk])
    for _ in range(2):
        board.post(record, {"result": "no_answer"})
    assert "this call is the last" in board.get("/staff/callbacks/").content.decode()
    told = board.post(record, {"result": "no_answer"}, follow=True).content.decode()
    assert "Three calls in vain: closed." in told
