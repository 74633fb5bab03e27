"""The sizes in which our camera is sent: chosen in the browser that will send them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from booking.models import Appointment
from tests.live.room.room_page import BOB, RoomPage, greeting, room_page

pytestmark = pytest.mark.browser

FIT = """async ([lines, height, wanted, count]) => {
  const { encodings, fit } = await import("/static/video/layers.js");
  const rung = { height, frames: 30, bitrate: 1_500_000 };
  const found = fit(encodings().slice(0, count), { lines, rung, wanted });
  return found
    .filter((one) => one.active)
    .map((one) => [one.rid, Math.round(lines / one.scaleResolutionDownBy)]);
}"""

BEST, ALL = ["h"], ["l", "m", "h"]
SIZES: list[tuple[str, tuple[int, int, list[str], int], list[list[Any]]]] = [
    ("alone: the best", (720, 720, ["h"], 3), [["h", 720]]),
    ("all of 720p", (720, 720, ALL, 3), [["l", 180], ["m", 360], ["h", 720]]),
    ("the ends", (720, 720, ["l", "h"], 3), [["l", 180], ["h", 720]]),
    ("two of 360p", (360, 720, ALL, 3), [["l", 180], ["m", 360]]),
    ("alone at 360p", (360, 720, ["h"], 3), [["m", 360]]),
    ("two of 480p", (480, 720, ALL, 3), [["l", 240], ["m", 480]]),
    ("one of 180p", (180, 720, ALL, 3), [["l", 180]]),
    ("our line takes 480p", (720, 480, ["h"], 3), [["h", 480]]),
    ("our line takes 360p", (720, 360, ALL, 3), [["l", 180], ["m", 360]]),
    ("our line takes 180p", (720, 180, ["h"], 3), [["h", 180]]),
    ("the least is kept", (720, 180, ["m", "h"], 3), [["m", 360]]),
    ("our line takes none", (720, 0, ALL, 3), []),
    ("an answer without layers", (720, 720, ALL, 1), [["l", 720]]),
    ("the same on a weak line", (720, 360, ["h"], 1), [["l", 360]]),
    ("rids that we do not have", (720, 720, ["x"], 3), [["h", 720]]),
]


@pytest.fixture
def room(chromium: Browser, visit: Appointment) -> Iterator[RoomPage]:
    with room_page(chromium, visit) as found:
        found.begins()
        yield found


def test_each_camera_has_the_sizes_that_are_wanted_and_fit(room: RoomPage) -> None:
    for name, about, expected in SIZES:
        assert room.page.evaluate(FIT, list(about)) == expected, name


MODES = """async ([bitrate, wanted]) => {
  const { encodings, fit } = await import("/static/video/layers.js");
  const rung = { height: 720, frames: 30, bitrate };
  const found = fit(encodings(), { lines: 720, rung, wanted });
  return [...new Set(found.map((one) => one.scalabilityMode))];
}"""


def test_one_size_on_a_narrow_line_has_no_frames_to_leave_out(room: RoomPage) -> None:
    """Its line follows what is asked; turns would cost it frames. All sizes have the
    same mode, or the browser refuses them."""
    cases = ((1_500_000, BEST, "L1T3"), (240_000, BEST, "L1T1"), (240_000, ALL, "L1T3"))
    for bitrate, wanted, mode in cases:
        assert room.page.evaluate(MODES, [bitrate, wanted]) == [mode]


SENT = """wire.now.getSenders().find((one) => one.track?.kind === "video")
  ?.getParameters().encodings.filter((one) => one.active).length"""


def test_the_room_says_which_sizes_are_sent(room: RoomPage) -> None:
    room.connects()
    room.hears(greeting(BOB))
    room.page.locator('.ctl[data-part="camera"]').click()
    room.await_(f"({SENT}) === 1")
    room.hears({"type": "layers", "rids": ["l", "m", "h"]})
    room.await_(f"({SENT}) > 1")
    room.hears({"type": "layers", "rids": ["h"]})
    room.await_(f"({SENT}) === 1")


def test_an_offer_names_the_layers_of_the_camera_and_of_nothing_else(
    room: RoomPage,
) -> None:
    sections = room.asks("wire.offers()[0].body.sdp").split("\nm=")[1:]
    named = [section.split()[0] for section in sections if "a=simulcast:" in section]
    assert named == ["video"]
    assert "a=simulcast:send ~l;~m;h" in "".join(sections)
