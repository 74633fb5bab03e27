"""The head of a VP8 payload, octet by octet as RFC 7741 §4.2 draws it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from video.media.layers.descriptor import NONE, Vp8Descriptor, empty_out

HEADER = bytes([0x80, 0x60]) + bytes(10)
KEY_720 = bytes([0x10, 0x02, 0x00, 0x9D, 0x01, 0x2A, 0x00, 0x05, 0xD0, 0x02]) + b"data"
DELTA = bytes([0x11, 0x02, 0x00]) + b"data"


def packet(
    *,
    picture: int | None,
    wide: bool = True,
    base: int | None,
    layer: tuple[int, bool] | None,
    first: int = 0x10,
    payload: bytes = DELTA,
) -> bytearray:
    flags = 0
    fields = b""
    if picture is not None:
        flags |= 0x80
        fields += (
            (0x8000 | picture).to_bytes(2, "big") if wide else bytes([picture & 0x7F])
        )
    if base is not None:
        flags |= 0x40
        fields += bytes([base])
    if layer is not None:
        flags |= 0x20
        fields += bytes([layer[0] << 6 | layer[1] << 5 | 3])
    head = bytes([first | 0x80, flags]) + fields if flags else bytes([first])
    return bytearray(HEADER + head + payload)


def read(data: bytearray) -> Vp8Descriptor:
    found = Vp8Descriptor()
    found.read(memoryview(data), 12, len(data))
    return found


def test_a_key_frame_as_chromium_sends_it() -> None:
    data = packet(picture=0x1234, base=200, layer=(0, False), payload=KEY_720)
    found = read(data)
    assert (found.picture, found.base, found.tid, found.sync) == (0x1234, 200, 0, False)
    assert found.begins and found.key and not found.empty
    assert found.height(memoryview(data), len(data)) == 720


def test_a_telephone_held_upright_gives_as_many_lines() -> None:
    upright = KEY_720[:6] + KEY_720[8:10] + KEY_720[6:8] + KEY_720[10:]
    data = packet(picture=1, base=2, layer=(0, False), payload=upright)
    assert read(data).height(memoryview(data), len(data)) == 720


def test_later_packets_of_a_key_frame_do_not_begin_one() -> None:
    found = read(packet(picture=1, base=2, layer=(0, False), first=0, payload=KEY_720))
    assert not found.begins and not found.key
    partition = packet(picture=1, base=2, layer=(0, False), first=0x11, payload=KEY_720)
    assert not read(partition).begins


@given(
    picture=st.none() | st.integers(0, 0x7FFF),
    wide=st.booleans(),
    base=st.none() | st.integers(0, 255),
    layer=st.none() | st.tuples(st.integers(0, 3), st.booleans()),
    other=st.tuples(st.integers(0, 0x7FFF), st.integers(0, 255)),
)
def test_what_is_written_is_read_again(
    picture: int | None,
    wide: bool,
    base: int | None,
    layer: tuple[int, bool] | None,
    other: tuple[int, int],
) -> None:
    data = packet(picture=picture, wide=wide, base=base, layer=layer)
    mask = 0x7FFF if wide else 0x7F
    found = read(data)
    assert found.picture == (NONE if picture is None else picture & mask)
    assert found.base == (NONE if base is None else base)
    assert (found.tid, found.sync) == (layer or (0, False))
    assert found.begins and not found.key and not found.empty
    before = bytes(data)
    found.write(memoryview(data), *other)
    again = read(data)
    assert again.picture == (NONE if picture is None else other[0] & mask)
    assert again.base == (NONE if base is None else other[1])
    assert (again.tid, again.sync) == (layer or (0, False))
    assert len(data) == len(before) and data.endswith(DELTA)


def test_a_packet_without_fields_is_a_frame_of_the_base_layer() -> None:
    found = read(packet(picture=None, base=None, layer=None, payload=KEY_720))
    assert found.begins and found.key
    assert (found.picture, found.base, found.tid) == (NONE, NONE, 0)


def test_padding_alone_is_no_frame() -> None:
    data = bytearray(HEADER + bytes(200))
    data[0] |= 0x20
    data[-1] = 200
    assert read(data).empty
    assert read(bytearray(HEADER)).empty


@pytest.mark.parametrize("kept", range(12, 20))
def test_a_packet_cut_short_is_no_frame(kept: int) -> None:
    data = packet(picture=5, base=6, layer=(1, True))[:kept]
    found = read(data)
    assert found.empty == (kept <= 18)
    assert not found.key


@given(st.binary(min_size=0, max_size=40), st.integers(0, 255))
def test_whatever_comes_is_read_and_stays_as_long(tail: bytes, flags: int) -> None:
    data = bytearray(HEADER + tail)
    data[0] = 0x80 | flags & 0x20
    found = read(data)
    assert found.empty or found.payload < len(data)
    found.write(memoryview(data), 0x7FFF, 255)
    assert found.height(memoryview(data), len(data)) >= 0
    assert len(data) == 12 + len(tail)


def test_an_emptied_packet_holds_padding_only() -> None:
    data = packet(picture=5, base=6, layer=(1, True))
    data[1] |= 0x80
    length = empty_out(memoryview(data), 12)
    assert length == 13
    assert data[0] & 0x20 and data[12] == 1
    assert not data[1] & 0x80
    found = Vp8Descriptor()
    found.read(memoryview(data), 12, length)
    assert found.empty
