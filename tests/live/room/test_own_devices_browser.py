"""One's own microphone and camera, as the system takes them away and gives them back.

The page and its tracks are real; what the system does to a device is done at
`navigator.mediaDevices` and at the track.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from booking.models import Appointment
from tests.live.e2e.shots import shoot
from tests.live.room.room_page import BOB, PATIENCE, RoomPage, greeting, room_page

pytestmark = pytest.mark.browser

SYSTEM = Path(__file__).with_name("devices.js").read_text()

MICROPHONE = '.ctl[data-part="microphone"]'
CAMERA = '.ctl[data-part="camera"]'


@contextmanager
def lea_is_in(
    chromium: Browser, visit: Appointment, before: str = ""
) -> Iterator[RoomPage]:
    with room_page(chromium, visit, before=SYSTEM + before) as room:
        room.begins()
        room.connects()
        room.hears(greeting(BOB))
        room.is_in("connected")
        yield room


@pytest.fixture
def room(chromium: Browser, visit: Appointment) -> Iterator[RoomPage]:
    with lea_is_in(chromium, visit) as room:
        says(room, MICROPHONE, "open")
        yield room


def says(room: RoomPage, button: str, state: str) -> None:
    found = room.page.locator(f'{button}[data-state="{state}"]')
    expect(found).to_be_visible(timeout=PATIENCE)


def reads(room: RoomPage, kind: str, state: str) -> None:
    words = room.page.locator(f'[data-part="own-{kind}"] p[data-when="{state}"]')
    expect(words).to_be_visible(timeout=PATIENCE)
    told = " ".join(words.inner_text().split())
    room.await_(
        f"heard.some((one) => one.split(/\\s+/).join(' ') === {json.dumps(told)})"
    )


def reads_nothing(room: RoomPage, kind: str) -> None:
    part = room.page.locator(f'[data-part="own-{kind}"]')
    expect(part).to_be_hidden(timeout=PATIENCE)


def told_the_others(room: RoomPage, *, is_open: bool) -> None:
    room.await_(
        "wire.now.said.filter((one) => one.type === 'microphone').at(-1)"
        f"?.open === {str(is_open).lower()}"
    )


def sends_what_was_opened(room: RoomPage, kind: str) -> None:
    room.await_(f"system.{kind} && system.sends('{kind}') === system.{kind}")


def devices(room: RoomPage) -> list[str]:
    found = "system.opened.filter((one) => one.kind === 'audio')"
    return list(room.asks(f"{found}.map((one) => one.deviceId)"))


def turns_the_camera_on(room: RoomPage) -> None:
    room.page.locator(CAMERA).click()
    says(room, CAMERA, "on")


def test_a_ringing_telephone_takes_the_microphone_and_gives_it_back(
    room: RoomPage,
) -> None:
    room.does("system.audio.takenBySystem(true)")
    says(room, MICROPHONE, "paused")
    reads(room, "microphone", "held")
    shoot(room.page, "microphone-held")
    told_the_others(room, is_open=False)
    room.does("system.audio.takenBySystem(false)")
    says(room, MICROPHONE, "open")
    reads(room, "microphone", "returned")
    told_the_others(room, is_open=True)
    room.page.clock.fast_forward(11_000)
    reads_nothing(room, "microphone")


def test_a_pulled_headset_is_replaced_and_taken_again(room: RoomPage) -> None:
    room.does("system.plugged = ['built-in']; system.audio.ends()")
    reads(room, "microphone", "other")
    shoot(room.page, "microphone-other")
    says(room, MICROPHONE, "open")
    sends_what_was_opened(room, "audio")
    room.does("system.changes('headset', 'built-in')")
    reads(room, "microphone", "returned")
    sends_what_was_opened(room, "audio")
    assert devices(room) == ["headset", "built-in", "headset"]


def test_a_headset_that_goes_without_a_word_is_missed_in_the_list(
    room: RoomPage,
) -> None:
    room.does("system.changes('built-in')")
    reads(room, "microphone", "other")
    assert devices(room) == ["headset", "built-in"]


def test_the_last_microphone_goes_and_one_comes(room: RoomPage) -> None:
    room.does("system.plugged = []; system.audio.ends()")
    says(room, MICROPHONE, "missing")
    reads(room, "microphone", "gone")
    told_the_others(room, is_open=False)
    room.does("system.changes('built-in')")
    says(room, MICROPHONE, "open")
    reads(room, "microphone", "other")
    sends_what_was_opened(room, "audio")


def test_what_she_closed_stays_closed_whatever_device_comes(room: RoomPage) -> None:
    room.page.locator(MICROPHONE).click()
    says(room, MICROPHONE, "muted")
    room.does("system.audio.takenBySystem(true); system.audio.takenBySystem(false)")
    room.does("system.plugged = ['built-in']; system.audio.ends()")
    sends_what_was_opened(room, "audio")
    room.await_("system.opened.length === 2")
    says(room, MICROPHONE, "muted")
    assert room.asks("system.audio.enabled") is False
    told_the_others(room, is_open=False)
    room.page.reload()
    room.begins()
    room.connects()
    room.hears(greeting(BOB))
    says(room, MICROPHONE, "muted")
    assert room.asks("system.audio.enabled") is False


def test_a_camera_that_another_program_takes_comes_back_by_itself(
    room: RoomPage,
) -> None:
    turns_the_camera_on(room)
    room.does("system.fails.video = 'NotReadableError'; system.video.ends()")
    says(room, CAMERA, "missing")
    reads(room, "camera", "busy")
    expect(room.page.locator('[data-part="self"]')).to_be_hidden()
    room.page.clock.fast_forward(2_000)
    room.page.clock.fast_forward(4_000)
    room.does("system.fails = {}")
    room.page.clock.fast_forward(8_000)
    says(room, CAMERA, "on")
    reads(room, "camera", "returned")
    sends_what_was_opened(room, "video")


def test_a_camera_that_she_turned_off_is_not_turned_on(room: RoomPage) -> None:
    turns_the_camera_on(room)
    room.does("system.fails.video = 'NotReadableError'; system.video.ends()")
    reads(room, "camera", "busy")
    room.page.locator('[data-without="camera"]').click()
    says(room, CAMERA, "off")
    reads_nothing(room, "camera")
    opened = room.asks("system.opened.length")
    room.does("system.fails = {}; system.changes('headset')")
    room.page.clock.fast_forward(60_000)
    says(room, CAMERA, "off")
    assert room.asks("system.opened.length") == opened


def test_the_system_pauses_the_camera(room: RoomPage) -> None:
    turns_the_camera_on(room)
    room.does("system.video.takenBySystem(true)")
    says(room, CAMERA, "paused")
    reads(room, "camera", "held")
    room.does("system.video.takenBySystem(false)")
    says(room, CAMERA, "on")
    reads(room, "camera", "returned")


def test_a_page_that_wakes_takes_what_it_lost_in_its_sleep(room: RoomPage) -> None:
    # Whoever slept has heard no event.
    room.does(
        "system.audio.stop(); document.dispatchEvent(new Event('visibilitychange'))"
    )
    room.await_("system.opened.length === 2")
    says(room, MICROPHONE, "open")
    sends_what_was_opened(room, "audio")
    room.does("system.audio.takenBySystem(true)")
    says(room, MICROPHONE, "paused")
    room.does("document.dispatchEvent(new Event('visibilitychange'))")
    room.page.clock.fast_forward(1_500)
    says(room, MICROPHONE, "open")
    sends_what_was_opened(room, "audio")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("NotAllowedError", "refused"),
        ("NotFoundError", "none"),
        ("NotReadableError", "busy"),
    ],
)
def test_a_microphone_that_is_not_there_has_a_sentence_and_a_way(
    chromium: Browser, visit: Appointment, fault: str, words: str
) -> None:
    with lea_is_in(chromium, visit, f"system.fails.audio = '{fault}';") as room:
        says(room, MICROPHONE, "missing")
        reads(room, "microphone", words)
        way = room.page.locator(
            '[data-part="own-microphone"] [data-part="way"] [data-when="chromium"]'
        )
        if words == "refused":
            expect(way).to_be_visible()
            shoot(room.page, "microphone-refused")
        else:
            expect(way).to_be_hidden()
        room.does("system.fails = {}")
        room.page.locator('[data-retry="microphone"]').click()
        says(room, MICROPHONE, "open")
        reads_nothing(room, "microphone")
        told_the_others(room, is_open=True)


def test_two_sentences_of_one_moment_are_both_read(room: RoomPage) -> None:
    """A screen reader begins what has stood for a moment; the second waits for it."""
    room.does(
        "room = document.querySelector('vv-room'); room.say('Un'); room.say('Deux')"
    )
    room.await_("heard.includes('Deux')")
    one, two = room.asks("['Un', 'Deux'].map((words) => heardAt[heard.indexOf(words)])")
    assert two - one > 900  # milliseconds of the page's own clock


def test_a_refused_camera_has_a_sentence_and_a_way(room: RoomPage) -> None:
    room.does("system.fails.video = 'NotAllowedError'")
    room.page.locator(CAMERA).click()
    says(room, CAMERA, "missing")
    reads(room, "camera", "refused")
    room.does("system.fails = {}")
    room.page.locator('[data-retry="camera"]').click()
    says(room, CAMERA, "on")


def test_a_microphone_that_was_refused_before_is_not_asked_for_again(
    chromium: Browser, visit: Appointment
) -> None:
    refused = """sessionStorage.setItem("visavis.devices", JSON.stringify(
      { microphone: false, problem: "refused" }));
    navigator.permissions.query = async () => ({ state: "prompt" });"""
    with lea_is_in(chromium, visit, refused) as room:
        reads(room, "microphone", "refused")
        assert devices(room) == []
        room.page.locator('[data-without="microphone"]').click()
        reads_nothing(room, "microphone")
        room.does("system.changes('built-in')")
        says(room, MICROPHONE, "missing")
        assert devices(room) == []
