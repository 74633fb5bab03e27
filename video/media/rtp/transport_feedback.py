"""Transport-wide feedback on the wire: which packets of a path came, and when.

RTPFB with format 15 of draft-holmer-rmcat-transport-wide-cc-extensions-01. Times are
whole ticks of 250 µs on any clock that does not step: only differences are carried.
Pure: numbers in, bytes out, and back.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import sub

from aiortc.rtp import RTCP_RTPFB, pack_rtcp_packet

FORMAT = 15
TICKS_PER_SECOND = 4000
MISSED = -1
"""Stands for the time of a packet that did not come."""

# The reference time counts 64 ms, in 24 bits; the rest are differences to it.
REFERENCE = 256
REFERENCE_TURN = 1 << 24
HEAD, RUN = struct.Struct("!LLHHL"), struct.Struct("!H")
LARGEST = 0x7FFF
# A byte of difference fits one packet, two bytes fit any; the longest run.
NOT, SMALL, LARGE = 0, 1, 2
MOST_IN_RUN = 0x1FFF
BITS, PAIRS = 14, 7
# Bytes of differences in one packet: with its statuses it stays below a kilobyte.
MOST_DELTAS = 512


@dataclass(frozen=True, slots=True)
class TransportFeedback:
    """The words of one packet: of `count` numbers from `base` on, `sequences` came at
    `ticks` (of the peer's clock, which turns at 2^32); the others did not."""

    base: int
    count: int
    number: int
    sequences: list[int]
    ticks: list[int]


def write_feedback(
    sender_ssrc: int, media_ssrc: int, base: int, number: int, ticks: Sequence[int]
) -> tuple[bytes, int]:
    """One packet about the numbers from `base` on, and how many of `ticks` it covers.

    `ticks` holds for each number its time, `MISSED` where it did not come; one came at
    least. It covers fewer where they are many or times lie too far apart.
    """
    came = next(tick for tick in ticks if tick >= 0)
    first = came - came % REFERENCE
    short = _all_in_time(first, ticks)
    if short is not None:
        covered, said = len(ticks), short
    else:
        statuses, deltas = _statuses(first, ticks)
        covered, said = len(statuses), _chunks(statuses) + deltas
    reference = first // REFERENCE % REFERENCE_TURN << 8 | number & 0xFF
    head = HEAD.pack(sender_ssrc, media_ssrc, base & 0xFFFF, covered, reference)
    said = head + said + bytes(-len(said) % 4)
    return pack_rtcp_packet(RTCP_RTPFB, FORMAT, said), covered


def _all_in_time(first: int, ticks: Sequence[int]) -> bytes | None:
    """One run, as on any good line: all came, in order, within 64 ms of each other."""
    if len(ticks) > MOST_DELTAS or min(ticks) < 0:
        return None
    deltas = list(map(sub, ticks, (first, *ticks)))
    if min(deltas) < 0 or max(deltas) > 255:
        return None
    return RUN.pack(SMALL << 13 | len(deltas)) + bytes(deltas)


def _statuses(first: int, ticks: Sequence[int]) -> tuple[bytearray, bytearray]:
    """The status of each number, up to the last that came and fits, and the times."""
    last, statuses, deltas = first, bytearray(), bytearray()
    for tick in ticks:
        if tick < 0:
            statuses.append(NOT)
            continue
        delta = tick - last
        if len(deltas) >= MOST_DELTAS or not -LARGEST <= delta <= LARGEST:
            break
        if 0 <= delta < 256:
            statuses.append(SMALL)
            deltas.append(delta)
        else:
            statuses.append(LARGE)
            deltas += delta.to_bytes(2, "big", signed=True)
        last = tick
    # What is missed at the end belongs to the next packet, which knows what followed.
    return statuses.rstrip(b"\0"), deltas


def _chunks(statuses: bytearray) -> bytes:
    """Runs where they are long, else 14 bits or seven pairs of bits."""
    count, at, words = len(statuses), 0, []
    while at < count:
        status = statuses[at]
        run = count - at - len(statuses[at:].lstrip(statuses[at : at + 1]))
        if run >= BITS or run == count - at or (run >= PAIRS and status == LARGE):
            run = min(run, MOST_IN_RUN)
            words.append(status << 13 | run)
            at += run
            continue
        some = statuses[at : at + BITS]
        if LARGE in some:
            some, size, word = some[:PAIRS], 2, 0xC000
        else:
            size, word = 1, 0x8000
        for place, one in enumerate(some):
            word |= one << (BITS - size * (place + 1))
        words.append(word)
        at += len(some)
    return struct.pack(f"!{len(words)}H", *words)


def read_feedback(payload: bytes) -> TransportFeedback:
    """Reads what follows the RTCP header; raises ValueError on anything malformed.

    The work is bounded by the packet's length, whatever count it claims: only
    packets that came are listed, and each of them takes a byte.
    """
    if len(payload) < HEAD.size:
        raise ValueError("feedback is too short")
    _, _, base, count, reference = HEAD.unpack_from(payload)
    if not count:
        raise ValueError("feedback about nothing")
    number = reference & 0xFF
    ticks = _read_run(payload, base, count, (reference >> 8) * REFERENCE)
    if ticks is not None:
        sequences = list(range(base, base + count))
        return TransportFeedback(base, count, number, sequences, ticks)
    came, at = _read_chunks(payload, count)
    last = (reference >> 8) * REFERENCE
    sequences, ticks = [], []
    for place, size in came:
        if at + size > len(payload):
            raise ValueError("feedback has too few times")
        delta = int.from_bytes(payload[at : at + size], "big", signed=size == LARGE)
        at += size
        last += delta
        sequences.append((base + place) & 0xFFFF)
        ticks.append(last & 0xFFFFFFFF)
    if len(payload) - at > 3:
        raise ValueError("feedback has too many times")
    return TransportFeedback(base, count, number, sequences, ticks)


def _read_run(payload: bytes, base: int, count: int, first: int) -> list[int] | None:
    """The times where all came within 64 ms of each other, as on any good line; None
    where they did not, or where a number turns."""
    at = HEAD.size + 2
    if not 0 <= len(payload) - at - count <= 3 or base + count > 0x10000:
        return None
    word = RUN.unpack_from(payload, HEAD.size)[0]
    if word >> 13 != SMALL or word & MOST_IN_RUN < count:
        return None
    ticks = list(accumulate(payload[at : at + count], initial=first))
    return ticks[1:] if ticks[-1] <= 0xFFFFFFFF else None


def _read_chunks(payload: bytes, count: int) -> tuple[list[tuple[int, int]], int]:
    """The places of what came, with the sizes of their times, and where those begin."""
    came: list[tuple[int, int]] = []
    place, at = 0, HEAD.size
    while place < count:
        if at + 2 > len(payload):
            raise ValueError("feedback has too few statuses")
        word = payload[at] << 8 | payload[at + 1]
        at += 2
        if word < 0x8000:
            status, run = word >> 13, min(word & MOST_IN_RUN, count - place)
            room = len(payload) - len(came)
            if not run or status > LARGE or (status and run > room):
                raise ValueError("feedback has a run that cannot be")
            if status:
                came += [(one, status) for one in range(place, place + run)]
            place += run
            continue
        size = 2 if word & 0x4000 else 1
        shifts = range(BITS - size, -1, -size)
        for step, shift in enumerate(shifts[: count - place]):
            status = word >> shift & (size * 2 - 1)
            if status > LARGE:
                raise ValueError("feedback has a reserved status")
            if status:
                came.append((place + step, status))
        place += len(shifts)
    return came, at
