"""axe-core finds nothing in the rooms, in none of their states.

https://github.com/dequelabs/axe-core: the rules of WCAG 2.2 A and AA and its best
practices.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from booking.models import Appointment
from tests.live.axe import finds_nothing
from tests.live.room.room_page import (
    BOB,
    EVE,
    HELD_IN_HAND,
    LEA,
    PATIENCE,
    RoomPage,
    greeting,
    room_page,
    served,
    staff_page,
)
from tests.shares import by_turns
from tests.video.doors import invited
from tests.video.visitors import with_link
from video import services
from video.access import room_of

pytestmark = pytest.mark.browser

Step = Callable[[RoomPage], None]

LINE = {"from": "bob", "name": "Bob", "text": "Bonjour", "at": "2026-01-01T10:00:00Z"}
MINE = {"from": "lea", "name": "Léa", "text": "Bonjour !", "at": LINE["at"]}
REFUSED = """navigator.mediaDevices.getUserMedia = async () => {
  throw new DOMException("Permission denied", "NotAllowedError");
};"""


def presses(control: str) -> Step:
    return lambda room: room.page.locator(f'.ctl[data-part="{control}"]').click()


def hears(**message: Any) -> Step:
    return lambda room: room.hears(message)


def stands(selector: str) -> Step:
    def wait(room: RoomPage) -> None:
        expect(room.page.locator(selector).first).to_be_visible(timeout=PATIENCE)

    return wait


def writes_into_nothing(room: RoomPage) -> None:
    room.page.locator("#chat-text").fill("En route")
    room.page.locator("#chat-text").press("Enter")


def shows_a_picture(room: RoomPage) -> None:
    room.gets_slots("bob")
    room.does("shown += 1")
    room.shows("bob", state="picture")


def grows_old(room: RoomPage) -> None:
    room.hears({"type": "pictures", "paused": True, "limited": True})
    room.page.clock.run_for(2_600)
    room.shows("bob", state="old")


STATES: dict[str, list[Step]] = {
    "alone": [],
    "with somebody": [hears(type="joined", participant=EVE)],
    "interrupted": [hears(type="interrupted", participant=BOB)],
    "asked to show": [hears(type="asked", by=BOB, what="camera")],
    "muted": [
        hears(type="muted", participant=LEA, by=BOB, locked=True),
    ],
    "with more open": [presses("more"), stands("#choose-microphone")],
    "with an old picture": [shows_a_picture, grows_old],
    "with chat open": [
        presses("chat"),
        hears(type="chat", **LINE),
        hears(type="chat", **MINE),
        hears(type="typing", **LINE),
        writes_into_nothing,
        stands('[data-part="waiting"] li'),
    ],
    "with unread messages": [hears(type="chat", **LINE), stands(".count")],
    "ended": [presses("leave"), stands('[data-part="ended"]')],
    "removed": [hears(type="ended", reason="removed", by="Bob")],
    "by phone": [hears(type="ended", reason="by_phone")],
}


@pytest.mark.parametrize(("state", "width"), by_turns(STATES, [360, 1280]))
def test_axe_finds_nothing_in_the_customers_room(
    chromium: Browser, visit: Appointment, state: str, width: int
) -> None:
    with room_page(chromium, visit, width=width, before=HELD_IN_HAND) as room:
        room.begins()
        room.connects()
        room.hears(greeting() if state == "alone" else greeting(BOB))
        for step in STATES[state]:
            step(room)
        finds_nothing(room.page)


def test_axe_finds_nothing_while_devices_are_missing(
    chromium: Browser, visit: Appointment
) -> None:
    with room_page(chromium, visit, before=REFUSED) as room:
        room.begins()
        presses("camera")(room)
        stands('[data-part="own-microphone"]')(room)
        stands('[data-part="own-camera"]')(room)
        finds_nothing(room.page)


STAFF: dict[str, list[Step]] = {
    "alone": [],
    "with chat": [
        hears(type="joined", participant=LEA),
        hears(type="chat", **MINE),
        hears(type="typing", **MINE),
        writes_into_nothing,
    ],
    "with people": [
        hears(type="joined", participant=LEA),
        hears(type="joined", participant=EVE),
    ],
    "ended": [presses("leave"), stands('[data-part="ended"]')],
}


@pytest.mark.parametrize(("state", "width"), by_turns(STAFF, [360, 820, 1280]))
def test_axe_finds_nothing_in_the_room_of_staff(
    chromium: Browser, visit: Appointment, state: str, width: int
) -> None:
    services.say_here(room=room_of(visit), now=timezone.now())
    invited(visit, "Paul")
    with staff_page(chromium, visit, width=width) as room:
        room.begins()
        room.connects()
        room.hears(greeting(you="bob"))
        for step in STAFF[state]:
            step(room)
        finds_nothing(room.page)


@pytest.mark.parametrize("page", ["device", "waiting"])
def test_axe_finds_nothing_before_the_door(
    chromium: Browser, visit: Appointment, page: str
) -> None:
    if page == "waiting":
        services.say_here(room=room_of(visit), now=timezone.now())
    address = reverse(f"video:{page}", args=[visit.brand.slug, visit.pk])
    with served(chromium, with_link(visit), address) as room:
        finds_nothing(room.page)
