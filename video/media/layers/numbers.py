"""The numbers that a stream has given out, and those that it keeps free.

An entry of 57 bits says of each outgoing sequence number which packet of which layer
has it: so a request for it finds the right history, also after a switch.
"""

from array import array

from video.media.layers.descriptor import NONE, Vp8Descriptor

# As many as a publisher's history has: nothing older can be sent again.
KEPT = 1024
MASK = KEPT - 1
# Lives of a layer in a stream that are remembered; an entry says which.
LIVES = 256
# Seconds after a layer was left in which a packet from before may still come, as one
# that was sent again does; later, lower numbers are those of another beginning.
LATE = 2.0
# Numbers that were kept free and not filled yet.
MOST_OWED = 512
# Of an entry: filled for a packet that is not for the subscriber; in use; the life, the
# outgoing number, the layer's own, and in the lowest bits the move of picture ids.
FILLED, USED = 1 << 56, 1 << 55
LIFE_AT, OUT_AT, IN_AT = 47, 31, 15
NO_FRAME = -1


class Life:
    """A layer from its key frame until another takes its place: its constant moves."""

    __slots__ = ("base", "layer", "mark", "timestamp")

    def __init__(self, layer: int = NONE, timestamp: int = 0, base: int = 0) -> None:
        self.layer = layer
        self.timestamp = timestamp
        self.base = base
        self.mark = USED


class Gap:
    """Packets that did not come in their turn, and all that decides on them later.

    `mark` is the entry of each without its numbers, `move` that of their sequence
    numbers. `frame` was the last one before it, and went if `sent`.
    """

    __slots__ = ("frame", "has", "life", "mark", "move", "sent", "tid")

    def __init__(self, life: Life, mark: int, move: int) -> None:
        self.life, self.mark, self.move = life, mark, move
        self.frame, self.sent = NO_FRAME, False
        self.tid = self.has = 0

    def sends(self, packet: Vp8Descriptor, timestamp: int) -> bool:
        """A frame that was seen in part has its fate; all others are decided on as if
        they had come in their turn."""
        if packet.empty:
            return False
        if timestamp == self.frame:
            return self.sent
        return may_go(packet, self.tid, self.has)


class StreamNumbers:
    """`entries` is written by the packet path itself, at `number & MASK`."""

    __slots__ = ("_left", "_lives", "_number", "_owed", "entries")

    def __init__(self) -> None:
        self.entries = array("Q", bytes(8 * KEPT))
        self._owed: dict[int, Gap] = {}
        self._left: dict[int, tuple[int, float]] = {}
        self._lives = [Life()] * LIVES
        self._number = 0

    def begin(self, layer: int, timestamp: int, base: int) -> Life:
        """A layer begins; entries with its `mark` are its own."""
        life = Life(layer, timestamp, base)
        self._number = (self._number + 1) % LIVES
        self._lives[self._number] = life
        life.mark = USED | self._number << LIFE_AT
        return life

    def leave(self, layer: int, own: int, came_at: float) -> None:
        """A layer is not seen any more from its packet `own` on."""
        self._left[layer] = own, came_at

    def was_left(self, layer: int, own: int, now: float) -> bool:
        """True for a packet of a layer that comes late, from before it was left."""
        last, came_at = self._left.get(layer, (own - 1, 0.0))
        return (last - own) & 0xFFFF < KEPT and now - came_at < LATE

    def find(self, sequence: int) -> tuple[int, Life] | None:
        """The entry of an outgoing number; None when that is too long ago."""
        entry = self.entries[sequence & MASK]
        if not entry & USED or entry >> OUT_AT & 0xFFFF != sequence:
            return None
        return entry, self._lives[entry >> LIFE_AT & 0xFF]

    def owe(self, gap: Gap, first: int, missing: int) -> None:
        """Keep numbers free for packets that may still come."""
        layer = gap.life.layer << 16
        for step in range(missing):
            own = (first + step) & 0xFFFF
            out = (own + gap.move) & 0xFFFF
            self.entries[out & MASK] = gap.mark | out << OUT_AT | own << IN_AT
            self._owed[layer | own] = gap
        while len(self._owed) > MOST_OWED:
            self._give_up(next(iter(self._owed)))

    def owes(self, layer: int, own: int) -> bool:
        return layer << 16 | own in self._owed

    def pay(self, layer: int, own: int) -> tuple[int, Gap] | None:
        """The entry that was kept free for a packet, once; None for any other."""
        gap = self._owed.pop(layer << 16 | own, None)
        if gap is None:
            return None
        out = (own + gap.move) & 0xFFFF
        entry = gap.mark | out << OUT_AT | own << IN_AT
        return (entry, gap) if self.entries[out & MASK] == entry else None

    def fill(self, entry: int) -> None:
        """The number was used for nothing."""
        self.entries[(entry >> OUT_AT) & MASK] = entry | FILLED

    def settle(self) -> None:
        """Nothing that is missing will be sent any more: who asks gets its number."""
        while self._owed:
            self._give_up(next(iter(self._owed)))

    def _give_up(self, key: int) -> None:
        owed = self.pay(key >> 16, key & 0xFFFF)
        if owed is not None:
            self.fill(owed[0])


def may_go(packet: Vp8Descriptor, tid: int, has: int) -> bool:
    """True if a frame is wanted, and all that it may refer to was sent.

    `has`: a bit for each temporal layer whose latest frame was sent. A sync frame
    refers to the base layer alone.
    """
    own = packet.tid
    if own == 0:
        return True
    below = (2 << own) - 1
    return own <= tid and (packet.sync or has & below == below)
