"""The last packets of a publisher, and the numbers we still miss."""

import mmap
from array import array
from typing import Any

from video.media.transport.dtls import shelf

# Powers of two: the ring's index stays in step when sequence numbers wrap.
HISTORY = 1024
# Five seconds of sound.
SOUND_HISTORY = 256
# Browsers stay below 1,250 bytes; sound taken twice below 400.
PLACE, SOUND_PLACE = 1280, 640
MAX_GAP = 200
MAX_MISSING = 256
MAX_ATTEMPTS = 10
REPEAT_AFTER = 0.04
GIVE_UP_AFTER = 1.0


class RtpHistory:
    """A ring of plaintext packets by sequence number, for retransmission.

    Its memory is taken once and given back at once: a packet is copied into its
    place, no object is made for it.
    """

    __slots__ = ("_entries", "_mask", "_memory", "_place", "_put", "_start")

    def __init__(self, size: int = HISTORY, place: int = PLACE) -> None:
        self._mask = size - 1
        self._place = place
        self._entries = array("Q", bytes(8 * size))
        # Pages of our own: the system has them back the moment they are let go.
        memory = mmap.mmap(-1, size * place)
        self._memory = memoryview(memory)
        self._start, self._put = shelf(memory)

    def store(self, sequence: int, data: Any, length: int) -> None:
        """Keep the first `length` bytes of a buffer's `data`; nothing too long."""
        at = sequence & self._mask
        if length > self._place:
            self._entries[at] = 0
            return
        self._put(self._start + at * self._place, data, length)
        self._entries[at] = length << 16 | sequence

    def find(self, sequence: int) -> memoryview | None:
        """The packet as it was stored, until another takes its place."""
        entry = self._entries[sequence & self._mask]
        if not entry or entry & 0xFFFF != sequence:
            return None
        place = (sequence & self._mask) * self._place
        return self._memory[place : place + (entry >> 16)]

    def clear(self) -> None:
        """Let go of a megabyte at once; nothing is kept after that."""
        self._mask = 0
        self._entries = array("Q", bytes(8))
        self._memory = memoryview(b"")
        self._start, self._put = 0, _forget


class _Gap:
    """Packets that went missing together, and how often they were asked for."""

    __slots__ = ("asked_at", "attempts", "sequences", "since")

    def __init__(self, sequences: list[int], since: float) -> None:
        self.sequences = sequences
        self.since = since
        self.asked_at = since
        self.attempts = 0


class NackGenerator:
    """Chooses the missing packets to ask for now.

    Asks at once, then every 40 ms, ten times at most, for one second at most. Over a
    line on which an answer takes longer, that is how often: `trip` seconds. A
    jump of 200 numbers or more is a new start, not a loss. Whoever misses more than
    256 needs a key frame, not each of them: asking costs both sides more than it
    brings, and just when a line or we are full.
    """

    __slots__ = ("_gaps", "_missing", "trip")

    def __init__(self) -> None:
        self._missing: set[int] = set()
        self._gaps: list[_Gap] = []
        self.trip = 0.0

    def __bool__(self) -> bool:
        return bool(self._missing)

    def gap(self, highest: int, sequence: int, now: float) -> bool:
        """`sequence` arrived after `highest`: what lies between is missing.

        False when too much is missing: then all of it is given up.
        """
        distance = (sequence - highest) & 0xFFFF
        if not 1 < distance < MAX_GAP:
            return True
        lost = [(highest + step) & 0xFFFF for step in range(1, distance)]
        self._missing.update(lost)
        self._gaps.append(_Gap(lost, now))
        if len(self._missing) <= MAX_MISSING:
            return True
        self.clear()
        return False

    def arrived(self, sequence: int) -> bool:
        """True when the packet had been missing."""
        if sequence not in self._missing:
            return False
        self._missing.remove(sequence)
        return True

    def due(self, now: float) -> list[int]:
        """The numbers to ask for, oldest first; forgets the hopeless."""
        due: list[int] = []
        kept, again = [], max(REPEAT_AFTER, self.trip)
        for gap in self._gaps:
            gap.sequences = [one for one in gap.sequences if one in self._missing]
            if gap.attempts >= MAX_ATTEMPTS or now - gap.since > GIVE_UP_AFTER:
                self._missing.difference_update(gap.sequences)
                continue
            if not gap.sequences:
                continue
            kept.append(gap)
            if gap.attempts == 0 or now - gap.asked_at >= again:
                gap.attempts += 1
                gap.asked_at = now
                due += gap.sequences
        self._gaps = kept
        return due

    def clear(self) -> None:
        self._missing.clear()
        self._gaps.clear()


def _forget(at: Any, data: Any, length: int) -> None:
    """Stands for the memory that was given back."""
