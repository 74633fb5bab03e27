"""The head of a VP8 payload (RFC 7741 §4.2): which frame a packet is of, and its layer.

Read into one object that is used again for each packet, and written over in place:
nothing is allocated per packet.
"""

PADDING = 0x20
# First octet: X says that an octet of flags follows; a frame begins with S set and
# partition 0.
EXTENDED, BEGINS, BEGINS_MASK = 0x80, 0x10, 0x17
# Flags: picture id, index of the base layer's frame, temporal layer, key index.
HAS_PICTURE, HAS_BASE, HAS_TID, HAS_KEY_INDEX = 0x80, 0x40, 0x20, 0x10
WIDE = 0x80
SYNC = 0x20
# First octet of the VP8 frame itself: 0 is a key frame.
DELTA = 0x01
NONE = -1

# All the fields that browsers send: X and I, L, T; a picture id of 15 bits.
USUAL, USUAL_MASK = HAS_PICTURE | HAS_BASE | HAS_TID, 0xE0
# Of a key frame: three octets, a start code, width and height of 14 bits each.
HEAD_OF_KEY, START_CODE = 10, b"\x9d\x01\x2a"


class Vp8Descriptor:
    """Fields of the packet that was `read` last.

    `picture`, `base` (TL0PICIDX) are -1 where they are not sent. `begins` is true on
    the first packet of a frame, `key` on the first one of a key frame. `sync`: the
    frame refers to the base layer only. `empty`: no frame is in it, or none to be read.
    """

    __slots__ = (
        *("_base_at", "_picture_at", "base", "begins", "empty", "key", "payload"),
        *("picture", "picture_mask", "sync", "tid"),
    )

    def __init__(self) -> None:
        self.empty = True
        self.begins = self.key = self.sync = False
        self.picture = self.base = NONE
        self.picture_mask = 0x7FFF
        self.tid = 0
        self.payload = self._picture_at = self._base_at = 0

    def read(self, packet: memoryview | bytearray, at: int, length: int) -> None:
        """Take the fields of a packet of `length` bytes, whose payload is at `at`."""
        if packet[0] & PADDING:
            length -= packet[length - 1]
        first = packet[at] if at < length else 0
        if not first & EXTENDED or at + 6 >= length:
            self._read_short(packet, at, length)
            return
        flags, high = packet[at + 1], packet[at + 2]
        if flags & USUAL_MASK != USUAL or not high & WIDE:
            self._read_each(packet, at, length)
            return
        self.empty = False
        self.picture = (high & 0x7F) << 8 | packet[at + 3]
        self.picture_mask = 0x7FFF
        self.base = packet[at + 4]
        layer = packet[at + 5]
        self.tid = layer >> 6
        self.sync = bool(layer & SYNC)
        self._picture_at, self._base_at = at + 2, at + 4
        self.payload = at + 6
        self.begins = first & BEGINS_MASK == BEGINS
        self.key = self.begins and not packet[at + 6] & DELTA

    def write(self, packet: memoryview | bytearray, picture: int, base: int) -> None:
        """Write other numbers into the packet that was read, or a copy of it."""
        at = self._picture_at
        if at:
            if self.picture_mask == 0x7F:
                packet[at] = picture & 0x7F
            else:
                packet[at] = WIDE | picture >> 8
                packet[at + 1] = picture & 0xFF
        if self._base_at:
            packet[self._base_at] = base

    def height(self, packet: memoryview | bytearray, length: int) -> int:
        """Lines of the key frame that begins in the packet; 0 when it does not say. Of
        a telephone held upright they are its columns, as the page counts them."""
        at = self.payload
        if not self.key or at + HEAD_OF_KEY > length:
            return 0
        if bytes(packet[at + 3 : at + 6]) != START_CODE:
            return 0
        width = (packet[at + 7] & 0x3F) << 8 | packet[at + 6]
        return min(width, (packet[at + 9] & 0x3F) << 8 | packet[at + 8])

    def _read_short(self, packet: memoryview | bytearray, at: int, length: int) -> None:
        """No flags, or so few octets that each must be looked for."""
        self.empty = True
        self.begins = self.key = self.sync = False
        self.picture = self.base = NONE
        self.tid = self._picture_at = self._base_at = 0
        if at + 1 >= length:
            return
        if packet[at] & EXTENDED:
            self._read_each(packet, at, length)
            return
        self._begin(packet, at, at + 1, length)

    def _read_each(self, packet: memoryview | bytearray, at: int, length: int) -> None:
        """Fields one by one; a packet shorter than it says has no frame."""
        self.empty = True
        self.begins = self.key = self.sync = False
        self.picture = self.base = NONE
        self.tid = self._picture_at = self._base_at = 0
        flags, place = packet[at + 1], at + 2
        picture_at = base_at = layer_at = 0
        if flags & HAS_PICTURE:
            picture_at = place
            place += 2 if place < length and packet[place] & WIDE else 1
        if flags & HAS_BASE:
            base_at, place = place, place + 1
        if flags & (HAS_TID | HAS_KEY_INDEX):
            layer_at, place = place, place + 1
        if place >= length:
            return
        if picture_at:
            self._picture_at = picture_at
            self.picture = packet[picture_at]
            self.picture_mask = 0x7F
            if self.picture & WIDE:
                self.picture = (self.picture & 0x7F) << 8 | packet[picture_at + 1]
                self.picture_mask = 0x7FFF
        if base_at:
            self._base_at, self.base = base_at, packet[base_at]
        if layer_at and flags & HAS_TID:
            self.tid = packet[layer_at] >> 6
            self.sync = bool(packet[layer_at] & SYNC)
        self._begin(packet, at, place, length)

    def _begin(
        self, packet: memoryview | bytearray, at: int, payload: int, length: int
    ) -> None:
        self.empty = payload >= length
        self.payload = payload
        self.begins = packet[at] & BEGINS_MASK == BEGINS
        self.key = self.begins and not packet[payload] & DELTA


def empty_out(packet: memoryview | bytearray, at: int) -> int:
    """Leave the header and one octet of padding: the new length. It fills the number
    of a packet that is not for this subscriber, who would wait for it else."""
    packet[0] |= PADDING
    packet[1] &= 0x7F
    packet[at] = 1
    return at + 1
