"""Our own sending is judged by what the room says of it: nothing that comes badly, no
late answer and no connection of before takes our picture away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from booking.models import Appointment
from tests.live.room.line_page import FIGURES, SENDS, looks, looks_until
from tests.live.room.room_page import BOB, PATIENCE, RoomPage, greeting, room_page

pytestmark = pytest.mark.browser


@pytest.fixture
def room(chromium: Browser, visit: Appointment) -> Iterator[RoomPage]:
    with room_page(chromium, visit, before=FIGURES) as room:
        room.begins()
        room.connects()
        room.hears(greeting(BOB))
        room.is_in("connected")
        yield room


def test_a_weak_way_in_never_turns_our_picture_off(room: RoomPage) -> None:
    """A queue of four seconds before us: what the browser is told comes late."""
    room.page.locator('.ctl[data-part="camera"]').click()
    room.await_(f"({SENDS}) === true")
    sent = room.page.locator('[data-part="step"] [data-when]:visible')
    room.does("Object.assign(line, { lostIn: 0.3, trip: 4, bits: 50_000 })")
    for _ in range(20):
        looks(room)
        assert room.asks(SENDS) is True
    expect(sent).to_have_count(0)


def test_a_new_connection_finds_its_speed_anew(room: RoomPage) -> None:
    """Its sender begins with a small estimate, as every new one does."""
    room.page.locator('.ctl[data-part="camera"]').click()
    room.await_(f"({SENDS}) === true")
    room.does("line.bits = 50_000")
    looks_until(room, sends=False, most=10)
    room.does("wire.now.hangUp()")
    room.begins(2)
    room.connects()
    room.hears(greeting(BOB))
    room.is_in("connected")
    looks(room)
    for _ in range(4):
        looks(room)
        assert room.asks(SENDS) is True, "ten seconds are its own"
    room.does("line.bits = 900_000")
    for _ in range(4):
        looks(room)
        assert room.asks(SENDS) is True


def test_late_answers_are_no_smaller_picture(room: RoomPage) -> None:
    """Nobody knows on which way they waited, and nothing was taken from our picture."""
    sent = room.page.locator('[data-part="step"] [data-when]:visible')
    why = room.page.locator('[data-part="why"] [data-when="delay"]')
    room.does("line.trip = 1")
    looks(room)
    expect(why).to_be_visible(timeout=PATIENCE)
    expect(sent).to_have_count(0)


RENEWED = "wire.calls.filter((call) => call.method === 'PATCH').length"
ESTIMATED = "navigator.connection.dispatchEvent(new Event('change'));"
OTHER = "Object.defineProperty(navigator.connection, 'type', { value: 'cellular' });"


def test_a_new_estimate_of_the_speed_is_no_other_network(room: RoomPage) -> None:
    """Each restart whose answer comes late would bring the whole connection nearer to
    its end, and our picture with it."""
    for _ in range(3):
        room.does(ESTIMATED)
        room.page.clock.run_for(4_000)
    assert room.asks(RENEWED) == 0
    room.does(OTHER + ESTIMATED)
    room.await_(f"{RENEWED} === 1")


def test_late_answers_of_the_path_are_no_silence(room: RoomPage) -> None:
    room.does("wire.answers = null; wire.now.fall('disconnected')")
    room.await_(f"{RENEWED} === 1")
    for _ in range(4):
        looks(room)
        room.is_in("connected")
    room.does("wire.well(wire.calls.at(-1)); wire.answers = wire.well")
    looks(room)
    room.is_in("connected")
    assert room.asks("wire.lives.length") == 1


def test_a_line_that_takes_all_keeps_the_lines_and_a_slow_device_the_frames(
    room: RoomPage,
) -> None:
    """A browser that began small stays small on a line that takes the whole picture."""
    room.page.locator('.ctl[data-part="camera"]').click()
    room.await_(f"({SENDS}) === true")
    camera = "wire.now.getSenders().find((one) => one.track?.kind === 'video')"
    keeps = f"{camera}.getParameters().degradationPreference"
    story = [
        ("bits: 900_000", "maintain-framerate"),
        ("bits: 2_000_000", "maintain-resolution"),
        ("bits: 900_000", "maintain-framerate"),
        ("bits: 2_000_000, by: 'none'", "maintain-resolution"),
        ("by: 'cpu'", "maintain-framerate"),
    ]
    for line, kept in story:
        room.does(f"Object.assign(line, {{ {line} }})")
        looks(room)
        room.await_(f"{keeps} === '{kept}'")
    room.does("line.by = 'none'")
    looks(room)
    assert room.asks(keeps) == "maintain-framerate", "what was slow once stays so"
