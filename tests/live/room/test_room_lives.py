"""Lives of a connection, one after the other: what belongs to an old one, and what is
pressed while the next one begins, decides nothing in it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from booking.models import Appointment
from tests.live.room.room_page import (
    BOB,
    EVE,
    PATIENCE,
    bob_is_shown,
    greeting,
    room_page,
)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("first", ["end", "connected"])
def test_an_end_is_the_end_whenever_it_comes(
    chromium: Browser, visit: Appointment, first: str
) -> None:
    with room_page(chromium, visit) as room:
        room.begins()
        room.await_("wire.now.onconnectionstatechange")
        end = "wire.now.say({ type: 'ended', reason: 'removed', by: 'Bob' });"
        connected = "wire.now.connect();"
        room.does(end + connected if first == "end" else connected + end)
        room.ended("removed")
        room.does("wire.now.fall('failed'); wire.now.hangUp?.()")
        room.ended("removed")
        assert room.asks("wire.lives.length") == 1


@pytest.mark.parametrize(
    "cut",
    [
        "wire.now.say({ type: 'ended', reason: 'worker_closed' })",
        "wire.now.open(); wire.now.hangUp()",
        "wire.now.fall('failed')",
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_life_that_ends_before_or_after_it_was_connected_has_a_successor(
    chromium: Browser, visit: Appointment, cut: str, when: str
) -> None:
    with room_page(chromium, visit) as room:
        room.begins()
        room.await_("wire.now.onconnectionstatechange")
        if when == "after":
            room.connects()
            room.is_in("connected")
        room.does(cut)
        room.begins(2)
        room.connects()
        room.hears(greeting(BOB))
        room.gets_slots("bob")
        bob_is_shown(room)


def test_what_an_old_life_says_late_is_not_heard(
    chromium: Browser, visit: Appointment
) -> None:
    with room_page(chromium, visit) as room:
        room.begins()
        room.does("window.ears = wire.now.channel.onmessage")
        room.connects()
        room.hears(greeting(BOB))
        room.does("window.ear = wire.now.onconnectionstatechange; wire.now.hangUp()")
        room.begins(2)
        room.connects()
        room.hears(greeting(BOB))
        room.gets_slots("bob")
        late = [
            {"type": "left", "participant": BOB, "reason": "left"},
            {"type": "ended", "reason": "room_ended"},
            greeting(),
        ]
        for message in late:
            room.page.evaluate(
                "(message) => ears({ data: JSON.stringify(message) })", message
            )
        room.does("wire.lives[0].fall('failed'); ear(); wire.lives[0].hangUp()")
        bob_is_shown(room)
        assert room.asks("wire.lives.length") == 2


def test_streams_of_an_old_life_are_shown_in_no_new_one(
    chromium: Browser, visit: Appointment
) -> None:
    """Sections have the same names in each life, and other people behind them."""
    with room_page(chromium, visit) as room:
        room.begins()
        room.connects()
        room.hears(greeting(BOB, EVE))
        room.gets_slots("eve")
        room.shows("eve")
        room.does("wire.now.hangUp()")
        room.begins(2)
        room.connects()
        room.hears(greeting(BOB, EVE))
        room.shows("eve", sounds=False)
        room.gets_slots("bob")
        room.shows("bob")
        room.shows("eve", sounds=False)


def test_whoever_leaves_while_joining_gives_the_seat_back(
    chromium: Browser, visit: Appointment
) -> None:
    with room_page(chromium, visit, before="wire.answers = null") as room:
        room.begins()
        room.page.locator('[data-part="leave"]').click()
        room.ended("left")
        room.does("wire.answers = wire.well; wire.well(wire.offers()[0])")
        room.await_("wire.calls.some((one) => one.method === 'DELETE')")
        assert room.asks("wire.calls.at(-1).session") == "s1"
        room.ended("left")


SLOW_DEVICES = """{
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.opened = [];
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    await new Promise((open) => (window.open_now = open));
    const stream = await ask(wanted);
    opened.push(...stream.getTracks());
    return stream;
  };
}"""


def test_whoever_leaves_before_the_devices_are_open_does_not_enter(
    chromium: Browser, visit: Appointment
) -> None:
    with room_page(chromium, visit, before=SLOW_DEVICES) as room:
        room.await_("window.open_now")
        room.page.locator('[data-part="leave"]').click()
        room.ended("left")
        room.does("open_now()")
        room.await_(
            "opened.length && opened.every((one) => one.readyState === 'ended')"
        )
        assert room.asks("wire.calls.length") == 0
        room.ended("left")


def test_a_camera_pressed_twice_while_it_opens_is_opened_once(
    chromium: Browser, visit: Appointment
) -> None:
    with room_page(chromium, visit) as room:
        room.begins()
        room.does(SLOW_DEVICES)
        camera = room.page.locator('.ctl[data-part="camera"]')
        camera.click()
        room.await_("window.open_now")
        camera.click()
        room.does("open_now()")
        room.await_(
            "opened.length && opened.every((one) => one.readyState === 'ended')"
        )
        expect(camera).to_have_attribute("data-state", "off", timeout=PATIENCE)
        assert room.asks("opened.length") == 1


def test_two_wishes_at_once_are_one_offer(
    chromium: Browser, visit: Appointment
) -> None:
    with room_page(chromium, visit) as room:
        room.begins()
        room.connects()
        room.hears(greeting(BOB, EVE))
        room.gets_slots("bob", wanted=3)
        room.gets_slots("bob", wanted=3)
        room.await_("wire.calls.some((one) => one.method === 'PATCH')")
        room.await_("wire.now.signalingState === 'stable'")
        assert room.asks("wire.now.getTransceivers().length") == 6
        room.gets_slots("bob", "eve", "bob", wanted=3)
        room.shows("eve")
        assert (
            room.asks("wire.calls.filter((one) => one.method === 'PATCH').length") == 1
        )


def test_a_wish_whose_answer_was_lost_is_offered_again(
    chromium: Browser, visit: Appointment
) -> None:
    fails_once = """wire.answers = (call) => {
      if (call.method !== "PATCH" || wire.failed) return wire.well(call);
      wire.failed = true;
      call.fail();
    }"""
    with room_page(chromium, visit, before=fails_once) as room:
        room.begins()
        room.connects()
        room.hears(greeting(BOB))
        room.gets_slots("bob", wanted=2)
        room.await_("wire.calls.filter((one) => one.method === 'PATCH').length === 2")
        room.await_("wire.now.signalingState === 'stable'")
        bob_is_shown(room)


def test_an_answer_that_comes_after_the_close_changes_nothing(
    chromium: Browser, visit: Appointment
) -> None:
    holds = """wire.answers = (call) => {
      if (call.method === "PATCH") wire.held = call;
      else wire.well(call);
    }"""
    with room_page(chromium, visit, before=holds) as room:
        room.begins()
        room.connects()
        room.hears(greeting(BOB))
        room.gets_slots("bob", wanted=2)
        room.await_("wire.held")
        room.does("wire.now.hangUp()")
        room.begins(2)
        room.connects()
        room.hears(greeting(BOB))
        room.does("wire.well(wire.held)")
        room.gets_slots("bob")
        bob_is_shown(room)
        room.page.locator('[data-part="leave"]').click()
        room.ended("left")


@pytest.mark.parametrize("wish", ["want", "share"])
def test_a_wish_is_tried_as_long_as_its_life_goes_on(
    chromium: Browser, visit: Appointment, wish: str
) -> None:
    """A server that is away for a minute must not cost the second picture."""
    with room_page(chromium, visit, before=SCREEN) as room:
        room.begins()
        room.connects()
        room.hears(greeting(BOB))
        room.is_in("connected")
        room.does("wire.answers = (call) => call.fail()")
        asks = "wire.calls.filter((call) => call.method === 'PATCH').length"
        if wish == "want":
            room.gets_slots("bob", wanted=2)
        else:
            room.page.set_viewport_size({"width": 1280, "height": 740})
            room.page.locator('.ctl[data-part="screen"]').click()
        for _ in range(12):
            before = room.asks(asks)
            room.page.clock.fast_forward(10_000)
            room.await_(f"{asks} > {before}")
        room.does("wire.answers = wire.well")
        before = room.asks(asks)
        room.page.clock.fast_forward(10_000)
        room.await_(f"{asks} > {before}")
        done = room.asks(asks)
        room.page.clock.run_for(30_000)
        assert room.asks(asks) == done


SCREEN = """navigator.mediaDevices.getDisplayMedia = async () =>
  document.createElement("canvas").captureStream(5);"""
"""Headless Chromium has no screen to show."""
