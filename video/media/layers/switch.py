"""One outgoing stream of one camera's several: which packet goes, with which numbers.

A frame goes or does not as a whole. Numbers stay without a gap where nothing was lost,
picture ids too: a browser waits for the frame between two ids, and for the packet
between two sequence numbers. Another layer begins at its own key frame; until then the
one that was seen goes on.
"""

import secrets
from collections.abc import Callable

from video.media.layers.clocks import LayerClocks
from video.media.layers.descriptor import NONE, Vp8Descriptor
from video.media.layers.numbers import (
    FILLED,
    IN_AT,
    MASK,
    NO_FRAME,
    OUT_AT,
    Gap,
    Life,
    StreamNumbers,
    may_go,
)

DROP, SEND, EMPTY = 0, 1, 2
"""Verdicts on a packet. EMPTY: its number was kept free, and it must not be seen."""
# A jump of so many numbers is a new start, not a loss (see rtp/history.py).
MAX_GAP = 200
# Seconds between two wishes for a key frame: each costs the whole room one.
ASK_EVERY = 0.5
# Packets out of all order, and seconds without a frame, after which the layer is taken
# to have begun again with other numbers.
STRAYS, STUCK = 20, 1.0
MARKER = 0x80
EVERY_TID = 3

AskKeyframe = Callable[[int, float], None]
# Flags, marker and payload type, sequence number, timestamp, SSRC.
Header = tuple[int, int, int, int, int]


