"""Sources that an offer names by layer only: a packet says of which it is.

It says so until we have reported on its source. Such names end with us: at a
subscriber the same numbers may mean something else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from video.media.rtp.header_extensions import HEADER_LENGTH

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
STREAM_ID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_ID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
NAMING = (MID, STREAM_ID, REPAIRED_ID)


@dataclass(frozen=True, slots=True)
class StreamName:
    """`rid` of the layer; `repairs`: the packet is a retransmission of it."""

    mid: str
    rid: str
    repairs: bool


class StreamNames:
    """Made of the numbers of these extensions, by URI."""

    __slots__ = ("_all", "_mid", "_repaired", "_rid")

    def __init__(self, extensions: Mapping[str, int]) -> None:
        self._mid, self._rid, self._repaired = (
            extensions.get(uri, 0) for uri in NAMING
        )
        self._all = {self._mid, self._rid, self._repaired} - {0}

    def read(self, packet: memoryview, length: int) -> StreamName | None:
        """The name that a packet gives its source; None without a rid."""
        said = elements(packet, length)
        repaired = said.get(self._repaired) if self._repaired else None
        rid = said.get(self._rid) if repaired is None else repaired
        if rid is None:
            return None
        mid = said.get(self._mid, b"") if self._mid else b""
        return StreamName(_text(mid), _text(rid), repaired is not None)

    def blank(self, packet: memoryview | bytearray, length: int) -> bool:
        """Make padding of the names in a packet; true if there were any."""
        found = False
        for number, at, size in _places(packet, length):
            if number in self._all:
                packet[at : at + size] = bytes(size)
                found = True
        return found


def elements(packet: memoryview, length: int) -> Mapping[int, bytes]:
    """Header extensions, by number; of two with one number the first."""
    found: dict[int, bytes] = {}
    for number, at, size in _places(packet, length):
        found.setdefault(number, bytes(packet[at + 1 : at + size]))
    return found


def _places(
    packet: memoryview | bytearray, length: int
) -> Iterator[tuple[int, int, int]]:
    """Number, place and octets of each header extension of the short form (RFC 8285
    §4.2), its head among them; those that end within the packet."""
    at = HEADER_LENGTH + 4 * (packet[0] & 15)
    if not packet[0] & 16 or at + 4 > length:
        return
    if packet[at] != 0xBE or packet[at + 1] != 0xDE:
        return
    end = min(at + 4 + 4 * (packet[at + 2] << 8 | packet[at + 3]), length)
    at += 4
    while at < end:
        number, size = packet[at] >> 4, (packet[at] & 15) + 2
        if number == 0:
            at += 1
            continue
        if number == 15 or at + size > end:
            return
        yield number, at, size
        at += size


def _text(value: bytes) -> str:
    return value.decode("ascii", "replace")
