"""Feedback about a whole path: bytes by hand, there and back, and hostile ones."""

import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from video.media.rtp.transport_feedback import (
    FORMAT,
    MISSED,
    MOST_DELTAS,
    TransportFeedback,
    read_feedback,
    write_feedback,
)

SENDER, MEDIA = 0x01020304, 0x0A0B0C0D
HEAD = "8fcd {words:04x} 01020304 0a0b0c0d "


def by_hand(words: int, said: str) -> bytes:
    return bytes.fromhex(HEAD.format(words=words) + said)


def written(base: int, number: int, ticks: list[int]) -> bytes:
    data, covered = write_feedback(SENDER, MEDIA, base, number, ticks)
    assert covered == len(ticks)
    return data


def read(data: bytes) -> TransportFeedback:
    flags, kind, words = struct.unpack_from("!BBH", data)
    assert (flags, kind) == (0x80 | FORMAT, 205)
    assert len(data) == 4 * (words + 1)
    return read_feedback(data[4:])


def said(base: int, ticks: list[int]) -> list[tuple[int, int]]:
    """The numbers that came, with their times, as they are read back."""
    return [
        ((base + place) & 0xFFFF, tick & 0xFFFFFFFF)
        for place, tick in enumerate(ticks)
        if tick != MISSED
    ]


BY_HAND = [
    # 3 × 64 ms, then 10, 5 and 0 ticks: one run of three small ones.
    (
        (7, 1, [778, 783, 783]),
        by_hand(6, "0007 0003 000003 01 2003 0a0500 000000"),
    ),
    # One of five is missed: not long enough for a run, so fourteen bits.
    (
        (65534, 255, [0, 1, MISSED, 3, 4]),
        by_hand(6, "fffe 0005 000000 ff b600 00010201 0000"),
    ),
    # The second is 64 ms late, the third was earlier: pairs of bits.
    (
        (1, 0, [5, 261, 260, MISSED, 261]),
        by_hand(6, "0001 0005 000000 00 da10 05 0100 ffff 01"),
    ),
]


@pytest.mark.parametrize(("numbers", "expected"), BY_HAND)
def test_a_packet_is_what_the_draft_says(
    numbers: tuple[int, int, list[int]], expected: bytes
) -> None:
    base, number, ticks = numbers
    assert written(base, number, ticks) == expected
    found = read(expected)
    assert (found.base, found.number, found.count) == (base, number, len(ticks))
    assert list(zip(found.sequences, found.ticks, strict=True)) == said(base, ticks)


# Steps between packets: mostly small, some late, some out of order, many missed.
STEPS = st.one_of(st.integers(0, 255), st.integers(-300, 9_000), st.none(), st.none())


@given(st.integers(0, 0xFFFF), st.integers(0, 1 << 40), st.lists(STEPS, min_size=1))
def test_what_is_written_is_read(
    base: int, start: int, steps: list[int | None]
) -> None:
    tick, ticks = start + 100_000, []
    for step in steps:
        tick += step or 0
        ticks.append(MISSED if step is None else tick)
    ticks.append(tick)
    at, number, seen = 0, 0, []
    while at < len(ticks):
        data, covered = write_feedback(SENDER, MEDIA, base + at, number, ticks[at:])
        assert 0 < covered <= len(ticks) - at
        found = read(data)
        assert found.count == covered
        seen += list(zip(found.sequences, found.ticks, strict=True))
        at, number = at + covered, number + 1
    # The reference time turns: what was written is known but for whole turns.
    expected = said(base, ticks)
    assert [number for number, _ in seen] == [number for number, _ in expected]
    assert [one % (1 << 32) for _, one in seen] == [one for _, one in expected]


def test_a_long_gap_costs_one_word() -> None:
    data = written(10, 0, [4, *[MISSED] * 900, 8])
    assert len(data) < 32
    assert read(data).sequences == [10, 911]


def test_a_time_too_far_away_begins_another_packet() -> None:
    ticks = [0, MISSED, 40_000]
    _, covered = write_feedback(SENDER, MEDIA, 5, 0, ticks)
    assert covered == 1
    data, covered = write_feedback(SENDER, MEDIA, 6, 1, ticks[1:])
    assert covered == 2
    assert (read(data).base, read(data).sequences) == (6, [7])


def test_a_packet_stays_below_a_kilobyte() -> None:
    rng = random.Random(5)
    ticks, tick = [], 100_000
    for _ in range(1_000):
        tick += rng.choice([3, 300])
        ticks.append(rng.choice([tick, MISSED]))
    ticks.append(tick)
    data, covered = write_feedback(SENDER, MEDIA, 0, 0, ticks)
    assert len(data) < 1_000 < MOST_DELTAS * 2
    assert covered < len(ticks)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "0001 0000 000000 00",  # about nothing
        "0001 0002 000000 00",  # no status
        "0001 0002 000000 00 2002 01",  # one time of two
        "0001 0002 000000 00 0000",  # a run of none
        "0001 0002 000000 00 6002 0102",  # a status that the draft keeps back
        "0001 0002 000000 00 f000 0102",  # the same in pairs
        "0001 0001 000000 00 2001 01 00000000",  # more than padding at the end
        "0001 ffff 000000 00 3fff",  # a run that its times cannot follow
    ],
)
def test_a_malformed_one_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="feedback"):
        read_feedback(by_hand(0, said)[4:])


def test_a_claim_of_many_costs_no_more_than_its_bytes() -> None:
    """65,535 numbers of which none came: said in sixteen words, read in as many."""
    data = by_hand(0, "0001 ffff 000000 00" + "1fff" * 9)[4:]
    found = read_feedback(data)
    assert (found.count, found.sequences) == (65_535, [])
    hungry = by_hand(0, "0001 ffff 000000 00" + "2400" * 700)[4:]
    with pytest.raises(ValueError, match="run"):
        read_feedback(hungry)


@given(st.binary(max_size=200), st.booleans())
def test_bytes_of_strangers_are_read_or_refused(data: bytes, begun: bool) -> None:
    payload = bytes(8) + data if begun else data
    try:
        found = read_feedback(payload)
    except ValueError:
        return
    assert len(found.sequences) == len(found.ticks) <= len(payload)
