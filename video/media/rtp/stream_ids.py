"""Sources that an offer names by layer only: a packet says of which it is.

Looked for once per source; from then on its SSRC is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from video.media.rtp.header_extensions import HEADER_LENGTH

# A page may begin a layer's source again, but not without end: libsrtp keeps a state
# for each of them.
MOST_SOURCES = 24


@dataclass(frozen=True, slots=True)
class StreamName:
    """`rid` of the layer; `repairs`: the packet is a retransmission of it."""

    mid: str
    rid: str
    repairs: bool


class StreamNames:
    """Numbers of the extensions for mid, rid and repaired rid; 0 for none."""

    def __init__(self, *, mid: int, rid: int, repaired: int) -> None:
        self._mid, self._rid, self._repaired = mid, rid, repaired
        self._left = MOST_SOURCES

    def take(self, packet: memoryview, length: int) -> StreamName | None:
        """The name that an authentic packet gives its source; None without a rid, and
        when too many were named."""
        said = dict(elements(packet, length))
        repaired = said.get(self._repaired) if self._repaired else None
        rid = said.get(self._rid) if repaired is None else repaired
        if rid is None or self._left <= 0:
            return None
        self._left -= 1
        mid = said.get(self._mid, b"") if self._mid else b""
        return StreamName(_text(mid), _text(rid), repaired is not None)


def elements(packet: memoryview, length: int) -> Mapping[int, bytes]:
    """Header extensions of the short form (RFC 8285 §4.2), by number."""
    found: dict[int, bytes] = {}
    at = HEADER_LENGTH + 4 * (packet[0] & 15)
    if not packet[0] & 16 or at + 4 > length:
        return found
    if packet[at] != 0xBE or packet[at + 1] != 0xDE:
        return found
    end = at + 4 + 4 * (packet[at + 2] << 8 | packet[at + 3])
    at += 4
    while at < min(end, length):
        number, size = packet[at] >> 4, (packet[at] & 15) + 1
        if number == 0:
            at += 1
            continue
        if number == 15 or at + 1 + size > min(end, length):
            break
        found.setdefault(number, bytes(packet[at + 1 : at + 1 + size]))
        at += 1 + size
    return found


def _text(value: bytes) -> str:
    return value.decode("ascii", "replace")
