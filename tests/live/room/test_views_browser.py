"""A picture whole or filling the window, beside other windows, and on a telephone that
lies on its side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from booking.models import Appointment
from tests.live.e2e.shots import shoot
from tests.live.room.room_page import BOB, PATIENCE, RoomPage, greeting, room_page
from tests.live.widths import TOO_WIDE

pytestmark = pytest.mark.browser

PICTURE = """window.shown = 0;
const { prototype } = HTMLVideoElement;
prototype.getVideoPlaybackQuality = () => ({ totalVideoFrames: (shown += 5) });
for (const [name, value] of [["videoHeight", HIGH], ["videoWidth", WIDE]]) {
  Object.defineProperty(prototype, name, { get: () => value });
}"""
LYING = PICTURE.replace("HIGH", "720").replace("WIDE", "1280")
STANDING = PICTURE.replace("HIGH", "1280").replace("WIDE", "720")
SHOWN = 'getComputedStyle(document.querySelector(".person video")).objectFit'
NOTHING_BESIDE = """Object.defineProperties(document, {
  pictureInPictureEnabled: { value: false }, fullscreenEnabled: { value: false },
});"""
BESIDE = """window.beside = [];
prototype.requestPictureInPicture = async function () {
  beside.push(this.getAttribute("aria-label"));
};"""


@contextmanager
def lea_sees_bob(
    chromium: Browser, visit: Appointment, before: str = LYING, **look: Any
) -> Iterator[RoomPage]:
    with room_page(chromium, visit, before=before, **look) as room:
        meets_bob(room)
        yield room


def meets_bob(room: RoomPage) -> None:
    room.begins()
    room.connects()
    room.hears(greeting(BOB))
    room.gets_slots("bob")
    room.shows("bob", state="picture")


def button(room: RoomPage) -> Locator:
    return room.page.get_by_role("button", name="Montrer l'image entière")


def test_the_whole_picture_is_a_press_away_and_stays_for_the_visit(
    chromium: Browser, visit: Appointment
) -> None:
    with lea_sees_bob(chromium, visit) as room:
        assert room.asks(SHOWN) == "cover"
        expect(button(room)).to_be_visible(timeout=PATIENCE)
        button(room).click()
        assert room.asks(SHOWN) == "contain"
        expect(button(room)).to_have_attribute("aria-pressed", "true")
        shoot(room.page, "whole-picture")
        room.page.reload()
        meets_bob(room)
        assert room.asks(SHOWN) == "contain"
        button(room).click()
        assert room.asks(SHOWN) == "cover"


def test_two_taps_on_the_picture_do_the_same(
    chromium: Browser, visit: Appointment
) -> None:
    with lea_sees_bob(chromium, visit) as room:
        expect(button(room)).to_be_visible(timeout=PATIENCE)
        tiles = room.page.locator('[data-part="tiles"]')
        tiles.dblclick(position={"x": 100, "y": 300})
        assert room.asks(SHOWN) == "contain"
        tiles.click(position={"x": 100, "y": 300})
        room.page.clock.run_for(1_000)
        tiles.click(position={"x": 200, "y": 100})
        assert room.asks(SHOWN) == "contain", "one tap, and one elsewhere"


def test_where_nothing_is_cut_off_nothing_is_offered(
    chromium: Browser, visit: Appointment
) -> None:
    with lea_sees_bob(chromium, visit, STANDING) as room:
        room.page.clock.run_for(1_000)
        expect(button(room)).to_be_hidden()


def test_the_panel_says_the_same_as_the_button(
    chromium: Browser, visit: Appointment
) -> None:
    with lea_sees_bob(chromium, visit) as room:
        button(room).click()
        room.page.locator('.ctl[data-part="more"]').click()
        whole = room.page.get_by_label("La montrer entière")
        expect(whole).to_be_checked()
        whole.uncheck()
        assert room.asks(SHOWN) == "cover"


def test_what_a_browser_cannot_do_is_not_offered(
    chromium: Browser, visit: Appointment
) -> None:
    with lea_sees_bob(chromium, visit, LYING + NOTHING_BESIDE) as room:
        room.page.locator('.ctl[data-part="more"]').click()
        for part in ("beside", "full"):
            expect(room.page.locator(f'vv-more [data-part="{part}"]')).to_be_hidden()
        room.page.keyboard.press("?")
        expect(room.page.get_by_role("dialog")).to_be_visible()
        expect(room.page.locator('[data-press="full"]')).to_be_hidden()


def test_the_picture_is_taken_along(chromium: Browser, visit: Appointment) -> None:
    with lea_sees_bob(chromium, visit, LYING + BESIDE) as room:
        room.does(
            "Object.defineProperty(document, 'pictureInPictureEnabled',"
            " { value: true })"
        )
        room.page.locator('.ctl[data-part="more"]').click()
        beside = room.page.locator('vv-more [data-part="beside"]')
        if beside.is_hidden():
            pytest.skip("this Chromium has no picture in picture")
        beside.click()
        room.await_("beside.length === 1")
        assert "Bob" in room.asks("beside[0]")


def test_a_window_of_its_own_is_filled_and_left(
    chromium: Browser, visit: Appointment
) -> None:
    with lea_sees_bob(chromium, visit, width=1280, height=820) as room:
        room.page.locator('.ctl[data-part="more"]').click()
        full = room.page.locator('vv-more [data-part="full"]')
        full.click()
        room.await_("document.fullscreenElement")
        expect(full).to_have_attribute("aria-pressed", "true")
        full.click()
        room.await_("!document.fullscreenElement")
        expect(full).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("panel", [None, "more", "chat"])
def test_a_telephone_on_its_side_shows_picture_and_bar(
    chromium: Browser, visit: Appointment, panel: str | None
) -> None:
    with lea_sees_bob(chromium, visit, width=740, height=360) as room:
        if panel:
            room.page.locator(f'.ctl[data-part="{panel}"]').click()
        assert room.page.evaluate(TOO_WIDE) == []
        stage, bar = (
            room.page.locator(name).bounding_box()
            for name in ("vv-stage", "vv-controls")
        )
        assert stage is not None and bar is not None
        assert stage["height"] >= 0.75 * 360
        assert stage["width"] >= 0.5 * 740
        assert bar["y"] + bar["height"] <= 360
        for one in room.page.locator(".ctl:visible").all():
            box = one.bounding_box()
            assert box is not None
            assert box["height"] >= 44
            assert box["x"] + box["width"] <= 740
        shoot(room.page, f"on-its-side{'-' + panel if panel else ''}")
