"""The layer of a packet from a source that nobody named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.video.media.cameras.packets import HEADER, packet
from video.media.cameras.stream_ids import (
    MID,
    REPAIRED_ID,
    STREAM_ID,
    StreamName,
    StreamNames,
    elements,
)


def names() -> StreamNames:
    return StreamNames({MID: 9, STREAM_ID: 10, REPAIRED_ID: 11})


def test_a_packet_of_a_layer_says_its_section_and_rid() -> None:
    data = packet((3, b"abc"), (9, b"1"), (10, b"h"))
    assert names().read(data, len(data)) == StreamName("1", "h", repairs=False)


def test_a_repeat_says_what_it_repairs() -> None:
    data = packet((9, b"1"), (11, b"l"))
    assert names().read(data, len(data)) == StreamName("1", "l", repairs=True)


@pytest.mark.parametrize(
    "data",
    [
        packet((3, b"abc")),
        packet((9, b"1")),
        memoryview(bytearray(HEADER)),
        memoryview(bytearray(bytes([0x80, 0x60]) + bytes(30))),
        memoryview(bytearray(HEADER + b"\x10\x00\x00\x01" + b"\xa0h\x00\x00")),
    ],
)
def test_without_a_rid_nothing_is_known(data: memoryview) -> None:
    assert names().read(data, len(data)) is None


def test_names_end_with_us() -> None:
    data = packet((3, b"abc"), (9, b"1"), (10, b"h"))
    before = bytes(data)
    assert names().blank(data, len(data))
    assert names().read(data, len(data)) is None
    assert dict(elements(data, len(data))) == {3: b"abc"}
    assert len(data) == len(before) and bytes(data[-5:]) == b"media"
    assert not names().blank(data, len(data))


@given(st.binary(min_size=0, max_size=60))
def test_whatever_comes_is_read(tail: bytes) -> None:
    data = memoryview(bytearray(HEADER + tail))
    found = names().read(data, len(data))
    assert found is None or len(found.rid) <= 16
    names().blank(data, len(data))
    assert len(data) == 12 + len(tail)
