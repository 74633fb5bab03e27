"""Which packets of a path came and when, noted as they come and told by the lot."""

import asyncio
import random
import struct
from collections.abc import Callable

import pytest

from tests.video.media.rtp.lines import VP8, Wire, rtp_packet
from video.media.counters import Counters
from video.media.rtp.arrivals import LATE, STRAYS, WINDOW, Arrivals
from video.media.rtp.header_extensions import ABS_SEND_TIME, TRANSPORT_CC
from video.media.rtp.receiver import ForwardingReceiver, StreamFormat
from video.media.rtp.timers import INTERVAL, TURNS, FeedbackTimer
from video.media.rtp.transport_feedback import TICKS_PER_SECOND, read_feedback
from video.media.transport.dtls import PacketBuffer

NUMBER = 5
STREAM = StreamFormat(
    kind="video",
    payload_type=96,
    rtx_payload_type=97,
    clock_rate=90000,
    ssrc=VP8.ssrc,
    extensions={ABS_SEND_TIME: 3, TRANSPORT_CC: NUMBER},
)
Seen = dict[int, int]


class Watched:
    """Stands for the timer: counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def watch(self, reporter: Arrivals) -> None:
        self.asked += 1


def numbered(sequence: int, before: bytes = b"\x32abc") -> bytearray:
    """A packet with its number after another extension."""
    about = before + struct.pack("!BH", NUMBER << 4 | 1, sequence)
    about += bytes(-len(about) % 4)
    head = b"\xbe\xde" + struct.pack("!H", len(about) // 4)
    return bytearray(rtp_packet(1, payload=head + about + b"media", flags=0x90))


class Path:
    """One publisher's packets, and what they are told."""

    def __init__(self) -> None:
        self.wire, self.watched = Wire(), Watched()
        self.counters = self.wire.counters
        self._buffer = PacketBuffer()
        self.arrivals = Arrivals(self.wire, self.watched)
        self.source = ForwardingReceiver(self.wire, STREAM, Counters())

    def comes(self, *sequences: int, at: float = 100.0) -> None:
        for sequence in sequences:
            self.takes(numbered(sequence & 0xFFFF), at)

    def takes(self, packet: bytearray, at: float = 100.0) -> None:
        view = self._buffer.view
        view[: len(packet)] = packet
        self.arrivals.take(self.source, view, len(packet), at)
        packet[:] = view[: len(packet)]

    def told(self) -> tuple[list[tuple[int, int]], Seen]:
        """(base, count) of each packet of feedback, and all that it says came."""
        self.arrivals.send()
        found = [read_feedback(one[4:]) for one in self.wire.reports]
        self.wire.reports.clear()
        seen: Seen = {}
        for one in found:
            seen |= dict(zip(one.sequences, one.ticks, strict=True))
        return [(one.base, one.count) for one in found], seen


