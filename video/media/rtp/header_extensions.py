"""RTP header extensions: which we negotiate, and renumbering them in flight.

Browsers number extensions as they like, so the same one may be 3 at the publisher
and 7 at the subscriber (RFC 8285: numbers are local to a session).
"""

from collections.abc import Mapping

ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
# Every packet of a path has a number of its own, whatever stream it belongs to. It ends
# with us: `arrivals` blanks it, and the subscriber's path has a number for itself.
TRANSPORT_CC = (
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
)

# abs-send-time travels untouched, so the subscriber's estimate is end to end.
NEGOTIATED = {
    "audio": frozenset({AUDIO_LEVEL, TRANSPORT_CC}),
    "video": frozenset({ABS_SEND_TIME, TRANSPORT_CC}),
}

HEADER_LENGTH = 12
ONE_BYTE = 0xBEDE
ROOM = 8
"""Bytes by which `make_room` lengthens a packet at most."""


class HeaderExtensionMap:
    """Renumbers one publisher's extensions for one subscriber.

    An extension the subscriber did not negotiate becomes padding; the number of a path
    is padding already. Only the one-byte form is rewritten: we never negotiate the
    other.
    """

    __slots__ = ("_moves",)

    def __init__(self, source: Mapping[str, int], target: Mapping[str, int]) -> None:
        moves = {
            number: target.get(uri, 0)
            for uri, number in source.items()
            if uri != TRANSPORT_CC
        }
        self._moves = {old: new for old, new in moves.items() if old != new}

    def __bool__(self) -> bool:
        return bool(self._moves)

    def rewrite(self, packet: memoryview, length: int) -> None:
        """Renumber in place; a header that runs past `length` is left alone."""
        at = HEADER_LENGTH + 4 * (packet[0] & 15)
        if at + 4 > length or packet[at] != 0xBE or packet[at + 1] != 0xDE:
            return
        end = at + 4 + 4 * ((packet[at + 2] << 8) | packet[at + 3])
        if end > length:
            return
        at += 4
        while at < end:
            head = packet[at]
            if head == 0:
                at += 1
                continue
            size = (head & 15) + 2
            if head >> 4 == 15 or at + size > end:
                return
            target = self._moves.get(head >> 4)
            if target:
                packet[at] = (target << 4) | (head & 15)
            elif target == 0:
                packet[at : at + size] = bytes(size)
            at += size


def payload_offset(packet: memoryview | bytes | bytearray, length: int) -> int:
    """Returns the offset of the payload, or -1 if the header runs past the packet."""
    at = HEADER_LENGTH + 4 * (packet[0] & 15)
    if packet[0] & 16:
        if at + 4 > length:
            return -1
        at += 4 + 4 * ((packet[at + 2] << 8) | packet[at + 3])
    return at if at <= length else -1


def make_room(packet: memoryview, length: int) -> tuple[int, int]:
    """Move the payload, so that an element of three bytes fits behind the others.

    Returns its offset and the new length; an offset of 0 where the header has another
    form, or runs past the packet. There must be `ROOM` behind it.
    """
    at = HEADER_LENGTH + 4 * (packet[0] & 15)
    if not packet[0] & 16:
        packet[at + 8 : length + 8] = bytes(packet[at:length])
        packet[at : at + 8] = b"\xbe\xde\0\1\0\0\0\0"
        packet[0] |= 16
        return at + 4, length + 8
    if at + 4 > length or packet[at] << 8 | packet[at + 1] != ONE_BYTE:
        return 0, length
    words = packet[at + 2] << 8 | packet[at + 3]
    end = at + 4 + 4 * words
    if end > length:
        return 0, length
    packet[end + 4 : length + 4] = bytes(packet[end:length])
    packet[at + 2 : at + 4] = (words + 1).to_bytes(2, "big")
    packet[end : end + 4] = bytes(4)
    return end, length + 4
