"""Header extensions in flight, and the bitrate that a publisher is told."""

import pytest

from tests.video.media.rtp.lines import rtp_packet
from video.media.rtp.bandwidth import FLOOR
from video.media.rtp.header_extensions import (
    ABS_SEND_TIME,
    AUDIO_LEVEL,
    ROOM,
    HeaderExtensionMap,
    make_room,
    payload_offset,
)
from video.media.rtp.limits import StreamLimits


def test_extensions_are_renumbered_or_blanked() -> None:
    body = b"\xbe\xde\x00\x02" + b"\x32abc" + b"\x10\x55" + b"\x00\x00"
    packet = bytearray(rtp_packet(1, payload=body + b"media", flags=0x90))
    moved = HeaderExtensionMap({ABS_SEND_TIME: 3, AUDIO_LEVEL: 1}, {ABS_SEND_TIME: 7})
    moved.rewrite(memoryview(packet), len(packet))
    assert packet[16:24] == b"\x72abc" + b"\0\0" + b"\0\0"
    assert packet[payload_offset(packet, len(packet)) :] == b"media"
    assert not HeaderExtensionMap({ABS_SEND_TIME: 3}, {ABS_SEND_TIME: 3})


def test_a_broken_extension_header_is_left_alone() -> None:
    moves = HeaderExtensionMap({ABS_SEND_TIME: 3}, {ABS_SEND_TIME: 7})
    for body in (b"\xbe\xde\xff\xff\x32abc", b"\xbe", b"\xbe\xde\x00\x01\x3fabc"):
        packet = bytearray(rtp_packet(1, payload=body, flags=0x90))
        before = bytes(packet)
        moves.rewrite(memoryview(packet), len(packet))
        assert packet == before


def test_one_estimate_passes_and_several_give_their_minimum() -> None:
    policy = StreamLimits()
    assert policy.estimate(1, 300_000) == 300_000
    assert policy.estimate(1, 50_000) == FLOOR
    assert policy.estimate(2, 900_000) == FLOOR
    assert policy.estimate(1, 400_000) == 400_000
    policy.forget(1)
    assert policy.estimate(2, 900_000) == 900_000


def test_the_two_byte_form_passes_as_it_came() -> None:
    """We never negotiate it; a browser that uses it all the same loses nothing."""
    body = b"\x10\x00\x00\x02" + b"\x03\x03abc" + b"\x00\x00\x00"
    packet = bytearray(rtp_packet(1, payload=body + b"media", flags=0x90))
    before = bytes(packet)
    moved = HeaderExtensionMap({ABS_SEND_TIME: 3}, {ABS_SEND_TIME: 7})
    moved.rewrite(memoryview(packet), len(packet))
    assert packet == before
    assert packet[payload_offset(packet, len(packet)) :] == b"media"


def test_extensions_behind_contributing_sources_are_found() -> None:
    body = b"\0\0\0\1\0\0\0\2" + b"\xbe\xde\x00\x01\x32abc" + b"media"
    packet = bytearray(rtp_packet(1, payload=body, flags=0x92))
    moved = HeaderExtensionMap({ABS_SEND_TIME: 3}, {ABS_SEND_TIME: 7})
    moved.rewrite(memoryview(packet), len(packet))
    assert packet[24:28] == b"\x72abc"
    assert packet[payload_offset(packet, len(packet)) :] == b"media"


@pytest.mark.parametrize(
    ("flags", "body", "made"),
    [
        (0x80, b"", 16),
        (0x82, b"\0\0\0\1\0\0\0\2", 24),
        (0x90, b"\xbe\xde\0\1\x32abc", 20),
        (0x90, b"\xbe\xde\0\0", 16),
    ],
    ids=["no extension", "contributing sources", "another one", "empty ones"],
)
def test_room_is_made_behind_whatever_stands_in_a_header(
    flags: int, body: bytes, made: int
) -> None:
    packet = rtp_packet(1, payload=body + b"media", flags=flags)
    view = memoryview(bytearray(packet + bytes(ROOM)))
    at, length = make_room(view, len(packet))
    assert at == made
    assert bytes(view[at : at + 3]) == bytes(3)
    assert view[0] == flags | 0x10
    assert bytes(view[payload_offset(view, length) : length]) == b"media"
    assert len(packet) < length <= len(packet) + ROOM
    view[at : at + 3] = b"\x51no"
    moved = HeaderExtensionMap({ABS_SEND_TIME: 5}, {ABS_SEND_TIME: 7})
    moved.rewrite(view, length)
    assert bytes(view[at : at + 3]) == b"\x71no", "it is found as any other"


@pytest.mark.parametrize(
    "body", [b"\x10\x00\x00\x01\x03\x03ab", b"\xbe\xde\xff\xffabcd", b"\xbe"]
)
def test_a_header_of_another_form_is_left_alone(body: bytes) -> None:
    packet = rtp_packet(1, payload=body, flags=0x90)
    view = memoryview(bytearray(packet + bytes(ROOM)))
    assert make_room(view, len(packet)) == (0, len(packet))
    assert bytes(view[: len(packet)]) == packet
