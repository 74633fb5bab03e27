"""The times at which a participant's packets came, whatever stream they belong to.

Browsers number all that they send (the transport-wide sequence); told which numbers
came and when, they judge their own line and send as much as it takes. A packet costs
one look into its header and one place in a ring; feedback is written by the lot.
"""

import struct
from typing import Protocol

from video.media.counters import Counters
from video.media.rtp.header_extensions import ONE_BYTE
from video.media.rtp.receiver import ForwardingReceiver
from video.media.rtp.transport_feedback import (
    MISSED,
    TICKS_PER_SECOND,
    write_feedback,
)

# Numbers kept: a second of the quickest picture. A power of two.
WINDOW = 1024
MASK = WINDOW - 1
# A packet that comes so many numbers late is told of once more, an older one is not.
LATE = 256
# So many older ones running are another beginning.
STRAYS = 16
MISSING = 0.0
HALF = 0x8000
# Flags, and behind the fixed header: the form of extensions, their length in words, the
# first one's head.
look = struct.Struct("!B11xHHB").unpack_from
look_behind = struct.Struct("!HHB").unpack_from
blank = struct.Struct("!BH").pack_into
FIRST, EXTENDED = 16, 0x10


class Outlet(Protocol):
    """The participant's leg, as far as feedback needs it."""

    local_ssrc: int
    counters: Counters

    def send_rtcp(self, data: bytes) -> None: ...


class Watch(Protocol):
    """The timer that calls `send` a little later."""

    def watch(self, reporter: "Arrivals") -> None: ...


class Arrivals:
    """The arrivals of one participant's packets that they were not told of yet.

    `_begin` is the first number of the next feedback, `_next` the one after the highest
    that came; both -1 before the first packet. `seldom` tells half as often: on a
    narrow way back feedback takes the place of a picture's frames.
    """

    __slots__ = (
        *("_begin", "_next", "_number", "_outlet", "_source", "_stray_at"),
        *("_strays", "_times", "_timer", "_waited", "seldom"),
    )

    def __init__(self, outlet: Outlet, timer: Watch) -> None:
        self._outlet = outlet
        self._timer = timer
        self._times = [MISSING] * WINDOW
        self._begin = self._next = -1
        self._number = self._strays = 0
        self._stray_at = -1
        self._source: ForwardingReceiver | None = None
        self.seldom = self._waited = False

    def take(
        self, source: ForwardingReceiver, view: memoryview, length: int, now: float
    ) -> None:
        """Note a packet of `source` in the clear, and blank its number: it is of this
        path, and at `number_at` each next one writes its own. A header that runs past
        `length` is left alone."""
        source.number_at = 0
        flags, profile, words, head = look(view)
        at = FIRST
        if flags & 31 != EXTENDED:
            # Behind contributing sources, which browsers do not name, or nowhere.
            at += 4 * (flags & 15)
            profile, words, head = look_behind(view, at - 4)
            profile *= flags >> 4 & 1
        end = at + 4 * words
        if profile != ONE_BYTE or end > length:
            return
        wanted = source.numbered
        while head != wanted:
            at += (head & 15) + 2 if head else 1
            if at >= end:
                return
            head = view[at]
        if at + 3 > end:
            return
        sequence = view[at + 1] << 8 | view[at + 2]
        blank(view, at, 0, 0)
        source.number_at = at
        if sequence == self._next:
            self._times[sequence & MASK] = now
            self._next = (sequence + 1) & 0xFFFF
            if sequence == self._begin:
                self._source = source
                self._timer.watch(self)
        else:
            self._take_other(source, sequence, now)

    def send(self) -> None:
        """Tell what came since the last time, in as few packets as hold it."""
        source, begin = self._source, self._begin
        if source is None or begin == self._next:
            return
        if self.seldom and not self._waited:
            self._waited = True
            self._timer.watch(self)
            return
        self._waited = False
        count = (self._next - begin) & 0xFFFF
        if count > WINDOW:
            begin, count = (self._next - WINDOW) & 0xFFFF, WINDOW
        start = begin & MASK
        times = self._times[start : start + count]
        times += self._times[: count - len(times)]
        ticks = [int(one * TICKS_PER_SECOND) if one else MISSED for one in times]
        self._begin = self._next
        while ticks:
            data, covered = write_feedback(
                self._outlet.local_ssrc, source.ssrc, begin, self._number, ticks
            )
            self._outlet.send_rtcp(data)
            self._outlet.counters.feedbacks += 1
            self._number = (self._number + 1) & 0xFF
            begin = (begin + covered) & 0xFFFF
            del ticks[:covered]

    def _take_other(
        self, source: ForwardingReceiver, sequence: int, now: float
    ) -> None:
        """The first number, one after a gap, or one that comes late or again."""
        ahead = (sequence - self._next) & 0xFFFF
        was_waiting = self._begin != self._next
        if self._next < 0 or WINDOW <= ahead < HALF or self._is_astray(ahead):
            # Numbers that nobody can count on: a new beginning.
            self._times = [MISSING] * WINDOW
            self._begin = self._next = sequence
            ahead = 0
        if ahead < HALF:
            self._miss(ahead)
            self._next = (sequence + 1) & 0xFFFF
        elif 0x10000 - ahead > LATE or self._times[sequence & MASK]:
            return
        elif (sequence - self._begin) & 0xFFFF >= HALF:
            self._begin = sequence
        self._times[sequence & MASK] = now
        if not was_waiting:
            self._source = source
            self._timer.watch(self)

    def _miss(self, count: int) -> None:
        first = self._next & MASK
        before_turn = min(count, WINDOW - first)
        self._times[first : first + before_turn] = [MISSING] * before_turn
        self._times[: count - before_turn] = [MISSING] * (count - before_turn)

    def _is_astray(self, ahead: int) -> bool:
        """True if old numbers come, and only they: then the browser counts from
        another beginning."""
        if ahead < HALF or 0x10000 - ahead <= LATE:
            return False
        self._strays = self._strays + 1 if self._stray_at == self._next else 1
        self._stray_at = self._next
        return self._strays >= STRAYS
