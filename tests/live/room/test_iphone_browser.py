"""Events as telephones of Apple are known to send them (docs/iphone.md), composed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from booking.models import Appointment
from tests.live.room.room_page import BOB, PATIENCE, RoomPage, greeting, room_page

pytestmark = pytest.mark.browser

SYSTEM = Path(__file__).with_name("devices.js").read_text()
IPHONE = """Object.defineProperty(navigator, "userAgent", {
  value: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) Safari/605.1.15",
});"""
SLEEPS = """window.asleep = false;
Object.defineProperty(document, "hidden", { get: () => asleep });"""
REFUSES = """window.refuses = true;
const { play } = HTMLMediaElement.prototype;
HTMLMediaElement.prototype.play = async function () {
  if (refuses && this.matches(".person audio"))
    throw new DOMException("no press yet", "NotAllowedError");
  return play.call(this);
};"""
SCALED = """wire.now.getSenders().find((one) => one.track?.kind === "video")
  .getParameters().encodings.find((one) => one.active).scaleResolutionDownBy"""


@contextmanager
def lea_hears_bob(
    chromium: Browser, visit: Appointment, before: str
) -> Iterator[RoomPage]:
    with room_page(chromium, visit, before=SYSTEM + before) as room:
        room.begins()
        room.connects()
        room.hears(greeting(BOB))
        room.gets_slots("bob")
        room.shows("bob")
        yield room


def test_an_iphone_opens_the_microphone_anew_after_a_call(
    chromium: Browser, visit: Appointment
) -> None:
    with lea_hears_bob(chromium, visit, IPHONE) as room:
        room.await_("system.audio")
        room.does("system.audio.takenBySystem(true)")
        button = room.page.locator('.ctl[data-part="microphone"]')
        expect(button).to_have_attribute("data-state", "paused", timeout=PATIENCE)
        room.does("system.audio.takenBySystem(false)")
        room.await_("system.opened.length === 2")
        room.await_("system.sends('audio') === system.audio")
        expect(button).to_have_attribute("data-state", "open", timeout=PATIENCE)


def test_what_a_call_has_paused_goes_on_by_itself(
    chromium: Browser, visit: Appointment
) -> None:
    with lea_hears_bob(chromium, visit, SLEEPS) as room:
        found = "document.querySelectorAll('.person :is(audio, video)')"
        plays = f"[...{found}].every((one) => !one.paused)"
        room.await_(plays)
        room.does(f"{found}.forEach((one) => one.pause())")
        room.await_(plays)
        room.does(f"asleep = true; {found}.forEach((one) => one.pause())")
        room.page.clock.run_for(1_000)
        assert not room.asks(plays), "nobody is there to hear it"
        room.does(
            "asleep = false; document.dispatchEvent(new Event('visibilitychange'))"
        )
        room.await_(plays)


def test_what_may_not_play_has_a_button(chromium: Browser, visit: Appointment) -> None:
    with lea_hears_bob(chromium, visit, REFUSES) as room:
        button = room.page.get_by_role("button", name="Activer le son")
        expect(button).to_be_visible(timeout=PATIENCE)
        room.does("refuses = false")
        button.click()
        expect(button).to_be_hidden(timeout=PATIENCE)


def test_a_telephone_that_is_turned_sends_as_many_lines_as_before(
    chromium: Browser, visit: Appointment
) -> None:
    with lea_hears_bob(chromium, visit, "") as room:
        room.page.locator('.ctl[data-part="camera"]').click()
        room.await_("system.video && system.sends('video') === system.video")
        for size, scale in (((2560, 1440), 2), ((720, 1280), 1)):
            width, height = size
            sides = f"{{ width: {width}, height: {height} }}"
            room.does(
                f"system.video.getSettings = () => ({sides});"
                "screen.orientation.dispatchEvent(new Event('change'))"
            )
            room.page.clock.run_for(2_000)
            room.await_(f"({SCALED}) === {scale}")
