"""The last packets of a publisher, and the numbers we still miss."""

from dataclasses import dataclass

HISTORY = 1024
# Five seconds of sound.
SOUND_HISTORY = 256
MAX_GAP = 200
MAX_ATTEMPTS = 10
REPEAT_AFTER = 0.04
GIVE_UP_AFTER = 1.0


class RtpHistory:
    """A ring of plaintext packets by sequence number, for retransmission."""

    __slots__ = ("_packets", "_size")

    def __init__(self, size: int = HISTORY) -> None:
        self._size = size
        self._packets: list[tuple[int, bytes] | None] = [None] * size

    def store(self, sequence: int, packet: bytes) -> None:
        self._packets[sequence % self._size] = (sequence, packet)

    def find(self, sequence: int) -> bytes | None:
        entry = self._packets[sequence % self._size]
        return entry[1] if entry is not None and entry[0] == sequence else None

    def clear(self) -> None:
        """Let go of about a megabyte at once instead of at the next collection."""
        self._packets = [None] * self._size


@dataclass(slots=True)
class _Missing:
    since: float
    asked_at: float = 0.0
    attempts: int = 0


class NackGenerator:
    """Which missing packets to ask for now.

    Asks at once, then every 40 ms, ten times at most, for one second at most. A
    jump of 200 numbers or more is a new start, not a loss.
    """

    __slots__ = ("_missing",)

    def __init__(self) -> None:
        self._missing: dict[int, _Missing] = {}

    def __bool__(self) -> bool:
        return bool(self._missing)

    def gap(self, highest: int, sequence: int, now: float) -> None:
        """`sequence` arrived after `highest`: what lies between is missing."""
        distance = (sequence - highest) & 0xFFFF
        if not 1 < distance < MAX_GAP:
            return
        for step in range(1, distance):
            self._missing[(highest + step) & 0xFFFF] = _Missing(since=now)

    def arrived(self, sequence: int) -> bool:
        """True when the packet had been missing."""
        return self._missing.pop(sequence, None) is not None

    def due(self, now: float) -> list[int]:
        """The numbers to ask for, oldest first; forgets the hopeless."""
        due = []
        for sequence, entry in list(self._missing.items()):
            if entry.attempts >= MAX_ATTEMPTS or now - entry.since > GIVE_UP_AFTER:
                del self._missing[sequence]
            elif entry.attempts == 0 or now - entry.asked_at >= REPEAT_AFTER:
                entry.attempts += 1
                entry.asked_at = now
                due.append(sequence)
        return due

    def clear(self) -> None:
        self._missing.clear()
