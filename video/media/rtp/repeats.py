"""Retransmissions (RFC 4588), taken from a publisher and sent by one slot; and probes.

A probe is what nobody needs: padding, or what was sent last once more. It shows how
much of it comes, and how quickly.
"""

import secrets
from typing import Protocol

from video.media.counters import Counters
from video.media.rtp.header_extensions import (
    HEADER_LENGTH,
    ROOM,
    HeaderExtensionMap,
    payload_offset,
)
from video.media.rtp.receiver import HEADER, MARKER, PADDING, ForwardingReceiver
from video.media.rtp.source import StreamSource
from video.media.transport.dtls import PacketBuffer

# A subscriber may get so many packets per tick, and ask for so many, whether we have
# them or not: its NACKs cost us sends and searches.
RESENDS_PER_TICK, ASKED_PER_TICK = 400, 2000
HALF = 0x8000
# Times what was allowed last that may be saved.
SAVED = 5
# What a packet takes of a line beside itself: SRTP's tag, UDP and IPv4.
BELOW = 10 + 28
# RTP pads by no more (RFC 3550 §5.1); with header and number that is a whole packet.
MOST_PADDING, UNPADDED = 255, HEADER_LENGTH + ROOM + BELOW
# A larger probe is made of repeats, of so many packets at most.
PADDED, REPEATED = 2 * (MOST_PADDING + UNPADDED), 8


class PacketOutlet(Protocol):
    """The subscriber's leg: encrypts and sends; False when it could not."""

    cname: str

    def send_packet(self, buffer: PacketBuffer, length: int) -> bool: ...

    def send_copy(self, packet: bytes | bytearray) -> bool: ...

    def send_rtcp(self, data: bytes) -> None: ...


class Slot(Protocol):
    """The slot, as far as what it sends again needs it."""

    outlet: PacketOutlet

    @property
    def source(self) -> StreamSource | None: ...

    started: bool
    began: int
    paused: bool
    ssrc: int
    rtx_ssrc: int
    payload_type: int
    rtx_payload_type: int | None
    source_red: int
    extension_map: HeaderExtensionMap
    sequence_offset: int
    timestamp_offset: int
    last_timestamp: int

    def number(self, view: memoryview, length: int, now: float) -> int: ...

    def adapt_redundant(self, view: memoryview, length: int, marker: int) -> int: ...


