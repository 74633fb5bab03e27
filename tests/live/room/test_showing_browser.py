"""The page tells what it shows, whom it has made large, and that its person signs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from booking.models import Appointment
from tests.live.axe import finds_nothing
from tests.live.e2e.shots import shoot
from tests.live.room.room_page import (
    BOB,
    EVE,
    HELD_IN_HAND,
    LEA,
    PATIENCE,
    RoomPage,
    greeting,
    room_page,
    staff_page,
)

pytestmark = pytest.mark.browser

LOOKED_AT = """window.looksAway = false;
Object.defineProperty(document, "hidden", { get: () => looksAway });
window.lookAway = (is) => {
  looksAway = is;
  document.dispatchEvent(new Event("visibilitychange"));
};"""
TOLD = "wire.now.said.filter((one) => one.type === 'shows')"
LAST = f"({TOLD}.at(-1)?.pictures ?? [])"
LESS_AFTER, TELLS_WITHIN = 1_500, 1_000
"""Milliseconds, and a look more."""


@pytest.fixture
def room(chromium: Browser, visit: Appointment) -> Iterator[RoomPage]:
    with room_page(chromium, visit, before=HELD_IN_HAND + LOOKED_AT) as room:
        room.begins()
        room.connects()
        room.hears(greeting(BOB, EVE))
        room.gets_slots("bob", wanted=2)
        both_are_seen(room)
        yield room


def both_are_seen(room: RoomPage, *people: str) -> None:
    """Sections for two, once they are offered, and pictures that move."""
    room.await_(
        "((all) => all.length >= 4 && all.every((one) => one.mid !== null))"
        "(wire.now.getTransceivers())"
    )
    people = people or ("bob", "eve")
    room.gets_slots(*people, wanted=2)
    room.does("window.coming = setInterval(() => (shown += 5), 100)")
    for who in people:
        room.shows(who, state="picture")


def tells(room: RoomPage, condition: str, within: int = LESS_AFTER) -> None:
    """It is said of the pictures by then."""
    room.page.clock.run_for(within)
    room.await_(f"((shown) => {condition})({LAST})")


def of(room: RoomPage, who: str) -> dict[str, Any]:
    found: dict[str, Any] = room.asks(
        f"{LAST}.find((one) => one.participant === '{who}')"
    )
    return found


def pin(room: RoomPage, name: str) -> Locator:
    return room.page.get_by_role("button", name=f"Voir {name} en grand")


def test_each_picture_is_told_with_the_lines_that_it_fills(room: RoomPage) -> None:
    tells(room, "shown.length === 2")
    for who in ("bob", "eve"):
        box = room.asks(
            f"document.querySelector('[data-participant={who}] video')"
            ".getBoundingClientRect().toJSON()"
        )
        fills = max(box["height"], box["width"] * 720 / 1280)
        told = of(room, who)
        assert told["source"] == "camera"
        assert told["pinned"] is False
        assert fills <= told["lines"] < fills + 40
    count = room.asks(f"{TOLD}.length")
    room.page.clock.run_for(5_000)
    assert room.asks(f"{TOLD}.length") == count, "only what is new is said"


def test_a_page_that_is_not_looked_at_shows_nothing_and_is_back_at_once(
    room: RoomPage,
) -> None:
    tells(room, "shown.length === 2")
    room.does("lookAway(true)")
    room.page.clock.run_for(500)
    assert of(room, "bob")["lines"] > 0, "a tab is looked into for a moment"
    tells(room, "shown.every((one) => one.lines === 0)")
    room.does("lookAway(false)")
    room.await_(f"{LAST}.every((one) => one.lines > 0)")


def test_a_picture_that_is_scrolled_away_is_not_seen_nor_called_old(
    room: RoomPage,
) -> None:
    tells(room, "shown.length === 2")
    room.does(
        "document.querySelector('[data-participant=bob]').style.translate = '0 -300vh'"
    )
    tells(room, "shown.some((one) => one.lines === 0)")
    assert of(room, "eve")["lines"] > 0
    room.does("clearInterval(coming)")
    room.page.clock.run_for(4_000)
    assert room.asks(
        "document.querySelector('[data-participant=bob]').dataset.state"
    ) == ("picture")
    room.shows("eve", state="old")
    room.does("document.querySelector('[data-participant=bob]').style.translate = ''")
    tells(room, "shown.every((one) => one.lines > 0)", TELLS_WITHIN)


def test_who_is_pinned_stands_large_and_is_told_first(room: RoomPage) -> None:
    before = room.page.locator('[data-participant="eve"]').bounding_box()
    expect(pin(room, "Eve")).to_have_attribute("aria-pressed", "false")
    pin(room, "Eve").click()
    tells(room, "shown.some((one) => one.participant === 'eve' && one.pinned)")
    assert of(room, "bob")["pinned"] is False
    after = room.page.locator('[data-participant="eve"]').bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > 1.3 * before["height"]
    pin(room, "Bob").click()
    tells(room, "shown.find((one) => one.participant === 'bob').pinned")
    assert of(room, "eve")["pinned"] is False, "one at most"
    expect(pin(room, "Eve")).to_have_attribute("aria-pressed", "false")
    pin(room, "Bob").click()
    tells(room, "shown.every((one) => !one.pinned)")


def test_a_new_connection_is_told_it_once_more(room: RoomPage) -> None:
    tells(room, "shown.length === 2")
    room.does("wire.now.hangUp()")
    room.begins(2)
    room.connects()
    room.hears(greeting(BOB))
    room.gets_slots("bob")
    tells(room, "shown.length === 1 && shown[0].lines > 0")


def test_whoever_signs_says_so_and_sends_movement_first(room: RoomPage) -> None:
    said = "wire.now.said.filter((one) => one.type === 'signs')"
    room.page.locator('.ctl[data-part="camera"]').click()
    sender = "wire.now.getSenders().find((one) => one.track?.kind === 'video')"
    room.await_(f"{sender}")
    room.page.locator('.ctl[data-part="more"]').click()
    room.page.get_by_label("Je signe").check()
    room.await_(f"{said}.at(-1)?.signs === true")
    room.await_(f"{sender}.track.contentHint === 'motion'")
    small = {"height": 180, "frames": 22, "bitrate": 110_000, "limit": 200_000}
    room.hears({"type": "encoding", "camera": small, "sound": None})
    first = f"{sender}.getParameters()"
    sent = f"{first}.encodings.find((one) => one.active)"
    room.await_(f"{sent}?.maxBitrate === 110_000")
    assert room.asks(f"{first}.degradationPreference") == "maintain-framerate"
    room.does("wire.now.said.length = 0")
    room.hears(greeting(BOB))
    room.await_(f"{said}.at(-1)?.signs === true")
    room.page.get_by_label("Je signe").uncheck()
    room.await_(f"{said}.at(-1)?.signs === false")
    room.await_(f"{first}.degradationPreference === 'maintain-resolution'")


SMOOTH = """async (rungs) => {
  const { smooth } = await import("/static/video/ladder.js");
  return rungs.map(([height, frames]) => {
    const found = smooth({ height, frames, bitrate: 1 });
    return [found.height, found.frames];
  });
}"""


def test_of_whom_signs_size_gives_way_before_frames(room: RoomPage) -> None:
    rungs = [[720, 30], [360, 20], [180, 15], [0, 0]]
    assert room.page.evaluate(SMOOTH, rungs) == [
        [720, 30],
        [288, 24],
        [144, 24],
        [0, 0],
    ]


def test_everybody_reads_and_hears_who_signs(room: RoomPage) -> None:
    room.does(
        "window.heard = [];"
        "new MutationObserver(() => heard.push(say.textContent)).observe("
        "document.getElementById('say'), { childList: true })"
    )
    word = room.page.locator('[data-participant="eve"] [data-part="signs"]')
    expect(word).to_be_hidden()
    room.hears({"type": "signs", "participant": EVE, "signs": True})
    expect(word).to_be_visible(timeout=PATIENCE)
    room.await_('heard.includes("Eve s\'exprime en langue des signes")')
    room.hears(greeting(BOB, EVE, signing=["bob"]))
    expect(word).to_be_hidden(timeout=PATIENCE)
    expect(
        room.page.locator('[data-participant="bob"] [data-part="signs"]')
    ).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_one_large_one_who_signs_and_nothing_to_find(
    chromium: Browser, visit: Appointment, width: int, language: str
) -> None:
    look: dict[str, Any] = {"width": width, "language": language}
    of_look = "" if width == 360 else "-wide"
    keep = shoot if language == "fr" else lambda *_: None
    with room_page(chromium, visit, before=HELD_IN_HAND, **look) as room:
        room.begins()
        room.connects()
        room.hears(greeting(BOB, EVE, signing=["eve"]))
        room.gets_slots("bob", wanted=2)
        both_are_seen(room)
        keep(room.page, f"signs{of_look}")
        room.page.locator('[data-participant="eve"] [data-part="pin"]').click()
        keep(room.page, f"pinned{of_look}")
        finds_nothing(room.page)
        room.page.locator('.ctl[data-part="more"]').click()
        room.page.get_by_label("signe" if language == "fr" else "sign").check()
        keep(room.page, f"i-sign{of_look}")
        finds_nothing(room.page)


@pytest.mark.parametrize("width", [360, 1280])
def test_staff_see_one_large_too(
    chromium: Browser, visit: Appointment, width: int
) -> None:
    with staff_page(chromium, visit, width=width, before=HELD_IN_HAND) as room:
        room.begins()
        room.connects()
        room.hears(greeting(LEA, EVE, you="bob", signing=["lea"]))
        room.gets_slots("lea", wanted=2)
        both_are_seen(room, "lea", "eve")
        room.page.locator('[data-participant="lea"] [data-part="pin"]').click()
        expect(room.page.locator('[data-participant="lea"].leads')).to_be_visible()
        shoot(room.page, f"pinned-staff{'' if width == 360 else '-wide'}")
        finds_nothing(room.page)