class LayerSwitch:
    """Tell it what is wanted (`want`), and each packet of the layers in `heard`.

    Where `take` says SEND or EMPTY, the packet goes with `sequence` and `timestamp`,
    and with `picture` and `base` in its descriptor. `ask` gets a layer's number
    and the time when that layer needs a key frame.
    """

    __slots__ = (
        *("_ask", "_asked_at", "_base", "_came_at", "_ended", "_entries", "_frame"),
        *("_has", "_highest", "_life", "_mark", "_numbers", "_out_base"),
        *("_out_picture", "_out_sequence", "_out_timestamp", "_picture"),
        *("_picture_move", "_sends", "_sequence_move", "_strays", "_then", "base"),
        *("clocks", "layer", "picture", "sequence", "switches", "target", "tid"),
        "timestamp",
    )

    def __init__(
        self, ask: AskKeyframe, *, sequence: int = 0, timestamp: int = 0
    ) -> None:
        """`sequence` and `timestamp` are the last that the stream had."""
        self._ask = ask
        self._asked_at = -ASK_EVERY
        self.clocks = LayerClocks()
        self.layer = self.target = NONE
        self.tid = self._then = EVERY_TID
        self.switches = 0
        self.sequence, self.timestamp = sequence, timestamp
        self.picture = self.base = 0
        self._out_sequence, self._out_timestamp = sequence, timestamp
        self._out_picture, self._out_base = secrets.randbits(15), secrets.randbits(8)
        self._numbers = StreamNumbers()
        self._entries = self._numbers.entries
        self._life = Life()
        self._came_at = 0.0
        self._mark = self._strays = self._has = 0
        self._highest = self._sequence_move = self._picture_move = 0
        self._frame = self._picture = self._base = NO_FRAME
        self._sends = self._ended = False

    @property
    def heard(self) -> tuple[int, ...]:
        """Layers whose packets it needs now."""
        return tuple(sorted({self.layer, self.target} - {NONE}))

    @property
    def is_waiting(self) -> bool:
        """True until the layer that is wanted has begun."""
        return self.target not in (NONE, self.layer)

    def want(
        self, layer: int, tid: int, now: float, *, meanwhile: int = EVERY_TID
    ) -> None:
        """From now on `layer`, up to its temporal layer `tid`; NONE for nothing. Until
        it begins, up to `meanwhile` of what is seen."""
        self._then = tid
        if layer != self.layer:
            tid = min(tid, meanwhile)
        if tid != self.tid:
            self.tid = tid
            self._has &= (2 << tid) - 1
        if layer == self.target:
            return
        self.target = layer
        if layer == NONE:
            self.stop()
        elif self.is_waiting:
            self._ask_for(layer, now)

    def stop(self) -> None:
        """Nothing more of the layers there are: they pause, or others come."""
        self._note_end()
        self.layer = self.target = NONE
        self._numbers.settle()

    def refresh(self, now: float) -> None:
        """The subscriber cannot go on without a key frame."""
        if self.target != NONE:
            self._ask_for(self.target, now)

    def tick(self, now: float) -> None:
        """Ask again for what did not come; leave a layer that counts otherwise now."""
        if now - self._came_at <= STUCK:
            self._strays = 0
        elif self._strays >= STRAYS:
            self._note_end()
            self.layer = NONE
        if self.is_waiting:
            self._ask_for(self.target, now)

    def report(self, layer: int, ntp: int, timestamp: int) -> int:
        """A sender report of `layer`: its timestamp as the subscriber counts, or -1
        where the layer is not what they see."""
        move = self._life.timestamp if layer == self.layer else None
        self.clocks.report(layer, ntp, timestamp, move)
        return NONE if move is None else (timestamp + move) & 0xFFFFFFFF

    def take(
        self, layer: int, packet: Vp8Descriptor, header: Header, now: float
    ) -> int:
        """A packet of `layer` as it came, for the first time or once more."""
        _, marker_type, sequence, timestamp, _ = header
        if layer != self.layer:
            begins = layer == self.target and packet.key
            if not begins or self._numbers.was_left(layer, sequence, now):
                return self._take_late(layer, packet, sequence, timestamp)
            self._begin(layer, packet, header, now)
        ahead = (sequence - self._highest) & 0xFFFF
        if ahead != 1:
            if not 0 < ahead < 0x8000:
                self._strays += 1
                return self._take_late(layer, packet, sequence, timestamp)
            self._jump(ahead - 1, packet, timestamp, now)
        self._highest = sequence
        if packet.empty:
            self._sequence_move -= 1
            return DROP
        if timestamp != self._frame:
            self._begin_frame(packet, timestamp, now)
        if marker_type & MARKER:
            self._ended = True
        if not self._sends:
            self._sequence_move -= 1
            return DROP
        self.sequence = out = (sequence + self._sequence_move) & 0xFFFF
        self._entries[out & MASK] = self._mark | out << OUT_AT | sequence << IN_AT
        life = self._life
        self.timestamp = (timestamp + life.timestamp) & 0xFFFFFFFF
        self.picture = (packet.picture + self._picture_move) & 0x7FFF
        self.base = (packet.base + life.base) & 0xFF
        return SEND

    def origin(self, sequence: int) -> tuple[int, int] | None:
        """The layer, and its own number, of what has `sequence`; None if long ago."""
        found = self._numbers.find(sequence)
        return None if found is None else (found[1].layer, found[0] >> IN_AT & 0xFFFF)

    def again(self, sequence: int, packet: Vp8Descriptor, timestamp: int) -> int:
        """Numbers for the packet that `origin` names, once more or at last; `packet`
        and `timestamp` are as it came."""
        found = self._numbers.find(sequence)
        if found is None:
            return DROP
        entry, life = found
        own = entry >> IN_AT & 0xFFFF
        if self._numbers.owes(life.layer, own):
            return self._take_late(life.layer, packet, own, timestamp)
        self._number_as(entry, life, packet, timestamp)
        return EMPTY if entry & FILLED else SEND

    def _begin(
        self, layer: int, packet: Vp8Descriptor, header: Header, now: float
    ) -> None:
        """The key frame of the wanted layer: the stream goes on with it."""
        _, _, sequence, timestamp, _ = header
        self._note_end()
        self.switches += self.layer != NONE
        waited = now - self._came_at if self._came_at else 0.0
        move = self.clocks.join(layer, timestamp, self._out_timestamp, waited)
        base = (self._out_base + 1 - packet.base) & 0xFF
        self._life = self._numbers.begin(layer, move, base)
        self.layer, self.tid = layer, self._then
        self._highest = (sequence - 1) & 0xFFFF
        self._sequence_move = self._out_sequence - self._highest
        self._picture_move = (self._out_picture + 1 - packet.picture) & 0x7FFF
        self._frame = NO_FRAME

    def _begin_frame(self, packet: Vp8Descriptor, timestamp: int, now: float) -> None:
        self._frame, self._came_at = timestamp, now
        self._picture, self._base = packet.picture, packet.base
        self._ended = False
        if packet.key:
            self._has = 0
        self._sends = may_go(packet, self.tid, self._has)
        if self._sends:
            self._has |= 1 << packet.tid
            self._mark = self._life.mark | self._picture_move
        else:
            self._has &= ~(1 << packet.tid)
            self._picture_move = (self._picture_move - 1) & 0x7FFF

    def _jump(
        self, missing: int, packet: Vp8Descriptor, timestamp: int, now: float
    ) -> None:
        """Packets are missing: keep their numbers free, unless none was to be sent."""
        life = self._life
        gap = Gap(life, life.mark | self._picture_move, self._sequence_move)
        gap.tid, gap.has = self.tid, self._has
        gap.frame, gap.sent = self._frame, self._sends
        ended, before, first = self._ended, self._picture, self._highest + 1
        if not packet.empty:
            if timestamp != self._frame:
                self._begin_frame(packet, timestamp, now)
            if self._were_dropped(gap, packet, before, ended):
                self._sequence_move -= missing
                return
        if missing < MAX_GAP:
            self._numbers.owe(gap, first, missing)

    def _were_dropped(
        self, gap: Gap, packet: Vp8Descriptor, before: int, ended: bool
    ) -> bool:
        """True if all that is missing is of frames that do not go.

        Nothing but the end of the frame before and the head of this one can be missing
        where one follows the other.
        """
        if gap.frame == self._frame:
            return not self._sends
        if NONE in (before, packet.picture):
            return False
        if (packet.picture - before) & packet.picture_mask != 1:
            return False
        tail = gap.sent and not ended
        head = self._sends and not packet.begins
        return not (tail or head)

    def _take_late(
        self, layer: int, packet: Vp8Descriptor, sequence: int, timestamp: int
    ) -> int:
        """A packet that did not come in its turn has a number kept free, once."""
        owed = self._numbers.pay(layer, sequence)
        if owed is None:
            return DROP
        entry, gap = owed
        self._number_as(entry, gap.life, packet, timestamp)
        if gap.sends(packet, timestamp):
            return SEND
        self._numbers.fill(entry)
        return EMPTY

    def _number_as(
        self, entry: int, life: Life, packet: Vp8Descriptor, timestamp: int
    ) -> None:
        self.sequence = entry >> OUT_AT & 0xFFFF
        self.timestamp = (timestamp + life.timestamp) & 0xFFFFFFFF
        self.picture = (packet.picture + entry) & 0x7FFF
        self.base = (packet.base + life.base) & 0xFF

    def _note_end(self) -> None:
        """Remember the last numbers: of what was sent, or kept free."""
        if self.layer == NONE or self._frame == NO_FRAME:
            return
        self._numbers.leave(self.layer, self._highest, self._came_at)
        self._out_sequence = (self._highest + self._sequence_move) & 0xFFFF
        self._out_picture = (self._picture + self._picture_move) & 0x7FFF
        self._out_base = (self._base + self._life.base) & 0xFF
        self._out_timestamp = (self._frame + self._life.timestamp) & 0xFFFFFFFF

    def _ask_for(self, layer: int, now: float) -> None:
        if now - self._asked_at >= ASK_EVERY:
            self._asked_at = now
            self._ask(layer, now)
