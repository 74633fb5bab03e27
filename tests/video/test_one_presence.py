"""Board and room say the same of a person; a call in progress is told as one."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from booking.models import Actor, Appointment
from booking.services.attendance import record_arrival
from booking.stages import HERE_FOR
from booking.states import Status
from stores.models import Channel
from tests.booking.at_the_desk import signed_in
from tests.booking.customers import opened, visit_in
from tests.cast import World, now_utc
from video import services
from video.access import room_of

pytestmark = pytest.mark.django_db

AWAY = "said “I’m here” at"


def both(world: World, visit: Appointment) -> tuple[str, str]:
    """What the board and the room's door read."""
    staff = signed_in(world.bob.user)
    board = staff.get("/staff/").content.decode()
    door = staff.get(reverse("video:door", args=[visit.pk]))
    return board, door.content.decode()


def test_who_arrived_without_a_page_is_away_for_both(
    world: World, visit: Appointment
) -> None:
    record_arrival(appointment=visit, by=Actor.customer(), now=now_utc())
    board, door = both(world, visit)
    assert AWAY in board
    assert AWAY in door
    assert "is not here yet" not in door
    assert "1 person is waiting" not in board


def test_who_waits_is_here_for_both(world: World, visit: Appointment) -> None:
    services.say_here(room=room_of(visit), now=now_utc())
    board, door = both(world, visit)
    assert AWAY not in board
    assert "1 person is waiting" in board
    assert " is here" in door


def test_who_closed_the_page_is_away_for_both(world: World, visit: Appointment) -> None:
    then = now_utc() - HERE_FOR - dt.timedelta(minutes=1)
    services.say_here(room=room_of(visit), now=then)
    board, door = both(world, visit)
    for page in (board, door):
        assert AWAY in page
        assert "page last open at" in page
    assert "1 person is waiting" not in board


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        (Channel.CALLBACK, "is on the phone with you"),
        (Channel.IN_STORE, "is with you"),
        (Channel.VIDEO, "You are expected by"),
    ],
)
def test_a_visit_in_progress_says_how(
    world: World, client: Client, channel: str, words: str
) -> None:
    visit = visit_in(world, minutes=-5, channel=channel, status=Status.IN_PROGRESS)
    address = opened(client, visit)
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert words in page
    if channel == Channel.CALLBACK:
        assert "expected" not in page
        assert "We call you on" not in page
