"""The panel and the stage of the adviser's room say one thing of the customer."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from booking.models import Appointment
from tests.cast import now_utc
from tests.live.room.room_page import LEA, PATIENCE, RoomPage, greeting, staff_page
from tests.video.doors import connect
from video import services
from video.access import room_of
from video.queries import customer_in

pytestmark = pytest.mark.browser


def panel(room: RoomPage, state: str) -> None:
    words = room.page.locator(f'[data-part="presence"] [data-when="{state}"]')
    expect(words).to_be_visible(timeout=PATIENCE)
    shown = room.page.locator('[data-part="presence"] [data-when]:visible')
    expect(shown).to_have_count(1)


def is_written_down_as_inside(visit: Appointment) -> None:
    services.say_here(room=room_of(visit), now=timezone.now())
    services.admit(room=room_of(visit), now=timezone.now())
    seat = customer_in(room_of(visit))
    assert seat
    connect(seat, "c1", now_utc())


def asks_again(room: RoomPage) -> None:
    """The panel is asked for every two seconds."""
    with room.page.expect_response(lambda answer: answer.url.endswith("/door/")):
        room.page.clock.fast_forward(2_000)


def test_the_panel_says_what_the_stage_says(
    chromium: Browser, visit: Appointment
) -> None:
    is_written_down_as_inside(visit)
    with staff_page(chromium, visit) as room:
        panel(room, "inside")
        room.begins()
        room.connects()
        room.hears(greeting(LEA, you="bob"))
        panel(room, "inside")
        room.hears({"type": "interrupted", "participant": LEA})
        room.shows("lea", state="away", sounds=False)
        panel(room, "interrupted")
        asks_again(room)
        panel(room, "interrupted")
        room.hears({"type": "resumed", "participant": LEA})
        panel(room, "inside")
        room.hears({"type": "left", "participant": LEA, "reason": "lost"})
        room.says_instead("gone")
        panel(room, "gone")
        asks_again(room)
        panel(room, "gone")
        room.hears({"type": "joined", "participant": LEA})
        room.hears({"type": "left", "participant": LEA, "reason": "left"})
        room.says_instead("left")
        panel(room, "left")


def test_who_was_let_in_and_never_came_has_not_left(
    chromium: Browser, visit: Appointment
) -> None:
    services.say_here(room=room_of(visit), now=now_utc())
    services.admit(room=room_of(visit), now=now_utc())
    seat = customer_in(room_of(visit))
    assert seat
    seat.present_at = None
    seat.save()
    with staff_page(chromium, visit) as room:
        panel(room, "let_in")
        room.begins()
        room.connects()
        room.hears(greeting(you="bob"))
        room.says_instead("alone")
        panel(room, "let_in")
        room.hears({"type": "left", "participant": LEA, "reason": "failed"})
        asks_again(room)
        room.says_instead("alone")
        panel(room, "let_in")
        expect(room.page.locator("#say")).not_to_contain_text("parti")
