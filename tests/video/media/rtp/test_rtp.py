"""Numbers on the wire: wrap, gaps, renumbering, retransmission."""

import struct

import pytest

from tests.video.media.rtp.lines import VP8, Line, nacked, rtp_packet
from video.media.rtp import rtcp
from video.media.rtp.history import NackGenerator
from video.media.rtp.receiver import ForwardingReceiver
from video.media.rtp.repeats import RESENDS_PER_TICK, unwrap


def test_forwarded_numbers_stay_in_step_across_the_wrap() -> None:
    line = Line()
    for step in range(6):
        line.push(
            (65533 + step) & 0xFFFF, timestamp=(2**32 - 6000 + step * 3000) % 2**32
        )
    out = [struct.unpack_from("!BBHLL", packet) for packet in line.down.packets]
    first = out[0]
    assert [(o[2] - first[2]) & 0xFFFF for o in out] == [0, 1, 2, 3, 4, 5]
    assert [(o[3] - first[3]) % 2**32 for o in out] == [s * 3000 for s in range(6)]
    assert {o[4] for o in out} == {line.sender.ssrc}
    assert {o[1] for o in out} == {100}
    report = line.receiver.report(10.0)
    assert report is not None
    assert report.highest_sequence == 0x10000 + 2
    assert (report.packets_lost, report.fraction_lost) == (0, 0)


def test_a_gap_across_the_wrap_is_asked_for_and_stays_visible() -> None:
    line = Line()
    line.push(65534)
    line.push(2)
    assert nacked(line.up.reports[-1]) == [65535, 0, 1]
    first, second = line.down.sequences()
    assert (second - first) & 0xFFFF == 4
    line.push(65535)
    assert line.receiver.recovered == 1
    assert line.receiver.nacks.due(10.05) == [0, 1]


def test_nacks_are_repeated_then_given_up() -> None:
    nacks = NackGenerator()
    nacks.gap(10, 13, now=0.0)
    assert nacks.due(0.0) == [11, 12]
    assert nacks.due(0.03) == []
    assert nacks.due(0.04) == [11, 12]
    assert nacks.arrived(11)
    assert not nacks.arrived(11)
    assert nacks.due(1.1) == []
    assert not nacks
    nacks.gap(10, 10 + 200, now=2.0)
    assert not nacks, "a jump is a new start, not a loss"


@pytest.mark.parametrize(
    "missing",
    [
        [5],
        [65535, 0, 1],
        [10, 26, 27],
        [10, 27],
        [65520, 0, 14, 15, 16],
        list(range(65000, 65536)) + list(range(100)),
    ],
)
def test_nack_packing_survives_every_gap(missing: list[int]) -> None:
    unpacked = [
        sequence
        for data in rtcp.negative_acks(1, 2, missing)
        for sequence in nacked(data)
    ]
    assert unpacked == missing


def test_a_subscriber_gets_what_it_missed_by_rtx() -> None:
    line = Line()
    for sequence in (65535, 0, 1):
        line.push(sequence, payload=b"frame %d" % sequence)
    wanted = line.down.sequences()[1]
    line.sender.repeats.answer(wanted, now=10.0)
    repeated = line.down.packets[-1]
    flags, kind, _, _, ssrc, original = struct.unpack_from("!BBHLLH", repeated)
    assert (flags, kind, ssrc) == (0x80, 101, line.sender.rtx_ssrc)
    assert (original, repeated[14:]) == (wanted, b"frame 0")


def test_without_rtx_the_packet_itself_is_sent_again() -> None:
    line = Line()
    line.sender.rtx_payload_type = None
    line.push(7, payload=b"frame")
    line.sender.repeats.answer(line.down.sequences()[0], now=10.0)
    assert line.down.packets[1] == line.down.packets[0]