class Repeats:
    """Sends for one slot; `sent` counts what was missed and sent again.

    Who loses hundreds of packets at the end of a narrow line asks for all of them: sent
    again as asked, they fill it for seconds. `allow` says how many octets fit.
    """

    __slots__ = (
        "_asked",
        "_counters",
        "_left",
        "_octets",
        "_sequence",
        "_slot",
        "sent",
    )

    def __init__(self, slot: Slot, counters: Counters) -> None:
        self._slot = slot
        self._counters = counters
        # Below 2^15, as the slot's own numbers.
        self._sequence = secrets.randbits(14)
        self._left, self._asked = RESENDS_PER_TICK, ASKED_PER_TICK
        self._octets: float | None = None
        self.sent = 0

    def tick(self) -> None:
        self._left, self._asked = RESENDS_PER_TICK, ASKED_PER_TICK

    @property
    def flooded(self) -> bool:
        """True once more was asked for than any line loses."""
        return self._asked <= 0

    def allow(self, octets: float) -> None:
        """So many octets of the line more may be sent again; a second's are saved."""
        self._octets = min(max(self._octets or 0.0, 0.0) + octets, SAVED * octets)

    def answer(self, sequence: int, now: float) -> None:
        """Send again what the subscriber misses, while we still have it."""
        self._counters.nacks_in += 1
        self._asked -= 1
        slot, source = self._slot, self._slot.source
        if source is None or self._left <= 0 or not slot.started:
            return
        if self._octets is not None and self._octets <= 0:
            return
        # Numbers of the stretch before a pause, or of another publisher, are gone.
        if (sequence - slot.began) & 0xFFFF >= HALF:
            return
        stored = source.history.find((sequence - slot.sequence_offset) & 0xFFFF)
        packet = self._wrap(stored, sequence) if stored is not None else None
        if packet is None:
            return
        self._left -= 1
        if self._octets is not None:
            self._octets -= len(packet) + BELOW
        if self._send(packet, now):
            self.sent += 1
            self._counters.retransmitted += 1

    def probe(self, octets: int, now: float) -> None:
        """Send so many octets of the line that nobody needs."""
        slot, source = self._slot, self._slot.source
        if octets > PADDED and source is not None and slot.started and not slot.paused:
            for behind in range(REPEATED):
                stored = source.history.find((source.highest - behind) & 0xFFFF)
                if octets <= 0 or stored is None:
                    break
                sequence = (source.highest - behind + slot.sequence_offset) & 0xFFFF
                packet = self._wrap(stored, sequence)
                if packet is not None:
                    octets -= len(packet) + BELOW
                    self._count_probe(packet, now)
        while octets > 0:
            padding = max(1, min(octets - UNPADDED, MOST_PADDING))
            octets -= padding + UNPADDED
            self._count_probe(self._padded(padding), now)

    def _count_probe(self, packet: bytearray, now: float) -> None:
        self._counters.probes += self._send(packet, now)

    def _send(self, packet: bytearray, now: float) -> bool:
        slot, length = self._slot, len(packet)
        packet += bytes(ROOM)
        length = slot.number(memoryview(packet), length, now)
        del packet[length:]
        return slot.outlet.send_copy(packet)

    def _padded(self, padding: int) -> bytearray:
        """A packet of nothing on the stream of repeats, as browsers probe."""
        slot = self._slot
        packet = bytearray(HEADER_LENGTH + padding)
        packet[-1] = padding
        self._sequence = (self._sequence + 1) & 0xFFFF
        head = (0x80 | PADDING, slot.rtx_payload_type or 0, self._sequence)
        HEADER.pack_into(packet, 0, *head, slot.last_timestamp, slot.rtx_ssrc)
        return packet

    def _wrap(self, stored: memoryview, sequence: int) -> bytearray | None:
        """RFC 4588 when negotiated, else the same packet once more."""
        slot, packet = self._slot, bytearray(stored)
        flags, marker_type, _, timestamp, _ = HEADER.unpack_from(packet)
        marker = marker_type & MARKER
        timestamp = (timestamp + slot.timestamp_offset) & 0xFFFFFFFF
        if slot.extension_map and flags & 16:
            slot.extension_map.rewrite(memoryview(packet), len(packet))
        if slot.rtx_payload_type is None:
            head = (flags, marker | slot.payload_type, sequence, timestamp, slot.ssrc)
            HEADER.pack_into(packet, 0, *head)
            if marker_type & 127 != slot.source_red:
                return packet
            length = slot.adapt_redundant(memoryview(packet), len(packet), marker)
            return packet[:length] if length > 0 else None
        offset = payload_offset(packet, len(packet))
        if offset < 0:
            return None
        packet[offset:offset] = sequence.to_bytes(2, "big")
        self._sequence = (self._sequence + 1) & 0xFFFF
        marker_type = marker | slot.rtx_payload_type
        head = (flags, marker_type, self._sequence, timestamp, slot.rtx_ssrc)
        HEADER.pack_into(packet, 0, *head)
        return packet


def unwrap(source: ForwardingReceiver, view: memoryview, length: int) -> int:
    """Turn a publisher's RTX packet in place into the one it repeats: its length.

    0 for a probe, which holds padding only or a packet that we have, and for a
    malformed packet.
    """
    flags, marker_type, _, timestamp, _ = HEADER.unpack_from(view)
    offset = payload_offset(view, length)
    padding = view[length - 1] if flags & PADDING else 0
    end = length - padding
    if offset < 0 or end - offset < 2:
        return 0
    sequence = (view[offset] << 8) | view[offset + 1]
    if source.history.find(sequence) is not None:
        return 0
    view[offset : end - 2] = bytes(view[offset + 2 : end])
    marker_type = (marker_type & MARKER) | source.stream.payload_type
    head = (flags & ~PADDING, marker_type, sequence, timestamp, source.ssrc)
    HEADER.pack_into(view, 0, *head)
    return end - 2
