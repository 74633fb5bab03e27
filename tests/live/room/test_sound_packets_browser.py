"""Packets of small sound are longer: the headers of short ones take more than it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from booking.models import Appointment
from tests.live.room.room_page import BOB, RoomPage, greeting, room_page

pytestmark = pytest.mark.browser

SOUND = "v=0\r\nm=audio 9 X 111\r\na=mid:0\r\na=rtcp-mux\r\na=sendrecv\r\n"
REST = "m=video 9 X 96\r\na=mid:1\r\na=rtcp-mux\r\nm=audio 0 X 111\r\na=mid:2\r\n"
ANSWERS = f"""wire.answers = (call) => wire.well({{
  ...call,
  answer: (status, content) =>
    call.answer(status, {{ ...content, sdp: {(SOUND + REST)!r} }}),
}});"""
READ = "wire.now.answers.at(-1)"

# Two connections of this page, one answer as the page reads it: what a packet carries.
CARRIES = """async (ptimes) => {
  const { readAs } = await import("/static/video/link.js");
  const { openDevice } = await import("/static/video/devices.js");
  const { track } = await openDevice("audio");
  const Plain = Object.getPrototypeOf(RTCPeerConnection);
  const [mine, other] = [new Plain(), new Plain()];
  for (const [from, to] of [[mine, other], [other, mine]]) {
    from.onicecandidate = ({ candidate }) => candidate && to.addIceCandidate(candidate);
  }
  const { sender } = mine.addTransceiver(track);
  await mine.setLocalDescription();
  await other.setRemoteDescription(mine.localDescription);
  await other.setLocalDescription();
  const { sdp } = other.localDescription;
  const figures = async () => {
    const found = [...(await sender.getStats()).values()];
    const [sent] = found.filter((one) => one.type === "outbound-rtp");
    const [said] = found.filter((one) => one.type === "media-source");
    return [sent?.packetsSent ?? 0, said?.totalSamplesDuration ?? 0];
  };
  const until = async (count) => {
    for (;;) {
      const found = await figures();
      if (found[0] >= count) return found;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  };
  const carried = [];
  for (const ptime of ptimes) {
    if (mine.signalingState === "stable") await mine.setLocalDescription();
    const answer = { type: "answer", sdp: readAs(sdp, { ptime }) };
    await mine.setRemoteDescription(answer);
    // The sound that waits was packed before; on a busy device that is a lot.
    const fits = (ms) => Math.abs(ms / (ptime ?? 20) - 1) < 0.15;
    let ms = 0;
    for (let turn = 0; turn < 10 && !fits(ms); turn += 1) {
      const before = await until((await figures())[0] + 10);
      const after = await until(before[0] + 50);
      ms = (1000 * (after[1] - before[1])) / (after[0] - before[0]);
    }
    carried.push(ms);
  }
  mine.close();
  other.close();
  return carried;
}"""


RED = "m=audio 9 X 63 111 110\r\na=rtpmap:63 red/48000/2\r\na=rtcp-mux\r\n"
OTHERS = (
    "m=audio 9 X 111\r\na=rtcp-mux\r\nm=video 9 X 63 96\r\na=rtpmap:63 red/90000\r\n"
)
# The sections of an answer as the page reads it.
PLAIN = """async ([sdp, plain]) => {
  const { readAs } = await import("/static/video/link.js");
  return readAs(sdp, { plain }).split("\\r\\n").filter((line) => /^m=/.test(line));
}"""


@pytest.fixture
def room(chromium: Browser, visit: Appointment) -> Iterator[RoomPage]:
    with room_page(chromium, visit, before=ANSWERS) as room:
        room.begins()
        room.connects()
        room.hears(greeting(BOB))
        room.is_in("connected")
        yield room


def asked(room: RoomPage, sound: int | None) -> None:
    room.hears({"type": "encoding", "camera": None, "sound": sound})


def test_small_sound_goes_in_longer_packets_until_it_is_itself_again(
    room: RoomPage,
) -> None:
    asks = len(room.asks("wire.calls"))
    assert room.asks(READ) == SOUND + REST
    asked(room, 16_000)
    room.await_(f"{READ}.includes('a=ptime')")
    sound, rest = room.asks(READ).split("m=video")
    assert "a=rtcp-mux\r\na=ptime:40\r\na=sendrecv" in sound
    assert "ptime" not in rest
    asked(room, None)
    room.await_(f"!{READ}.includes('a=ptime')")
    assert len(room.asks("wire.calls")) == asks, "nobody else has to know"


def test_each_later_answer_of_the_room_is_read_so_too(room: RoomPage) -> None:
    asked(room, 16_000)
    room.await_(f"{READ}.includes('a=ptime')")
    read = room.asks("wire.now.answers.length")
    room.gets_slots("bob", wanted=2)
    room.await_(f"wire.now.answers.length > {read}")
    assert "a=ptime:40" in room.asks(READ)


def test_plain_sound_is_the_first_that_the_answer_names(room: RoomPage) -> None:
    others = ["m=audio 9 X 111", "m=video 9 X 63 96"]
    plain, twice = (room.page.evaluate(PLAIN, [RED + OTHERS, one]) for one in (1, 0))
    assert plain == ["m=audio 9 X 111 110 63", *others]
    assert twice == ["m=audio 9 X 63 111 110", *others]


def test_the_browser_keeps_to_it(room: RoomPage) -> None:
    short, long, again = room.page.evaluate(CARRIES, [None, 40, None])
    assert short == pytest.approx(20, rel=0.15)
    assert long == pytest.approx(40, rel=0.15)
    assert again == pytest.approx(20, rel=0.15)
