"""A hold that ran out, and a booking that is sent twice: on the page and by the API."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from booking.errors import SlotNotOffered, SlotTaken
from booking.models import Appointment, Hold
from booking.services.hold_and_book import HeldTime, book_held
from booking.services.holding import HOLD_TIME, hold_slot
from tests.cast import World, next_step, now_utc

pytestmark = pytest.mark.django_db
API = "/api/v1/brands/tilleul"
ALICE = {"name": "Alice", "email": "alice@customer.example"}


def hold(world: World, at: dt.datetime, visitor: str, now: dt.datetime) -> Hold:
    return hold_slot(
        store=world.store,
        topic=world.topic,
        channel="video",
        starts_at=at,
        visitor=visitor,
        network="network",
        now=now,
    )


def book(held: HeldTime, now: dt.datetime) -> Appointment:
    return book_held(
        held=held,
        visitor="one",
        network="network",
        now=now,
        name="Alice",
        email="alice@customer.example",
    )


def test_a_hold_that_ran_out_is_held_again(world: World) -> None:
    now = now_utc()
    held = HeldTime.of(hold(world, next_step(now), "one", now))
    later = now + HOLD_TIME
    visit = book(held, later)
    assert visit.starts_at == held.starts_at
    assert not Hold.objects.exists()


def test_the_second_sending_finds_what_the_first_made(world: World) -> None:
    now = now_utc()
    held = HeldTime.of(hold(world, next_step(now), "one", now))
    first = book(held, now)
    assert book(held, now) == first
    assert Appointment.objects.count() == 1


def test_what_another_has_taken_meanwhile_is_not_taken_again(world: World) -> None:
    now = now_utc()
    held = HeldTime.of(hold(world, next_step(now), "one", now))
    later = now + HOLD_TIME
    hold(world, held.starts_at, "two", later)
    with pytest.raises(SlotTaken) as refusal:
        book(held, later)
    assert refusal.value.nearest
    assert not Appointment.objects.exists()


def test_an_adviser_who_has_gone_is_not_replaced(world: World) -> None:
    now = now_utc()
    kept = hold(world, next_step(now), "one", now)
    gone = HeldTime(kept.pk, kept.store, kept.topic, kept.channel, kept.starts_at, None)
    with pytest.raises(SlotNotOffered):
        book(gone, now)


def test_the_api_holds_again_too(client: Client, world: World) -> None:
    wish = {
        "store": "lille",
        "topic": "premier-velo",
        "channel": "video",
        "starts_at": next_step(now_utc()).isoformat(),
    }

    def post(path: str, body: dict[str, Any]) -> Any:
        return client.post(f"{API}{path}", body, content_type="application/json")

    held = post("/holds/", wish).json()
    Hold.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    answer = post(f"/holds/{held['id']}/appointment/", ALICE)
    assert answer.status_code == 201, answer.content
    assert dt.datetime.fromisoformat(answer.json()["starts_at"]) == (
        dt.datetime.fromisoformat(wish["starts_at"])
    )
    assert Appointment.objects.count() == 1
