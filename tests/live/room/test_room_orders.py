"""Events of the room in every order in which they may come (docs/room-states.md lists
them): what the page shows at the end is the same.

The browser and the page are real, the network is in the test's hand.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from booking.models import Appointment
from tests.live.room.room_page import (
    BOB,
    EVE,
    PATIENCE,
    RoomPage,
    bob_is_shown,
    greeting,
    room_page,
)
from tests.shares import some

pytestmark = pytest.mark.browser

Step = Callable[[RoomPage], None]

LINE = {"from": "bob", "name": "Bob", "text": "Bonjour", "at": "2026-01-01T10:00:00Z"}


def says(kind: str, person: dict[str, str], **more: Any) -> Step:
    return lambda room: room.hears({"type": kind, "participant": person, **more})


def greeted(*others: dict[str, str], **more: Any) -> Step:
    return lambda room: room.hears(greeting(*others, **more))


def slots(*sources: str) -> Step:
    return lambda room: room.gets_slots(*sources)


def connects(room: RoomPage) -> None:
    room.connects()


def nobody_is_shown(room: RoomPage) -> None:
    room.is_in("connected")
    room.shows_nobody_called("bob")


def bob_is_muted(room: RoomPage) -> None:
    sign = room.page.locator('.person[data-participant="bob"] [data-part="muted"]')
    expect(sign).not_to_have_attribute("hidden", "", timeout=PATIENCE)


def bob_is_away(room: RoomPage) -> None:
    room.shows("bob", state="away", sounds=False)


def bob_speaks(room: RoomPage) -> None:
    bob_is_muted(room)
    room.shows("bob")


def one_line_stands(room: RoomPage) -> None:
    expect(room.page.locator('[data-part="lines"] .msg')).to_have_count(1)


def in_the_room(*others: dict[str, str]) -> list[Step]:
    return [connects, greeted(*others)]


STORIES: list[tuple[str, list[Step], list[Step], Step]] = [
    (
        "connected, greeted, streams told",
        [],
        [connects, greeted(BOB), slots("bob")],
        bob_is_shown,
    ),
    (
        "streams told, their person known",
        in_the_room(),
        [says("joined", BOB), slots("bob")],
        bob_is_shown,
    ),
    (
        "muted by staff, known",
        in_the_room(),
        [
            says("joined", BOB),
            says("muted", BOB, by=EVE, locked=False),
        ],
        bob_is_muted,
    ),
    (
        "quiet by themselves, known, streams told",
        in_the_room(),
        [says("microphone", BOB, open=False), says("joined", BOB), slots("bob")],
        bob_speaks,
    ),
    (
        "interrupted, away: one gap ends, the other goes on",
        [
            *in_the_room(BOB),
            says("interrupted", BOB),
            says("away", BOB),
            says("back", BOB),
        ],
        [says("muted", BOB, by=EVE, locked=False)],
        bob_is_away,
    ),
    (
        "connected, greeted with somebody whose line is broken off",
        [],
        [connects, greeted(BOB, interrupted=["bob"])],
        bob_is_away,
    ),
]


def orders() -> list[Any]:
    return [
        pytest.param(before, order, then, id=f"{name} {number}")
        for name, before, events, then in STORIES
        for number, order in enumerate(permutations(events))
        # Two events have two orders; of more events every second order, or all.
        if number % some(2, every=1) == 0 or len(events) < 3
    ]


@pytest.mark.parametrize(("before", "order", "then"), orders())
def test_the_order_of_events_does_not_matter(
    chromium: Browser,
    visit: Appointment,
    before: list[Step],
    order: tuple[Step, ...],
    then: Step,
) -> None:
    with room_page(chromium, visit) as room:
        room.begins()
        for step in (*before, *order):
            step(room)
        then(room)


def test_what_was_written_before_the_greeting_stands_once(
    chromium: Browser, visit: Appointment
) -> None:
    with room_page(chromium, visit) as room:
        room.begins()
        room.connects()
        room.hears({"type": "chat", **LINE})
        room.hears({"type": "typing", **LINE, "text": "Et"})
        room.hears(greeting(BOB, history=[LINE]))
        one_line_stands(room)
        expect(room.page.locator('[data-part="drafts"] .msg')).to_have_count(0)


def test_before_the_greeting_nobody_is_said_to_be_away(
    chromium: Browser, visit: Appointment
) -> None:
    with room_page(chromium, visit) as room:
        room.begins()
        room.connects()
        room.is_in("connected")
        room.says_instead("connecting")
        room.hears(greeting())
        room.says_instead("alone")


def test_a_page_without_greeting_asks_for_it(
    chromium: Browser, visit: Appointment
) -> None:
    with room_page(chromium, visit) as room:
        room.begins()
        room.connects()
        room.does("wire.now.open()")
        room.await_("wire.now.said.some((one) => one.type === 'hello')")
        room.hears(greeting(BOB))
        room.gets_slots("bob")
        bob_is_shown(room)
        asked = room.asks("wire.now.said.filter((one) => one.type === 'hello').length")
        # Its answer is the end of asking: the next thing that is said is ours.
        room.page.locator('.ctl[data-part="microphone"]').click()
        room.await_(
            "wire.now.said.filter((one) => one.type !== 'shows').at(-1).type"
            " === 'microphone'"
        )
        now = room.asks("wire.now.said.filter((one) => one.type === 'hello').length")
        assert now == asked


def test_a_life_without_any_greeting_is_left_for_a_new_one(
    chromium: Browser, visit: Appointment
) -> None:
    with room_page(chromium, visit) as room:
        room.begins()
        room.connects()
        room.is_in("connected")
        for _ in range(16):
            room.page.clock.run_for(1_000)
        room.begins(2)
        room.connects()
        room.hears(greeting(BOB))
        room.gets_slots("bob")
        bob_is_shown(room)


def test_who_left_before_they_were_known_is_not_said_to_have_left(
    chromium: Browser, visit: Appointment
) -> None:
    with room_page(chromium, visit) as room:
        room.begins()
        connects(room)
        room.hears(greeting())
        says("left", BOB, reason="left")(room)
        room.says_instead("alone")
        says("joined", BOB)(room)
        room.gets_slots("bob")
        bob_is_shown(room)
        says("left", BOB, reason="left")(room)
        nobody_is_shown(room)
        room.says_instead("left")


def test_a_guest_who_leaves_is_not_the_adviser(
    chromium: Browser, visit: Appointment
) -> None:
    with room_page(chromium, visit) as room:
        room.begins()
        connects(room)
        room.hears(greeting(EVE))
        says("left", EVE, reason="left")(room)
        room.says_instead("alone")
