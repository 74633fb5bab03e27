"""Numbers of the subscriber's own path: in every packet that leaves, each once."""

import struct
from dataclasses import replace

import pytest
from aiortc.rtp import RtcpRtpfbPacket

from tests.video.media.rtp.lines import VP8, Line, Wire, rtp_packet, take
from video.media.counters import Counters
from video.media.estimate.history import SendHistory
from video.media.rtp import rtcp
from video.media.rtp.arrivals import Arrivals
from video.media.rtp.header_extensions import ABS_SEND_TIME, TRANSPORT_CC
from video.media.rtp.receiver import HEADER, ForwardingReceiver
from video.media.rtp.repeats import BELOW, MOST_PADDING
from video.media.rtp.transport_feedback import TransportFeedback, write_feedback

THEIRS, OURS, TIME = 5, 9, 3
NUMBERED = replace(VP8, extensions={ABS_SEND_TIME: TIME, TRANSPORT_CC: THEIRS})


class Ignored:
    def watch(self, reporter: Arrivals) -> None:
        """Nobody tells the publisher."""


class Path(Line):
    """A subscriber that tells what comes; `own` publishers number what they send."""

    def __init__(self, *, own: bool = True, told: bool = True) -> None:
        super().__init__(NUMBERED if own else VP8)
        self.history = SendHistory()
        self._own = own
        self._arrivals = Arrivals(Wire(), Ignored())
        self.sender.negotiate(
            payload_type=100,
            rtx_payload_type=101,
            clock_rate=90000,
            extensions={ABS_SEND_TIME: TIME, TRANSPORT_CC: OURS} if told else {},
            usable=True,
        )
        self.sender.number_by(self.history.add)

    def comes(self, sequence: int, *, size: int = 5, numbered: bool = True) -> None:
        about = b"\x32abc" if self._own else b""
        if self._own and numbered:
            about += struct.pack("!BHx", THEIRS << 4 | 1, sequence)
        head = b"\xbe\xde" + struct.pack("!H", len(about) // 4) if about else b""
        flags = 0x90 if about else 0x80
        data = rtp_packet(sequence, payload=head + about + bytes(size), flags=flags)
        self.inbound.view[: len(data)] = data
        if self._own:
            self._arrivals.take(self.receiver, self.inbound.view, len(data), 10.0)
        header = HEADER.unpack_from(data)
        self.receiver.receive(self.inbound, len(data), header, 10.0)

    def numbers(self) -> list[int]:
        """The numbers that the subscriber finds; -1 where there is none."""
        return [number_in(one) for one in self.down.packets]


def number_in(packet: bytes) -> int:
    if not packet[0] & 0x10 or packet[12:14] != b"\xbe\xde":
        return -1
    at, end = 16, 16 + 4 * int.from_bytes(packet[14:16], "big")
    while at < end:
        if not packet[at]:
            at += 1
            continue
        if packet[at] >> 4 == OURS:
            return int.from_bytes(packet[at + 1 : at + 3], "big")
        at += (packet[at] & 15) + 2
    return -1


def test_a_number_stands_where_the_publishers_own_was() -> None:
    path = Path()
    for sequence in (100, 101, 102):
        path.comes(sequence)
    assert path.numbers() == [0, 1, 2]
    first = path.down.packets[0]
    assert len(first) == 12 + 12 + 5, "nothing was moved"
    assert first[16:20] == b"\x32abc", "the other extensions stay"
    assert list(path.history.octets[:3]) == [len(first) + BELOW] * 3
    assert path.receiver.history.find(100) is not None


@pytest.mark.parametrize("own", [True, False])
def test_a_packet_without_a_place_gets_one(own: bool) -> None:
    path = Path(own=own)
    path.comes(100, numbered=False)
    path.comes(101)
    assert path.numbers() == [0, 1]
    assert path.down.packets[0][-5:] == bytes(5)


def test_who_tells_nothing_gets_no_number() -> None:
    path = Path(told=False)
    path.comes(100)
    assert path.numbers() == [-1]
    assert path.history.next == 0
    path.sender.repeats.answer(path.down.sequences()[0], now=10.0)
    assert path.history.next == 0


def test_what_is_sent_again_has_a_number_of_its_own() -> None:
    path = Path()
    path.comes(100)
    path.sender.repeats.answer(path.down.sequences()[0], now=10.0)
    assert path.numbers() == [0, 1]
    again = path.down.packets[1]
    assert again[-5:] == bytes(5)
    assert struct.unpack_from("!L", again, 8)[0] == path.sender.rtx_ssrc


@pytest.mark.parametrize("octets", [200, 313, 314, 600])
def test_a_small_probe_is_padding(octets: int) -> None:
    path = Path()
    path.sender.repeats.probe(octets, now=10.0)
    packets = path.down.packets
    assert path.numbers() == list(range(len(packets)))
    for packet in packets:
        flags, kind, _, _, ssrc = HEADER.unpack_from(packet)
        assert (flags, kind, ssrc) == (0xB0, 101, path.sender.rtx_ssrc)
        assert packet[-1] == len(packet) - 20 <= MOST_PADDING
    sent = sum(len(one) + BELOW for one in packets)
    assert octets <= sent < octets + 80
    assert path.sender.repeats.sent == 0, "nobody missed anything"


def test_a_large_probe_repeats_what_was_sent_last() -> None:
    path = Path()
    for sequence in range(100, 110):
        path.comes(sequence, size=500)
    wanted = path.down.sequences()[-1]
    path.sender.repeats.probe(1200, now=10.0)
    probes = path.down.packets[10:]
    assert struct.unpack_from("!H", probes[0], 12 + 16)[0] == wanted
    assert sum(len(one) + BELOW for one in probes) >= 1200
    assert path.numbers() == list(range(10 + len(probes)))


def test_a_picture_that_is_paused_is_probed_by_padding_alone() -> None:
    """They never got what was published meanwhile: it would be news to them."""
    path = Path()
    path.comes(100, size=900)
    path.sender.pause()
    for sequence in range(101, 105):
        path.comes(sequence, size=900)
    path.sender.repeats.probe(1200, now=10.0)
    assert all(one[0] & 0x20 for one in path.down.packets[1:])


def feedback(count: int = 30) -> bytes:
    return write_feedback(1, 2, 7, 0, list(range(1000, 1000 + count)))[0]


def test_feedback_on_a_path_is_no_list_of_what_is_missed() -> None:
    report = rtcp.receiver_report(1, [])
    nacks = list(rtcp.negative_acks(1, 2, [5, 6]))
    found = rtcp.parse_compound(report + feedback() + nacks[0])
    about, missed = found[1], found[2]
    assert isinstance(about, TransportFeedback)
    assert (about.base, about.count, len(about.ticks)) == (7, 30, 30)
    assert isinstance(missed, RtcpRtpfbPacket)
    assert rtcp.nacked_sequences(missed) == [5, 6]


def test_feedback_may_be_padded() -> None:
    data = feedback()
    padded = struct.pack("!BBH", 0xAF, 205, len(data) // 4) + data[4:] + b"\0\0\0\4"
    (about,) = rtcp.parse_compound(padded)
    assert isinstance(about, TransportFeedback)
    assert about.count == 30


@pytest.mark.parametrize(
    "data",
    [
        feedback()[:-4],
        feedback()[:3],
        b"\x8f\xcd\0\0",
        b"\xaf\xcd\0\1\0\0\0\0",
        b"\xaf\xcd\0\1\0\0\0\xff",
        b"\x4f" + feedback()[1:],
    ],
)
def test_malformed_feedback_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        rtcp.parse_compound(data)


def test_a_publisher_that_numbers_no_more_does_not_leave_an_old_place() -> None:
    path = Path()
    path.comes(100)
    buffer = path.inbound
    other = ForwardingReceiver(path.up, VP8, Counters())
    path.sender.bind(other, now=11.0)
    take(other, buffer, rtp_packet(7, payload=b"\0" * 30), at=11.0)
    assert path.numbers() == [0, 1]
    assert path.down.packets[1][20:] == bytes(30)


def test_a_narrow_line_is_not_filled_with_what_it_lost() -> None:
    path = Path()
    for sequence in range(100, 140):
        path.comes(sequence, size=900)
    missed = path.down.sequences()
    path.sender.repeats.allow(2000)
    for sequence in missed:
        path.sender.repeats.answer(sequence, now=10.0)
    assert path.sender.repeats.sent == 3, "the last one may be begun"
    path.sender.repeats.allow(2000)
    for sequence in missed:
        path.sender.repeats.answer(sequence, now=10.0)
    assert path.sender.repeats.sent == 6


def test_what_was_missed_before_a_pause_is_gone() -> None:
    """Numbers go on without a gap: the old ones would be taken for what was paused."""
    path = Path()
    for sequence in range(100, 110):
        path.comes(sequence)
    before = path.down.sequences()
    path.sender.pause()
    path.sender.repeats.answer(before[-1], now=11.0)
    path.sender.resume(now=12.0)
    for sequence in range(110, 150):
        path.comes(sequence)
    path.sender.repeats.answer(before[-1], now=13.0)
    assert path.sender.repeats.sent == 0
    path.sender.repeats.answer(path.down.sequences()[-1], now=13.0)
    assert path.sender.repeats.sent == 1
