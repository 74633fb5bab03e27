"""Another microphone, camera or loudspeaker in the middle of a sentence.

The page and its tracks are real; what is plugged in is held in the hand (devices.js).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from booking.models import Appointment
from tests.live.e2e.shots import shoot
from tests.live.room.room_page import BOB, PATIENCE, RoomPage, greeting, room_page

pytestmark = pytest.mark.browser

SYSTEM = Path(__file__).with_name("devices.js").read_text()
SINKS = """window.sinks = [];
HTMLMediaElement.prototype.setSinkId = async function (id) {
  sinks.push(id);
};"""
NO_SINKS = "delete HTMLMediaElement.prototype.setSinkId;"


@contextmanager
def lea_opens_the_panel(
    chromium: Browser, visit: Appointment, before: str = ""
) -> Iterator[RoomPage]:
    with room_page(chromium, visit, before=SYSTEM + before) as room:
        room.begins()
        room.connects()
        room.hears(greeting(BOB))
        room.gets_slots("bob")
        room.shows("bob")
        room.does("window.asked = wire.calls.length")
        room.page.locator('.ctl[data-part="more"]').click()
        yield room
        # Whatever was chosen, the connection was never negotiated for it.
        assert room.asks("wire.calls.length === asked && wire.lives.length === 1")


@pytest.fixture
def room(chromium: Browser, visit: Appointment) -> Iterator[RoomPage]:
    with lea_opens_the_panel(chromium, visit) as room:
        yield room


def device(room: RoomPage, kind: str) -> Locator:
    return room.page.locator(f'[data-device="{kind}"]')


def choosing(room: RoomPage, kind: str, name: str) -> None:
    device(room, kind).select_option(label=f"The {name}")


def sends(room: RoomPage, kind: str, name: str) -> None:
    sent = f"system.sends('{kind}')"
    room.await_(f"{sent} && {sent} === system.{kind}")
    room.await_(f"{sent}.getSettings().deviceId === '{name}'")


def turns_the_camera_on(room: RoomPage) -> None:
    room.page.locator('.ctl[data-part="camera"]').click()
    room.await_("system.video && system.sends('video') === system.video")


def test_another_microphone_is_taken_while_talking(room: RoomPage) -> None:
    expect(device(room, "audioinput")).to_have_value("headset")
    shoot(room.page, "more")
    choosing(room, "audioinput", "built-in")
    sends(room, "audio", "built-in")
    button = room.page.locator('.ctl[data-part="microphone"]')
    expect(button).to_have_attribute("data-state", "open")
    room.page.reload()
    room.begins()
    room.connects()
    sends(room, "audio", "built-in")
    room.does("window.asked = wire.calls.length")


def test_one_that_does_not_open_leaves_the_one_before(room: RoomPage) -> None:
    room.does("system.fails['built-in'] = 'NotReadableError'")
    choosing(room, "audioinput", "built-in")
    sends(room, "audio", "headset")
    expect(device(room, "audioinput")).to_have_value("headset", timeout=PATIENCE)


def test_a_microphone_chosen_while_muted_stays_muted(room: RoomPage) -> None:
    room.page.locator('.ctl[data-part="microphone"]').click()
    choosing(room, "audioinput", "built-in")
    sends(room, "audio", "built-in")
    assert room.asks("system.audio.enabled") is False


def test_what_is_plugged_in_is_listed_at_once(room: RoomPage) -> None:
    options = device(room, "audioinput").locator("option")
    expect(options).to_have_count(2)
    room.does("system.changes('headset', 'built-in', 'pearl')")
    expect(options).to_have_count(3, timeout=PATIENCE)


def test_the_chosen_one_is_pulled_out_told_and_taken_again(room: RoomPage) -> None:
    choosing(room, "audioinput", "built-in")
    sends(room, "audio", "built-in")
    room.does("system.plugged = ['headset']; system.audio.ends()")
    words = room.page.locator('[data-part="own-microphone"] p[data-when="other"]')
    expect(words).to_be_visible(timeout=PATIENCE)
    sends(room, "audio", "headset")
    room.does("system.changes('headset', 'built-in')")
    sends(room, "audio", "built-in")


def test_another_camera_is_taken_while_seen(room: RoomPage) -> None:
    room.does("system.cameras = ['front', 'desk']; system.changes('headset')")
    turns_the_camera_on(room)
    choosing(room, "videoinput", "desk")
    sends(room, "video", "desk")


def test_a_camera_that_is_off_is_the_next_to_be_turned_on(room: RoomPage) -> None:
    room.does("system.cameras = ['front', 'desk']; system.changes('headset')")
    expect(device(room, "videoinput").locator("option")).to_have_count(2)
    choosing(room, "videoinput", "desk")
    expect(room.page.locator('.ctl[data-part="camera"]')).to_have_attribute(
        "data-state", "off"
    )
    assert room.asks("!system.video")
    turns_the_camera_on(room)
    sends(room, "video", "desk")


def test_noise_is_taken_away_unless_one_wants_it(room: RoomPage) -> None:
    noise = room.page.locator('[data-part="noise"]')
    expect(noise).to_be_checked()
    asked = (
        "system.opened.filter((one) => one.kind === 'audio').map((one) => one.noise)"
    )
    assert room.asks(asked) == [True]
    noise.uncheck()
    room.await_("system.opened.length === 2")
    assert room.asks(asked) == [True, False]
    sends(room, "audio", "headset")


def test_a_background_is_blurred_where_the_device_can(
    chromium: Browser, visit: Appointment
) -> None:
    before = "system.blurs = true;"
    with lea_opens_the_panel(chromium, visit, before) as room:
        row = room.page.locator('[data-part="blur-row"]')
        expect(row).to_be_hidden()
        turns_the_camera_on(room)
        room.does("system.changes('headset')")
        expect(row).to_be_visible(timeout=PATIENCE)
        expect(row.locator("input")).not_to_be_checked()
        row.locator("input").check()
        room.await_("system.applied?.backgroundBlur === true")
        assert room.asks("Boolean(system.applied.width)"), "the rest stays as it was"
        room.does("system.applied = null; system.video.ends()")
        room.await_("system.applied?.backgroundBlur === true")


def test_a_camera_that_cannot_blur_is_not_offered_to(room: RoomPage) -> None:
    turns_the_camera_on(room)
    room.does("system.changes('headset')")
    expect(room.page.locator('[data-part="blur-row"]')).to_be_hidden()


def test_the_others_are_heard_through_another_loudspeaker(
    chromium: Browser, visit: Appointment
) -> None:
    before = f"{SINKS} system.speakers = ['ear', 'hall'];"
    with lea_opens_the_panel(chromium, visit, before) as room:
        expect(device(room, "audiooutput")).to_have_value("")
        choosing(room, "audiooutput", "hall")
        room.await_("sinks.at(-1) === 'hall'")
        words = room.page.locator('[data-part="own-speaker"]')
        room.does("system.speakers = ['ear']; system.changes('headset')")
        expect(words.locator('[data-when="other"]')).to_be_visible(timeout=PATIENCE)
        room.await_("sinks.at(-1) === ''")
        room.does("system.speakers = ['ear', 'hall']; system.changes('headset')")
        expect(words.locator('[data-when="returned"]')).to_be_visible(timeout=PATIENCE)
        room.await_("sinks.at(-1) === 'hall'")


def test_where_no_loudspeaker_can_be_chosen_none_is_offered(
    chromium: Browser, visit: Appointment
) -> None:
    before = f"{NO_SINKS} system.speakers = ['ear', 'hall'];"
    with lea_opens_the_panel(chromium, visit, before) as room:
        expect(device(room, "audioinput").locator("option")).to_have_count(2)
        expect(room.page.locator('[data-part="speaker-row"]')).to_be_hidden()
