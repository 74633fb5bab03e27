"""One receive slot of a participant: a fixed SSRC that any publisher may feed.

Numbers are moved by a constant per publisher, so gaps stay visible to the
subscriber and its NACKs map back. The browser sees one endless stream.
"""

import secrets
import struct
from collections import deque
from collections.abc import Mapping
from typing import Protocol

from video.media.counters import Counters
from video.media.rtp import red, rtcp
from video.media.rtp.header_extensions import HeaderExtensionMap, payload_offset
from video.media.rtp.receiver import HEADER, MARKER, Header
from video.media.rtp.source import StreamSource
from video.media.transport.dtls import PacketBuffer

FIXED_HEADER = 12
pack_numbers = struct.Struct("!BHLL").pack_into
# A subscriber may ask for so many packets per tick: its NACKs cost us sends.
RESENDS_PER_TICK = 400
NO_RED = -1
# Sender reports kept: across a queue of seconds the last is not the one answered.
REPORTS_KEPT = 16


class PacketOutlet(Protocol):
    """The subscriber's leg: encrypts and sends; False when it could not."""

    cname: str

    def send_packet(self, buffer: PacketBuffer, length: int) -> bool: ...

    def send_copy(self, packet: bytes | bytearray) -> bool: ...

    def send_rtcp(self, data: bytes) -> None: ...


def random_ssrc() -> int:
    return secrets.randbits(32) or 1