def test_what_came_is_told_once_with_its_time() -> None:
    path = Path()
    path.comes(65534, 65535, at=100.0)
    path.comes(0, at=100.01)
    tick = 100 * TICKS_PER_SECOND
    assert path.told() == (
        [(65534, 3)],
        {65534: tick, 65535: tick, 0: tick + TICKS_PER_SECOND // 100},
    )
    assert path.told() == ([], {})
    assert path.watched.asked == 1


def test_nothing_is_told_before_anything_came() -> None:
    assert Path().told() == ([], {})


def test_feedback_names_whom_it_is_about_and_counts_itself() -> None:
    path = Path()
    for turn in range(257):
        path.comes(turn)
        path.arrivals.send()
    said = [struct.unpack_from("!LL", one, 4) for one in path.wire.reports]
    assert set(said) == {(path.wire.local_ssrc, VP8.ssrc)}
    numbers = [read_feedback(one[4:]).number for one in path.wire.reports]
    assert numbers == [turn & 0xFF for turn in range(257)]
    assert path.counters.feedbacks == 257


def test_a_gap_is_told_with_what_followed_it() -> None:
    path = Path()
    path.comes(7)
    path.told()
    path.comes(10)
    assert path.watched.asked == 2
    told, seen = path.told()
    assert (told, list(seen)) == ([(8, 3)], [10])


def test_one_that_comes_late_is_told_after_all() -> None:
    path = Path()
    path.comes(1, 2, 5)
    path.told()
    path.comes(3, at=100.2)
    told, seen = path.told()
    assert told == [(3, 3)]
    assert list(seen) == [3, 5]
    assert path.watched.asked == 2


def test_over_a_narrow_way_back_it_is_told_half_as_often() -> None:
    path = Path()
    path.arrivals.seldom = True
    path.comes(7)
    assert path.told() == ([], {})
    assert path.watched.asked == 2, "the timer comes again"
    path.comes(8)
    assert path.told()[0] == [(7, 2)]
    assert path.told() == ([], {})


def test_late_and_next_in_one_feedback() -> None:
    path = Path()
    path.comes(1, 3, 2, 4)
    assert path.told()[0] == [(1, 4)]
    path.comes(5, 4, 4, 6)
    assert path.told()[0] == [(5, 2)], "a repeated one keeps its first time"


def test_one_from_before_the_beginning_is_told() -> None:
    path = Path()
    path.comes(65535)
    path.comes(65534)
    told, seen = path.told()
    assert (told, sorted(seen)) == ([(65534, 2)], [65534, 65535])


def test_one_that_is_too_late_is_left_alone() -> None:
    path = Path()
    path.comes(*range(LATE + 10))
    path.told()
    path.comes(0, 9)
    assert path.told() == ([], {})


def test_a_path_that_counts_from_elsewhere_is_followed() -> None:
    path = Path()
    path.comes(30_000)
    path.told()
    path.comes(*range(20_000, 20_000 + STRAYS + 2))
    told, _ = path.told()
    assert told == [(20_000 + STRAYS - 1, 3)]
    path.comes(*range(40_000, 40_002))
    assert path.told()[0] == [(40_000, 2)]


def test_a_worker_that_was_held_up_tells_of_the_newest() -> None:
    path = Path()
    path.comes(*range(WINDOW + 50))
    told, seen = path.told()
    assert told[0][0] == 50
    assert sorted(seen) == list(range(50, WINDOW + 50))
    assert len(told) == 2, "each packet stays small"


def test_the_number_is_blanked_and_the_rest_stays() -> None:
    path = Path()
    for before in (b"", b"\x32abc", b"\0\0\x32abc"):
        packet = numbered(258, before)
        path.takes(packet)
        size = -(-(len(before) + 3) // 4) * 4
        assert packet[16 : 16 + size] == (before + bytes(size))[:size]
        assert packet.endswith(b"media")
    assert list(path.told()[1]) == [258]


def test_a_number_behind_contributing_sources_is_found() -> None:
    path = Path()
    body = b"\0\0\0\1\0\0\0\2" + b"\xbe\xde\0\1\x51\x01\x02\0" + b"media"
    packet = bytearray(rtp_packet(1, payload=body, flags=0x92))
    path.takes(packet)
    assert packet[24:28] == bytes(4)
    assert list(path.told()[1]) == [258]


@pytest.mark.parametrize(
    "body",
    [
        b"\xbe",
        b"\xbe\xde\xff\xff\x51\x01\x02\x00",
        b"\x10\x00\x00\x01\x05\x02\x01\x02",
        b"\xbe\xde\x00\x01\x00\x00\x00\x51\x01\x02",
        b"\xbe\xde\x00\x01\x3f\x51\x01\x02",
        b"\xbe\xde\x00\x01\x52\x01\x02\x03",
    ],
    ids=["cut", "too long", "two-byte form", "across the end", "inside", "longer"],
)
def test_a_header_of_another_shape_is_left_alone(body: bytes) -> None:
    path = Path()
    packet = bytearray(rtp_packet(1, payload=body, flags=0x90))
    before = bytes(packet)
    path.takes(packet)
    assert packet == before
    assert path.told() == ([], {})


def test_bytes_of_strangers_break_nothing() -> None:
    path, rng = Path(), random.Random(8)
    for turn in range(20_000):
        body = bytearray(rng.randbytes(rng.randint(0, 40)))
        if rng.random() < 0.9:
            body[:4] = b"\xbe\xde\x00" + bytes([rng.randint(0, 9)])
            body[4:4] = struct.pack("!BH", 0x51, rng.getrandbits(16))
        flags = rng.choice([0x80, 0x90, 0x92, 0x9F])
        path.takes(bytearray(rtp_packet(1, payload=bytes(body), flags=flags)))
        if turn % 20 == 0:
            told, _ = path.told()
            assert sum(count for _, count in told) <= WINDOW


class Beats:
    """Stands for the loop: time passes when it is told to."""

    def __init__(self) -> None:
        self.count = 0
        self.calls: list[Callable[[], None]] = []

    def call_later(self, after: float, call: Callable[[], None]) -> "Beats":
        assert after == INTERVAL
        self.calls.append(call)
        return self

    def cancel(self) -> None:
        self.calls.clear()

    def pass_(self) -> None:
        self.count += 1
        self.calls.pop()()


class Told:
    """The beats at which somebody was told."""

    def __init__(self, beats: Beats) -> None:
        self._beats = beats
        self.at: list[int] = []

    def send(self) -> None:
        self.at.append(self._beats.count)


def test_the_timer_tells_within_a_tenth_of_a_second_and_then_rests() -> None:
    async def story() -> None:
        timer, beats = FeedbackTimer(), Beats()
        timer._loop = beats  # type: ignore[assignment]
        one, other = Told(beats), Told(beats)
        timer.watch(one)
        beats.pass_()
        timer.watch(other)
        while beats.calls:
            beats.pass_()
        assert (one.at, other.at) == ([TURNS], [TURNS + 1])
        timer.watch(one)
        beats.pass_()
        timer.close()
        assert not beats.calls

    asyncio.run(story())
