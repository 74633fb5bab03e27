"""Each direction of the line is judged by itself, and a picture is back soon.

Figures in, words and rungs out, in the browser that will take them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from booking.models import Appointment
from tests.live.room.line_page import FIGURES, SENDS, looks, looks_until
from tests.live.room.room_page import BOB, PATIENCE, RoomPage, greeting, room_page

pytestmark = pytest.mark.browser

JUDGE = """async ([before, after, lossy]) => {
  const { compare } = await import("/static/video/quality.js");
  const sound = (n) => ({ kind: "audio", mid: "0", timestamp: n * 2000 });
  const whole = ({ down = {}, up = {}, resting = {} }, n) => ({
    path: {},
    inbound: [
      { ...sound(n), packetsReceived: n * 100, packetsLost: 0, ...down },
    ],
    outbound: [
      { ...sound(n), packetsSent: n * 100, fractionLost: 0, reportedAt: n, ...up },
      { kind: "video", mid: "1", packetsSent: 50, fractionLost: 0, ...resting },
    ],
  });
  const found = compare(whole(before, 1), whole(after, 2), { lossy });
  return [found.up, found.down, found.line];
}"""

LOSSY = {"type": "pictures", "paused": False, "limited": False, "lossy": True}
LINES = [
    ("good both ways", {}, ["good", "good", "good"]),
    ("weak way in", {"down": {"packetsLost": 40}}, ["good", "poor", "poor"]),
    (
        "the way of another to the room: ours loses nothing",
        {"down": {"packetsLost": 40}, "lossy": False},
        ["good", "good", "good"],
    ),
    ("weak way out", {"up": {"fractionLost": 0.3}}, ["poor", "good", "poor"]),
    ("bursts on the way in", {"down": {"jitter": 0.1}}, ["good", "fair", "fair"]),
    (
        "a camera that rests says nothing of the line",
        {"resting": {"fractionLost": 0.3, "roundTripTime": 3}},
        ["good", "good", "good"],
    ),
    (
        "no newer word of the room says nothing new: the way to us loses it",
        {"up": {"fractionLost": 0.3, "reportedAt": 1}},
        ["good", "good", "good"],
    ),
    (
        "a newer word counts",
        {"up": {"fractionLost": 0.3, "reportedAt": 2}},
        ["poor", "good", "poor"],
    ),
    (
        "answers take long: nobody knows on which way",
        {"up": {"roundTripTime": 0.7}},
        ["poor", "poor", "poor"],
    ),
]

WALK = """async (samples) => {
  const { LineLadder } = await import("/static/video/ladder.js");
  const ladder = new LineLadder();
  return samples.map(([count, sample]) => {
    const base = {
      line: "good", share: 0, sentShare: 0, trip: 0.1, available: null, limited: false,
    };
    let at;
    for (let n = 0; n < count; n += 1) at = ladder.take({ ...base, ...sample });
    return at.rung.name + (at.phone ? " phone" : "");
  });
}"""

LOST_IN = {"share": 0.3}
LOST_OUT = {"share": 0.3, "sentShare": 0.3}
# What Chromium says when feedback on its sending comes four seconds late: it sends less
# until its answers are in time again, although all that it sends arrives.
LATE_ANSWERS = {"line": "poor", "trip": 4.0, "available": 72_000, "limited": True}
STORIES: list[tuple[str, list[tuple[int, dict[str, Any]]], list[str]]] = [
    (
        "a weak way in leaves our own picture, and may be better by phone",
        [(5, {}), (30, LOST_IN)],
        ["720p", "720p phone"],
    ),
    (
        "answers that wait on a weak way in do not turn our own picture off",
        [(7, {}), (10, LATE_ANSWERS), (1, {"available": 908_000, "limited": True})],
        ["720p", "720p phone", "720p"],
    ),
    (
        "a narrow way out does, for its answers are in time",
        [(7, {}), (2, {"available": 72_000, "limited": True})],
        ["720p", "180p"],
    ),
    (
        "a way out that takes no more than sound does",
        [(7, {}), (2, {"available": 40_000, "limited": True})],
        ["720p", "audio"],
    ),
    (
        "the picture is tried again after three good samples, six seconds",
        [(7, LOST_OUT), (2, {}), (1, {})],
        ["audio phone", "audio", "360p"],
    ),
    (
        "a weak way in does not keep our picture away",
        [(7, LOST_OUT), (3, LOST_IN | {"trip": 0.9})],
        ["audio phone", "360p phone"],
    ),
    (
        "a try that fails makes the next one later, and smaller",
        [(7, LOST_OUT), (3, {}), (7, LOST_OUT), (5, {}), (1, {})],
        ["audio phone", "360p", "audio phone", "audio", "180p"],
    ),
    (
        "a picture that held makes the next failure a first one",
        [(7, LOST_OUT), (3, {}), (25, {}), (2, LOST_OUT), (2, {}), (1, {})],
        ["audio phone", "360p", "720p", "audio", "audio", "360p"],
    ),
]


@pytest.fixture
def room(chromium: Browser, visit: Appointment) -> Iterator[RoomPage]:
    with room_page(chromium, visit, before=FIGURES) as room:
        room.begins()
        room.connects()
        room.hears(greeting(BOB))
        room.is_in("connected")
        yield room


@pytest.mark.parametrize(("name", "after", "words"), LINES)
def test_each_direction_is_judged_by_its_own_figures(
    room: RoomPage, name: str, after: dict[str, Any], words: list[str]
) -> None:
    before = {"up": {"reportedAt": 1}}
    judged = room.page.evaluate(JUDGE, [before, after, after.get("lossy", True)])
    assert judged == words, name


def test_our_ladder_is_walked_by_what_we_send(room: RoomPage) -> None:
    for name, samples, expected in STORIES:
        assert room.page.evaluate(WALK, samples) == expected, name


def test_the_words_say_which_way_is_weak(room: RoomPage) -> None:
    incoming = room.page.locator('[data-part="incoming"] [data-when="weak"]')
    sent = room.page.locator('[data-part="step"] [data-when="weak"]')
    room.does("line.lostIn = 0.5")
    looks(room)
    looks(room)
    expect(incoming).to_be_hidden()
    room.hears(LOSSY)
    expect(incoming).to_be_visible(timeout=PATIENCE)
    expect(sent).to_be_hidden()
    room.does("line.lostIn = 0; line.lostOut = 0.12")
    expect(sent).to_be_visible(timeout=PATIENCE)
    expect(incoming).to_be_hidden(timeout=PATIENCE)
    room.does("line.lostOut = 0")
    expect(sent).to_be_hidden(timeout=PATIENCE)
    # Answers are late, and nobody knows on which way: neither is said to be weak.
    room.does("line.trip = 0.9")
    late = room.page.locator('[data-part="why"] [data-when="delay"]')
    looks(room)
    expect(incoming).to_be_hidden()
    expect(sent).to_be_hidden()
    expect(late).to_be_visible(timeout=PATIENCE)


def test_nothing_is_said_of_a_picture_that_is_off(room: RoomPage) -> None:
    said = room.page.locator("vv-line p")
    room.does("line.lostIn = 0.5")
    room.hears(LOSSY)
    words = "Ce que les autres envoient vous arrive mal."
    expect(said.filter(has_text=words)).to_have_text(
        words, use_inner_text=True, timeout=PATIENCE
    )
    room.page.locator('.ctl[data-part="camera"]').click()
    on = f"{words} Votre image, elle, continue."
    expect(said.filter(has_text=words)).to_have_text(
        on, use_inner_text=True, timeout=PATIENCE
    )


def test_no_line_is_good_that_takes_our_sound_alone(room: RoomPage) -> None:
    word = room.page.locator('[data-part="quality"]')
    sound = room.page.locator('[data-part="step"] [data-when="audio"]')
    told = "wire.now.said.filter((one) => one.type === 'camera').at(-1)?.limit"
    room.page.locator('.ctl[data-part="camera"]').click()
    room.await_(f"({SENDS}) === true")
    room.does("line.lostOut = 0.5")
    looks_until(room, sends=False, most=9)
    expect(sound).to_be_visible(timeout=PATIENCE)
    room.await_(f"{told} === 'line'")
    room.does("line.lostOut = 0")
    looks(room)
    expect(sound).to_be_visible()
    expect(word).to_have_attribute("data-state", "fair")


def test_no_line_is_good_that_takes_no_picture_to_us(room: RoomPage) -> None:
    """Of the sound that it takes nothing is lost: our own figures are well."""
    word = room.page.locator('[data-part="quality"]')
    looks(room)
    expect(word).to_have_attribute("data-state", "good")
    room.hears({"type": "pictures", "paused": True, "limited": True})
    looks(room)
    expect(word).to_have_attribute("data-state", "poor", timeout=PATIENCE)
    room.hears({"type": "pictures", "paused": False, "limited": False})
    looks(room)
    expect(word).to_have_attribute("data-state", "good", timeout=PATIENCE)


ASKED = """async ([limits, available, asked, framesPerSecond = 7]) => {
  const { compare } = await import("/static/video/quality.js");
  const sound = { kind: "audio", mid: "0", timestamp: 0, packetsReceived: 0 };
  const qualityLimitationReason = limits;
  const face = { kind: "video", mid: "1", framesPerSecond, qualityLimitationReason };
  const seen = (n) => ({
    path: { availableOutgoingBitrate: available },
    inbound: [{ ...sound, timestamp: 2000 * n, packetsReceived: 100 * n }],
    outbound: [{ ...face, packetsSent: 50 * n, framesEncoded: n }],
  });
  const { up, limited } = compare(seen(1), seen(2), { asked });
  return [up, limited];
}"""


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (None, ["poor", True]),
        (85_000, ["good", False]),
        (200_000, ["poor", True]),
    ],
    ids=["our own line", "another's line", "ours is narrower still"],
)
def test_what_others_take_is_no_weakness_of_our_line(
    room: RoomPage, asked: int | None, words: list[object]
) -> None:
    assert room.page.evaluate(ASKED, ["bandwidth", 85_000, asked]) == words


@pytest.mark.parametrize(
    ("available", "rate", "limited"),
    [(85_000, 7, True), (400_000, 7, False), (67_000, 0, True)],
)
def test_a_browser_need_not_say_why_it_sends_so_little(
    room: RoomPage, available: int, rate: int, *, limited: bool
) -> None:
    """One frame in two seconds may count as none."""
    assert room.page.evaluate(ASKED, ["none", available, None, rate])[1] is limited


SENT = """JSON.stringify(["video", "audio"].map((kind) => {
  const senders = wire.now.getTransceivers().map((one) => one.sender);
  const [mine] = senders.filter((one) => one.track?.kind === kind);
  const encoding = mine?.getParameters().encodings.find((one) => one.active !== false);
  return [encoding?.maxBitrate ?? 0, encoding?.maxFramerate ?? 0];
}))"""


def test_a_page_sends_what_the_others_lines_take_and_all_of_it_again(
    room: RoomPage,
) -> None:
    room.page.locator('.ctl[data-part="camera"]').click()
    room.await_(f"({SENDS}) === true")
    camera = {"height": 180, "frames": 7, "bitrate": 35_000, "limit": 85_000}
    room.hears({"type": "encoding", "camera": camera, "sound": 16_000})
    room.await_(f"{SENT} === '[[35000,7],[16000,0]]'")
    room.hears({"type": "encoding", "camera": None, "sound": None})
    room.await_(f"{SENT} === '[[1500000,30],[0,0]]'")


def test_our_picture_is_back_within_eight_seconds(room: RoomPage) -> None:
    room.page.locator('.ctl[data-part="camera"]').click()
    room.await_(f"({SENDS}) === true")
    room.does("line.lostIn = 0.5")
    for _ in range(10):
        looks(room)
    # Nothing that comes in badly turns our own picture off.
    assert room.asks(SENDS) is True
    room.does("line.lostOut = 0.5")
    looks_until(room, sends=False, most=4)
    room.does("line.lostOut = 0")
    assert looks_until(room, sends=True, most=5) <= 4
