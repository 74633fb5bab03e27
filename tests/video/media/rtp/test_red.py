"""Redundant sound between browsers that speak it and browsers that do not."""

import random
from dataclasses import replace

import pytest

from tests.video.media.rtp.lines import Line, nacked, rtp_packet, take
from video.media.rtp import red
from video.media.rtp.receiver import StreamFormat
from video.media.transport.dtls import PacketBuffer

OPUS, RED = 111, 63
SOUND = StreamFormat(
    kind="audio",
    payload_type=OPUS,
    rtx_payload_type=None,
    clock_rate=48000,
    ssrc=1111,
    red_payload_type=RED,
)
BEFORE, NOW = b"before", b"now"
HEADERS = bytes((0x80 | OPUS, 960 >> 6, (960 & 63) << 2, len(BEFORE), OPUS))
REDUNDANT = HEADERS + BEFORE + NOW


class SoundLine(Line):
    """A publisher of RED; the subscriber's numbers are its own."""

    def __init__(self, *, payload_type: int, red_payload_type: int | None) -> None:
        super().__init__(SOUND)
        self.sender.negotiate(
            payload_type=payload_type,
            rtx_payload_type=None,
            red_payload_type=red_payload_type,
            clock_rate=48000,
            extensions={},
            usable=True,
        )

    def speak(self, sequence: int, payload: bytes = REDUNDANT) -> None:
        data = rtp_packet(sequence, payload=payload, payload_type=RED)
        take(self.receiver, self.inbound, data)

    def heard(self) -> list[tuple[int, bytes]]:
        return [(packet[1], packet[12:]) for packet in self.down.packets]


def test_it_passes_untouched_between_those_who_number_alike() -> None:
    line = SoundLine(payload_type=OPUS, red_payload_type=RED)
    line.speak(5)
    assert line.heard() == [(RED, REDUNDANT)]


def test_its_blocks_bear_the_subscribers_number() -> None:
    line = SoundLine(payload_type=96, red_payload_type=97)
    line.speak(5)
    renamed = bytes((0x80 | 96, *HEADERS[1:4], 96))
    assert line.heard() == [(97, renamed + BEFORE + NOW)]


def test_who_does_not_speak_it_gets_the_sound_itself() -> None:
    line = SoundLine(payload_type=109, red_payload_type=None)
    line.speak(5)
    line.speak(6, payload=bytes((OPUS,)) + NOW)
    assert line.heard() == [(109, NOW), (109, NOW)]


@pytest.mark.parametrize("red_payload_type", [None, 97])
def test_what_was_lost_is_sent_again_in_the_same_form(
    red_payload_type: int | None,
) -> None:
    line = SoundLine(payload_type=96, red_payload_type=red_payload_type)
    line.speak(5)
    line.sender.repeats.answer(line.down.sequences()[0], now=10.0)
    first, again = line.down.packets
    assert first == again


def test_lost_sound_is_asked_for() -> None:
    line = SoundLine(payload_type=OPUS, red_payload_type=RED)
    line.speak(5)
    line.speak(7)
    assert nacked(line.up.reports[-1]) == [6]


def test_a_browser_that_repeats_no_sound_is_not_asked() -> None:
    line = Line(replace(SOUND, nack=False))
    line.push(5)
    line.push(7)
    assert line.up.reports == []


@pytest.mark.parametrize(
    "payload",
    [b"", bytes((0x80 | OPUS,)), HEADERS[:4], HEADERS + BEFORE[:-1]],
    ids=["empty", "half a header", "no own block", "shorter than it says"],
)
def test_a_malformed_packet_ends_here(payload: bytes) -> None:
    for number in (None, 97):
        line = SoundLine(payload_type=96, red_payload_type=number)
        line.speak(5, payload)
        assert line.down.packets == []
        assert line.counters.drops["red_malformed"] == 1


def test_no_bytes_break_it() -> None:
    chance = random.Random(5)
    buffer = PacketBuffer()
    for _ in range(5000):
        data = chance.randbytes(chance.randrange(64))
        buffer.view[: len(data)] = data
        end = red.unpack(buffer.view, 0, len(data))
        assert -1 <= end <= len(data)
        red.rename(buffer.view, 0, len(data), 96)