class ForwardingSender:
    """Writes one publisher's packets as this slot's own stream."""

    # More than thirty attributes in a dictionary are found half as quickly.
    __slots__ = (
        *("_counters", "_extension_map", "_last_sent", "_last_sequence"),
        *("_last_timestamp", "_outlet", "_renumbers", "_reports_sent", "_resends_left"),
        *("_rtx_sequence", "_send", "_sequence_offset", "_source_red", "_started"),
        *("_timestamp_offset", "clock_rate", "extensions", "fraction_lost", "kind"),
        *("octets", "packets", "paused", "payload_type", "red_payload_type"),
        *("reported_at", "retransmitted", "round_trip", "rtx_payload_type"),
        *("rtx_ssrc", "source", "ssrc", "usable"),
    )

    def __init__(self, outlet: PacketOutlet, kind: str, counters: Counters) -> None:
        self._outlet = outlet
        self._send = outlet.send_packet
        self._counters = counters
        self.kind = kind
        self.ssrc = random_ssrc()
        self.rtx_ssrc = random_ssrc()
        self.payload_type = 0
        self.rtx_payload_type: int | None = None
        self.red_payload_type: int | None = None
        self.clock_rate = 90000
        self.extensions: Mapping[str, int] = {}
        self.usable = False
        self.source: StreamSource | None = None
        self.packets = 0
        self.octets = 0
        self.retransmitted = 0
        self.fraction_lost = 0
        self.reported_at = 0.0
        self.paused = False
        self.round_trip: float | None = None
        # Below 2^15, so that the first packets cannot wrap a roll-over counter
        # that a browser joining late would not know (RFC 3711 §3.3.1).
        self._last_sequence = secrets.randbits(14)
        self._last_timestamp = secrets.randbits(31)
        self._last_sent = 0.0
        self._rtx_sequence = secrets.randbits(14)
        self._sequence_offset = 0
        self._timestamp_offset = 0
        self._started = False
        self._extension_map = HeaderExtensionMap({}, {})
        self._renumbers = False
        self._source_red = NO_RED
        self._resends_left = RESENDS_PER_TICK
        self._reports_sent: deque[tuple[int, float]] = deque(maxlen=REPORTS_KEPT)

    def negotiate(
        self,
        *,
        payload_type: int,
        rtx_payload_type: int | None,
        clock_rate: int,
        extensions: Mapping[str, int],
        usable: bool,
        red_payload_type: int | None = None,
    ) -> None:
        """Takes what the subscriber's offer said of this slot."""
        self.payload_type = payload_type
        self.rtx_payload_type = rtx_payload_type
        self.red_payload_type = red_payload_type
        self.clock_rate = clock_rate
        self.extensions = extensions
        self.usable = usable
        self._map_extensions()

    def bind(self, source: StreamSource, now: float) -> None:
        """Feed this slot from `source`, which is asked for a key frame."""
        self.unbind()
        self.source = source
        self._started = False
        self._map_extensions()
        source.senders.append(self)
        source.request_keyframe(now)

    def unbind(self) -> None:
        if self.source is None:
            return
        if self._started:
            self._remember_where(self.source)
        for row in (self.source.senders, self.source.paused):
            if self in row:
                row.remove(self)
        self.source.remb.forget(self.ssrc)
        self.source = None
        self.paused = False

    def pause(self) -> None:
        """Nothing more of this publisher for a while; the seat stays theirs."""
        if self.paused or self.source is None:
            return
        self.paused = True
        if self._started:
            self._remember_where(self.source)
        self.source.senders.remove(self)
        self.source.paused.append(self)
        self.source.remb.forget(self.ssrc)

    def resume(self, now: float) -> None:
        """As if the publisher were new: the stream goes on with a key frame."""
        if not self.paused or self.source is None:
            return
        self.paused = False
        self.source.paused.remove(self)
        self.source.senders.append(self)
        self.source.request_keyframe(now)

    def forward(
        self, buffer: PacketBuffer, length: int, header: Header, now: float
    ) -> None:
        """Renumber the packet in `buffer`, encrypt it there and send it."""
        _, marker_type, sequence, timestamp, _ = header
        if not self._started:
            self._continue_from(sequence, timestamp, now)
        view = buffer.view
        marker = marker_type & MARKER
        payload_type = self.payload_type
        if marker_type & 127 == self._source_red:
            length = self._adapt_redundant(view, length, marker)
            if length < 0:
                return
            payload_type = view[1] & 127
        pack_numbers(
            view,
            1,
            marker | payload_type,
            (sequence + self._sequence_offset) & 0xFFFF,
            (timestamp + self._timestamp_offset) & 0xFFFFFFFF,
            self.ssrc,
        )
        if self._renumbers and view[0] & 16:
            self._extension_map.rewrite(view, length)
        if self._send(buffer, length):
            self.packets += 1
            self.octets += length - FIXED_HEADER

    def forward_report(self, ntp: int, timestamp: int, now: float) -> None:
        """The publisher's clock in this slot's numbers: lip-sync stays exact."""
        if not self._started or self.source is None:
            return
        self._reports_sent.append(((ntp >> 16) & 0xFFFFFFFF, now))
        self._outlet.send_rtcp(
            rtcp.sender_report(
                ssrc=self.ssrc,
                cname=self._outlet.cname,
                ntp=ntp,
                timestamp=timestamp + self._timestamp_offset,
                packets=self.packets,
                octets=self.octets,
            )
        )

    def retransmit(self, sequence: int) -> None:
        """Send again what the subscriber misses, while we still have it."""
        self._counters.nacks_in += 1
        source = self.source
        if source is None or self._resends_left <= 0:
            return
        stored = source.history.find((sequence - self._sequence_offset) & 0xFFFF)
        if stored is None:
            return
        packet = self._as_retransmission(stored, sequence)
        if packet is None:
            return
        self._resends_left -= 1
        if self._outlet.send_copy(packet):
            self.retransmitted += 1
            self._counters.retransmitted += 1

    def take_reception(
        self, fraction_lost: int, lsr: int, dlsr: int, now: float
    ) -> None:
        """A receiver report on this slot: loss in 1/256, and the round trip."""
        self.fraction_lost = fraction_lost
        self.reported_at = now
        for mark, sent_at in self._reports_sent:
            if mark == lsr:
                self.round_trip = max(0.0, now - sent_at - dlsr / 65536)

    def tick(self) -> None:
        self._resends_left = RESENDS_PER_TICK

    def _remember_where(self, source: StreamSource) -> None:
        self._started = False
        self._last_sequence = (source.highest + self._sequence_offset) & 0xFFFF
        self._last_timestamp = (
            source.last_timestamp + self._timestamp_offset
        ) & 0xFFFFFFFF
        self._last_sent = source.arrived_at

    def _continue_from(self, sequence: int, timestamp: int, now: float) -> None:
        """Join the new publisher's numbers to where the old one's ended."""
        elapsed = now - self._last_sent if self._last_sent else 0.0
        step = max(self.clock_rate // 30, int(min(elapsed, 3600) * self.clock_rate))
        self._started = True
        self._sequence_offset = (self._last_sequence + 1 - sequence) & 0xFFFF
        self._timestamp_offset = (self._last_timestamp + step - timestamp) & 0xFFFFFFFF

    def _map_extensions(self) -> None:
        source = self.source.stream.extensions if self.source is not None else {}
        self._extension_map = HeaderExtensionMap(source, self.extensions)
        self._renumbers = bool(self._extension_map)
        number = self.source.stream.red_payload_type if self.source else None
        self._source_red = NO_RED if number is None else number

    def _adapt_redundant(self, view: memoryview, length: int, marker: int) -> int:
        """Make a RED packet what the subscriber understands: its length, -1 to drop."""
        source, offset = self.source, payload_offset(view, length)
        if self.red_payload_type is None:
            view[1] = marker | self.payload_type
            length = red.unpack(view, offset, length)
        else:
            view[1] = marker | self.red_payload_type
            known = source is not None and source.stream.payload_type
            if known != self.payload_type and not red.rename(
                view, offset, length, self.payload_type
            ):
                length = -1
        if length < 0:
            self._counters.drop("red_malformed")
        return length

    def _as_retransmission(self, stored: memoryview, sequence: int) -> bytearray | None:
        """RFC 4588 when negotiated, else the same packet once more."""
        packet = bytearray(stored)
        flags, marker_type, _, timestamp, _ = HEADER.unpack_from(packet)
        marker = marker_type & MARKER
        timestamp = (timestamp + self._timestamp_offset) & 0xFFFFFFFF
        if self._extension_map and flags & 16:
            self._extension_map.rewrite(memoryview(packet), len(packet))
        if self.rtx_payload_type is None:
            head = (flags, marker | self.payload_type, sequence, timestamp, self.ssrc)
            HEADER.pack_into(packet, 0, *head)
            if marker_type & 127 != self._source_red:
                return packet
            length = self._adapt_redundant(memoryview(packet), len(packet), marker)
            return packet[:length] if length > 0 else None
        offset = payload_offset(packet, len(packet))
        if offset < 0:
            return None
        packet[offset:offset] = sequence.to_bytes(2, "big")
        self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
        marker_type = marker | self.rtx_payload_type
        head = (flags, marker_type, self._rtx_sequence, timestamp, self.rtx_ssrc)
        HEADER.pack_into(packet, 0, *head)
        return packet
