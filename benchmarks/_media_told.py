"""Callers who tell what came, as Chromium does: so the worker judges their line.

All packets bear numbers of their path, both ways, and every tenth of a second each
caller answers with transport-wide feedback. The times that it tells are the kernel's:
a player who reads late does not make the line look slow.
"""

import time

from benchmarks._media_callers import (
    HEADER,
    NUMBER_ID,
    REPEAT_TYPE,
    RTCP,
    SO_TIMESTAMPNS,
    TIMESTAMP,
    Caller,
)
from video.media.rtp.transport_feedback import MISSED, write_feedback

TELL_EVERY = 0.1
HALF = 0x8000
# Where the number may stand: first, behind the time of sending, or behind what was
# blanked of a packet that is sent again.
PLACES = (16, 20, 24)
# More numbers than this at once are a path that begins again.
LONGEST = 2000


class TellingCaller(Caller):
    """Numbers what it sends, and tells what it gets; `told` counts the packets."""

    look_at_every = 1

    def __init__(self, room: str, name: str) -> None:
        super().__init__(room, name, numbered=True)
        self.told = self._feedback = 0
        self._told_at = 0.0
        self._next = -1
        self._came: dict[int, int] = {}

    def speak(self, now: float) -> None:
        super().speak(now)
        if now >= self._told_at:
            self._told_at = now + TELL_EVERY
            self.tell()

    def tell(self) -> None:
        """One feedback about everything since the last one."""
        came, self._came = self._came, {}
        if not came:
            return
        if self._next < 0:
            self._next = min(came)
        last = max(came, key=lambda number: (number - self._next) & 0xFFFF)
        count = ((last - self._next) & 0xFFFF) + 1
        if count > LONGEST:
            self._next = -1
            return
        ticks = [came.get((self._next + n) & 0xFFFF, MISSED) for n in range(count)]
        while ticks and max(ticks) != MISSED:
            data, covered = write_feedback(
                self.source, 0, self._next, self._feedback, ticks
            )
            self.send_report(data)
            self._feedback = (self._feedback + 1) & 0xFF
            self._next = (self._next + covered) & 0xFFFF
            del ticks[:covered]

    def _count(self, data: bytes, about: list[tuple[int, int, bytes]]) -> None:
        flags, kind, *_ = HEADER.unpack_from(data)
        if kind & 127 in RTCP:
            return
        at = next((one for one in PLACES if data[one] >> 4 == NUMBER_ID), 0)
        if flags & 16 and at:
            number = int.from_bytes(data[at + 1 : at + 3], "big")
            if not 0 < self._next - number & 0xFFFF < HALF or self._next < 0:
                self._came[number] = _tick(about)
                self.told += 1
        # A probe is nobody's packet.
        if kind & 127 != REPEAT_TYPE:
            super()._count(data, about)


def _tick(about: list[tuple[int, int, bytes]]) -> int:
    """When it arrived, in quarters of a millisecond."""
    for _, kind, stamp in about:
        if kind == SO_TIMESTAMPNS:
            seconds, nanoseconds = TIMESTAMP.unpack(stamp)
            return int(seconds * 4000 + nanoseconds // 250_000)
    return time.time_ns() // 250_000