def test_a_greedy_subscriber_is_held_to_its_budget() -> None:
    line = Line()
    line.push(1)
    sequence = line.down.sequences()[0]
    for _ in range(RESENDS_PER_TICK + 50):
        line.sender.repeats.answer(sequence, now=10.0)
    assert line.sender.repeats.sent == RESENDS_PER_TICK
    line.sender.repeats.tick()
    line.sender.repeats.answer(sequence, now=10.0)
    assert line.sender.repeats.sent == RESENDS_PER_TICK + 1


def test_a_new_publisher_continues_the_same_stream() -> None:
    line = Line()
    line.push(500, timestamp=9000, at=10.0)
    other = ForwardingReceiver(line.up, VP8, line.counters)
    line.sender.bind(other, now=10.0)
    line.receiver = other
    line.push(60000, timestamp=4_000_000_000, at=11.0)
    before, after = (struct.unpack_from("!BBHLL", p) for p in line.down.packets)
    assert (after[2] - before[2]) & 0xFFFF == 1
    assert (after[3] - before[3]) % 2**32 == 90000
    assert after[4] == before[4]


def test_rtx_from_a_publisher_becomes_the_packet_it_repeats() -> None:
    line = Line()
    line.push(10)
    line.push(12)
    for flags, tail, useful in [
        (0x80, struct.pack("!H", 11) + b"lost", True),
        (0x80, struct.pack("!H", 10) + b"have", False),
        (0xA0, b"\0\0\0\4", False),
        (0xA0, struct.pack("!H", 9) + b"padded\0\0\3", True),
        (0xA0, b"\xff", False),
        (0x90, b"\xbe\xde\xff\xff", False),
        (0x8F, b"short", False),
    ]:
        data = rtp_packet(77, payload=tail, ssrc=2222, payload_type=97, flags=flags)
        line.inbound.view[: len(data)] = data
        done = unwrap(line.receiver, line.inbound.view, len(data))
        assert bool(done) is useful, data
    data = rtp_packet(77, payload=b"\0\x0blost", ssrc=2222, payload_type=0x80 | 97)
    line.inbound.view[: len(data)] = data
    length = unwrap(line.receiver, line.inbound.view, len(data))
    expected = rtp_packet(11, payload=b"lost", payload_type=0x80 | 96)
    assert bytes(line.inbound.view[:length]) == expected


def test_several_subscribers_get_one_keyframe_request() -> None:
    line = Line()
    receiver = line.receiver
    assert receiver.keyframe_requests == 1
    receiver.request_keyframe(10.1)
    receiver.request_keyframe(10.2)
    assert receiver.keyframe_requests == 1
    receiver.tick(10.25)
    assert receiver.keyframe_requests == 1
    receiver.tick(10.5)
    assert receiver.keyframe_requests == 2
    receiver.tick(11.0)
    assert receiver.keyframe_requests == 2


def test_a_key_frame_that_is_on_its_way_is_not_asked_for_again() -> None:
    """Over 100 kbit/s one takes half a second; a browser asks each fifth of it."""
    line = Line()
    line.sender.keyframe_takes = 0.8
    asked = line.receiver.keyframe_requests
    line.sender.pause()
    line.sender.resume(20.0)
    for at in (20.2, 20.4, 20.6):
        line.sender.want_keyframe(at)
    assert line.receiver.keyframe_requests == asked + 1
    line.sender.want_keyframe(20.9)
    assert line.receiver.keyframe_requests == asked + 2
    line.sender.pause()
    line.sender.want_keyframe(30.0)
    assert line.receiver.keyframe_requests == asked + 2


def test_lost_packets_are_reported_as_a_fraction() -> None:
    line = Line()
    for sequence in (1, 2, 5, 6):
        line.push(sequence)
    report = line.receiver.report(10.0)
    assert report is not None
    assert (report.packets_lost, report.fraction_lost) == (2, (2 << 8) // 6)
    line.push(7)
    later = line.receiver.report(11.0)
    assert later is not None
    assert later.fraction_lost == 0
