"""A tile never shows a still as if it were live, and says whose line it is.

The first half asks the module for its verdicts; the second looks at the page, whose
frames come when the test says so. The thresholds stand here, not in what is tested.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from booking.models import Appointment
from tests.live.room.room_page import (
    BOB,
    EVE,
    HELD_IN_HAND,
    PATIENCE,
    RoomPage,
    greeting,
    room_page,
)

pytestmark = pytest.mark.browser

OLD, NONE = 2_000, 30_000
SLOW, SMALL = 12, 240

VERDICT = """async (facts) => {
  const { judge } = await import("/static/video/pictures.js");
  const usual = {
    away: false, isScreen: false, hasTrack: true, camera: { state: "on", limit: "" },
    age: 40, onFor: 600_000, rate: 25, lines: 720, shownLines: 600, stuck: false,
    line: {},
  };
  const { state, what, whose } = judge({ ...usual, ...facts });
  return [state, what, whose].join(" ").trim();
}"""

MINE: dict[str, Any] = {"line": {"limited": True}}
THEIRS: dict[str, Any] = {"camera": {"state": "on", "limit": "line"}}
BUSY: dict[str, Any] = {"camera": {"state": "on", "limit": "device"}}
SCREEN: dict[str, Any] = {"isScreen": True, "rate": 0, "camera": None}
VERDICTS: list[tuple[str, dict[str, Any], str]] = [
    ("a picture that moves", {}, "picture"),
    ("one frame was just missed", {"age": OLD - 1}, "picture"),
    ("two seconds", {"age": OLD + 1}, "old old"),
    ("two seconds, on our line", {"age": OLD + 1, **MINE}, "old old mine"),
    ("two seconds, on theirs", {"age": OLD + 1, **THEIRS}, "old old theirs"),
    ("two seconds, busy", {"age": OLD + 1, **BUSY}, "old old device"),
    (
        "held back by us, they may say that they are as well",
        {"age": OLD + 1, **THEIRS, **MINE},
        "old old mine",
    ),
    (
        "our figures are poor",
        {"age": OLD + 1, "line": {"weak": True}},
        "old old mine",
    ),
    ("half a minute is no picture", {"age": NONE + 1, **MINE}, "sound none mine"),
    ("nobody knows why", {"age": NONE + 1}, "sound"),
    ("their camera is off", {"camera": {"state": "off", "limit": ""}}, "sound off"),
    (
        "their system has the camera",
        {"age": OLD + 1, "camera": {"state": "held", "limit": ""}},
        "sound held",
    ),
    (
        "their system has it, and pictures come all the same",
        {"camera": {"state": "held", "limit": ""}},
        "picture",
    ),
    ("a page that says nothing of its camera", {"camera": None}, "picture"),
    (
        "just turned on: what was shown before is not shown again",
        {"age": 9 * OLD, "onFor": OLD - 1, **THEIRS},
        "sound",
    ),
    (
        "turned on, and nothing of it comes",
        {"age": 9 * OLD, "onFor": 2 * OLD, **THEIRS},
        "sound none theirs",
    ),
    ("no camera at all", {"camera": None, "hasTrack": False}, "sound"),
    ("slow", {"rate": SLOW - 1}, "picture slow"),
    ("slow, on our line", {"rate": SLOW - 1, **MINE}, "picture slow mine"),
    ("not slow", {"rate": SLOW, **MINE}, "picture"),
    ("too new to be counted", {"rate": None, **MINE}, "picture"),
    ("small, on theirs", {"lines": SMALL - 1, **THEIRS}, "picture small theirs"),
    ("a camera that is small by nature", {"lines": SMALL - 1}, "picture"),
    ("a small tile", {"lines": 180, "shownLines": 120, **MINE}, "picture"),
    ("they are away", {"away": True, "age": 5 * OLD}, "away"),
    ("a screen stands still", {**SCREEN, "age": 10 * NONE}, "picture"),
    (
        "a screen stands still on a line that is held back",
        {**SCREEN, "age": 10 * NONE, **MINE},
        "picture",
    ),
    ("a screen arrives and does not show", {**SCREEN, "stuck": True}, "old old"),
    (
        "a screen is paused for our line",
        {**SCREEN, "age": OLD + 1, "line": {"paused": True}},
        "old old mine",
    ),
    ("a screen of which nothing came", {**SCREEN, "lines": 0}, "sound"),
]

RATES = """async ([every, seconds]) => {
  const { Frames } = await import("/static/video/pictures.js");
  let count = 0;
  const quality = () => ({ totalVideoFrames: count });
  const frames = new Frames({ getVideoPlaybackQuality: quality });
  let now = 10_000;
  for (let past = 0; past <= seconds * 1_000; past += 300) {
    count = Math.floor(past / every) + 1;
    frames.look((now = 10_000 + past));
  }
  return [frames.rate(now), frames.age(now + 5_000)];
}"""


@pytest.fixture
def room(chromium: Browser, visit: Appointment) -> Iterator[RoomPage]:
    with room_page(chromium, visit, before=HELD_IN_HAND) as room:
        room.begins()
        room.connects()
        room.hears(greeting(BOB))
        room.gets_slots("bob")
        room.shows("bob")
        yield room


def test_a_picture_is_judged_by_what_comes(room: RoomPage) -> None:
    for name, facts, verdict in VERDICTS:
        assert room.page.evaluate(VERDICT, facts) == verdict, name


def test_frames_are_counted_by_the_second(room: RoomPage) -> None:
    rate, age = room.page.evaluate(RATES, [100, 6])
    assert 9 <= rate <= 11
    assert 5_000 <= age <= 5_300
    assert room.page.evaluate(RATES, [40, 1])[0] is None, "too new"


def moves(room: RoomPage) -> None:
    """A frame comes at each look."""
    room.does("window.coming = setInterval(() => (shown += 10), 100)")
    room.page.clock.run_for(1_000)
    room.shows("bob", state="picture")


def stops(room: RoomPage) -> None:
    room.does("clearInterval(coming)")
    room.page.clock.run_for(OLD + 500)
    room.shows("bob", state="old")


def note(room: RoomPage, person: str = "bob") -> Locator:
    return room.page.locator(f'[data-participant="{person}"] [data-part="note"]')


def says(words: Locator, pattern: str) -> None:
    """What stands there to be read: the words of other states lie beside it."""
    wanted = re.compile(pattern)
    expect(words).to_have_text(wanted, use_inner_text=True, timeout=PATIENCE)


def camera(**said: str) -> dict[str, Any]:
    return {"type": "camera", "participant": BOB, "limit": "", **said}


def test_a_still_has_its_age_and_its_line(room: RoomPage) -> None:
    moves(room)
    expect(note(room)).to_be_hidden()
    stops(room)
    says(note(room), r"^Image d'il y a \d+ s$")
    room.hears({"type": "pictures", "paused": False, "limited": True})
    room.page.clock.run_for(600)
    says(note(room), "votre ligne")
    room.hears({"type": "pictures", "paused": False, "limited": False})
    room.hears(camera(state="on", limit="line"))
    room.page.clock.run_for(600)
    says(note(room), "la ligne de Bob")
    room.page.clock.run_for(NONE)
    room.shows("bob", state="sound")
    says(note(room), "Son seul")
    moves(room)
    expect(note(room)).to_be_hidden()


def test_a_still_is_said_once_to_who_cannot_see_it(room: RoomPage) -> None:
    moves(room)
    room.does(
        "window.heard = [];"
        "new MutationObserver(() => heard.push(say.textContent)).observe("
        "document.getElementById('say'), { childList: true })"
    )
    stops(room)
    room.await_("heard.some((one) => one.startsWith('Bob : Image d\\'il y a'))")
    room.page.clock.run_for(10_000)
    said = room.asks("heard.filter((one) => one.includes('Image')).length")
    assert said == 1


def test_a_camera_that_is_off_is_no_old_picture(room: RoomPage) -> None:
    moves(room)
    room.hears(camera(state="off"))
    room.shows("bob", state="sound")
    says(note(room), "Caméra éteinte")
    room.hears(camera(state="on"))
    room.shows("bob", state="picture")
    expect(note(room)).to_be_hidden()


def test_who_comes_later_is_told_of_every_camera(room: RoomPage) -> None:
    said = {"participant": "eve", "state": "on", "limit": "line"}
    room.hears(greeting(EVE, cameras=[said]))
    room.gets_slots("eve")
    room.does("shown += 1")
    room.shows("eve", state="picture")
    room.page.clock.run_for(OLD + 500)
    says(note(room, "eve"), "la ligne d'Eve")


def test_the_others_are_told_of_our_own_camera(room: RoomPage) -> None:
    told = "wire.now.said.filter((one) => one.type === 'camera').at(-1)"
    room.await_(f"{told}?.state === 'off'")
    room.page.locator('.ctl[data-part="camera"]').click()
    room.await_(f"{told}?.state === 'on'")
    room.does("wire.now.said.length = 0")
    room.hears(greeting(BOB))
    room.await_(f"{told}?.state === 'on'")


TILE = """async () => {
  const { Tile } = await import("/static/video/tile.js");
  const about = { id: "eve", role: "guest", name: "Eve", camera: { state: "on" } };
  const [template] = document.querySelectorAll('template[data-part="person"]');
  window.tile = new Tile(template, about, { isScreen: false, blocked() {} });
  const canvas = document.createElement("canvas");
  canvas.getContext("2d");
  tile.setTracks(canvas.captureStream().getTracks(), ["1"]);
}"""


def test_the_first_frames_are_counted_soon(room: RoomPage) -> None:
    """A line is good until a picture that is too slow is expected to move."""
    room.page.evaluate(TILE)
    assert not room.asks("tile.expects('1')"), "a camera takes its time"
    room.does("shown += 1; tile.judge()")
    assert not room.asks("tile.expects('1')"), "there is nothing to count yet"
    room.page.clock.run_for(1_500)
    assert room.asks("tile.expects('1')")


SHOWN = """async ([frames, was, is, expected]) => {
  const { compare } = await import("/static/video/quality.js");
  const seen = (n, framesDecoded, framesPerSecond) => ({
    path: {},
    inbound: [
      { kind: "audio", mid: "0", timestamp: 2000 * n, packetsReceived: 100 * n },
      {
        kind: "video", mid: "1", timestamp: 2000 * n, packetsReceived: 50 * n,
        framesDecoded, framesPerSecond,
      },
    ],
    outbound: [],
  });
  const found = compare(seen(1, 100, was), seen(2, 100 + frames, is), {
    expects: (mid) => expected && mid === "1",
  });
  return [found.line, found.reason, found.stuck.join()];
}"""


@pytest.mark.parametrize(
    ("frames", "was", "now", "expected", "words"),
    [
        (24, 12, 12, True, ["good", "", ""]),
        (22, 11, 11, True, ["fair", "frames", ""]),
        (0, 25, 0, True, ["fair", "frames", "1"]),
        (8, 0, 25, True, ["good", "", ""]),
        (8, 0, 6, True, ["fair", "frames", ""]),
        (0, 25, 0, False, ["good", "", "1"]),
    ],
    ids=["twelve", "eleven", "none", "just on", "just on and slow", "off, or a screen"],
)
def test_a_line_is_not_good_below_twelve_frames(
    room: RoomPage, frames: int, was: int, now: int, expected: bool, words: list[str]
) -> None:
    found = room.page.evaluate(SHOWN, [frames, was, now, expected])
    assert found == words
