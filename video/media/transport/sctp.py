"""SCTP from aiortc, kept from what a peer with good keys could do to it.

aiortc is written for peers of good will. It walks what one acknowledgement claims,
sorts all that came out of order for each chunk that follows, and keeps whatever it is
sent until the rest comes. So each packet is looked at before, and what is kept after.

Private names relied on, each asserted by
`tests/video/media/transport/test_contract.py`: `_handle_data`, `_sack_misordered`,
`_inbound_streams`, `_advertised_rwnd`.
"""

import struct
import time

from aiortc import RTCSctpTransport

from video.media.allowance import TokenBucket
from video.media.counters import Counters
from video.media.transport.dtls import MediaDtlsTransport

COMMON, CHUNK = 12, struct.Struct("!BBH").unpack_from
DATA, SACK, FORWARD = 0, 3, 192
STREAM, GAPS, FIRST_GAP = 8, 12, 16
read_number, read_gap = (
    struct.Struct("!H").unpack_from,
    struct.Struct("!HH").unpack_from,
)
# A page sends twenty messages a second, and acknowledges what we send.
AT_ONCE, PER_SECOND = 600, 150
# The control channel is one stream; a page that opens others is told to close them.
STREAMS = 16
# What the gaps of one acknowledgement may span: we never have so much under way.
SPANNED = 2048
# Chunks that wait for one before them. The longest message is sixty.
WAITING = 256
# Octets that may wait: the window that we announce.
WINDOW = 256 * 1024


class GuardedSctp(RTCSctpTransport):
    """Drops what costs too much, as a line would; a peer who hoards is cut off."""

    def __init__(
        self, transport: MediaDtlsTransport, port: int, counters: Counters
    ) -> None:
        super().__init__(transport, port)
        self._counters = counters
        self._chunks = TokenBucket(AT_ONCE, PER_SECOND)
        self._advertised_rwnd = WINDOW
        self._seen_streams: set[int] = set()

    async def _handle_data(self, data: bytes) -> None:
        """One packet; raises ConnectionError, which ends the session, if what waits
        for the rest of it is more than a browser would send."""
        cost = self._cost(data)
        if cost < 0:
            self._counters.drop("sctp_refused")
            return
        if not self._chunks.take(time.monotonic(), cost):
            self._counters.drop("sctp_flood")
            return
        await super()._handle_data(data)
        streams = self._inbound_streams.values()
        waiting = sum(len(stream.reassembly) for stream in streams)
        late = len(self._sack_misordered)
        if waiting > WAITING or late > WAITING or self._advertised_rwnd < 0:
            self._counters.drop("sctp_hoard")
            raise ConnectionError("more waits than a browser sends")

    def _cost(self, data: bytes) -> int:
        """The number of chunks in a packet; -1 where one of them cannot be."""
        at, count = COMMON, 0
        while at + 4 <= len(data):
            kind, _, length = CHUNK(data, at)
            if length < 4 or at + length > len(data):
                return -1
            if kind == FORWARD or not self._is_sane(kind, data[at : at + length]):
                return -1
            count += 1
            at += (length + 3) & ~3
        return count

    def _is_sane(self, kind: int, chunk: bytes) -> bool:
        if kind == DATA and len(chunk) >= 16:
            stream = read_number(chunk, STREAM)[0]
            if stream not in self._seen_streams:
                if len(self._seen_streams) >= STREAMS:
                    return False
                self._seen_streams.add(stream)
        elif kind == SACK and len(chunk) >= FIRST_GAP:
            end = FIRST_GAP + 4 * read_number(chunk, GAPS)[0]
            spanned = 0
            for at in range(FIRST_GAP, min(end, len(chunk) - 3), 4):
                first, last = read_gap(chunk, at)
                spanned += max(0, last - first + 1)
            return spanned <= SPANNED
        return True
