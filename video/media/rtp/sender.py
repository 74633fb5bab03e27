"""One receive slot of a participant: a fixed SSRC that any publisher may feed.

Numbers are moved by a constant per publisher, so gaps stay visible to the
subscriber and its NACKs map back. The browser sees one endless stream. Where it tells
what came, each packet gets the next number of its path (transport-wide, whatever
stream), in the place where the publisher's own one was.
"""

import secrets
import struct
from collections import deque
from collections.abc import Callable, Mapping

from video.media.counters import Counters
from video.media.rtp import red, rtcp
from video.media.rtp.header_extensions import (
    HEADER_LENGTH,
    ROOM,
    TRANSPORT_CC,
    HeaderExtensionMap,
    make_room,
    payload_offset,
)
from video.media.rtp.receiver import MARKER, Header
from video.media.rtp.repeats import BELOW, PacketOutlet, Repeats
from video.media.rtp.showing import UNTOLD
from video.media.rtp.source import StreamSource
from video.media.transport.dtls import MAX_DATAGRAM, PacketBuffer

pack_numbers = struct.Struct("!BHLL").pack_into
pack_path_number = struct.Struct("!BH").pack_into
NO_RED = -1
Count = Callable[[int, float], int]
"""A packet of so many octets leaves now: its number on this path."""
# Sender reports kept: across a queue of seconds the last is not the one answered.
REPORTS_KEPT = 16
LONGEST = MAX_DATAGRAM - ROOM


def random_ssrc() -> int:
    return secrets.randbits(32) or 1


class ForwardingSender:
    """Writes one publisher's packets as this slot's own stream."""

    # More than thirty attributes in a dictionary are found half as quickly.
    __slots__ = (
        *("_count", "_counters", "_last_sent", "_last_sequence", "last_timestamp"),
        *("_number_head", "_renumbers", "_reports_sent", "_send", "began"),
        "clock_rate",
        *("extension_map", "extensions", "fraction_lost", "keyframe_takes", "kind"),
        *("_keyframe_due", "octets", "outlet"),
        *("packets", "paused", "payload_type", "plain", "red_payload_type"),
        *("repeats", "reported_at", "round_trip", "rtx_payload_type", "rtx_ssrc"),
        *("sequence_offset", "showing", "source", "source_red", "ssrc", "started"),
        *("timestamp_offset", "usable"),
    )

    def __init__(self, outlet: PacketOutlet, kind: str, counters: Counters) -> None:
        self.outlet = outlet
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
        self.fraction_lost = 0
        self.reported_at = 0.0
        self.paused = False
        self.showing = UNTOLD
        self.round_trip: float | None = None
        # Below 2^15, so that the first packets cannot wrap a roll-over counter
        # that a browser joining late would not know (RFC 3711 §3.3.1).
        self._last_sequence = secrets.randbits(14)
        self.last_timestamp = secrets.randbits(31)
        self._last_sent = 0.0
        self.sequence_offset = 0
        self.timestamp_offset = 0
        self.started = False
        self.began = 0
        self.extension_map = HeaderExtensionMap({}, {})
        self._renumbers = False
        self.source_red = NO_RED
        self._number_head = 0
        self._count: Count | None = None
        self.plain = False
        # Seconds that a key frame is on its way over the subscriber's line.
        self.keyframe_takes = self._keyframe_due = 0.0
        self.repeats = Repeats(self, counters)
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
        number = extensions.get(TRANSPORT_CC, 0)
        self._number_head = number << 4 | 1 if number else 0
        self.usable = usable
        self._map_extensions()

    @property
    def is_told(self) -> bool:
        """True if the subscriber tells what came of it: Firefox does not of sound."""
        return bool(self._number_head)

    @property
    def can_probe(self) -> bool:
        """True if padding may be sent on its stream of repeats, and is told of."""
        return bool(self._number_head and self.rtx_payload_type and self.usable)

    def number_by(self, count: Count) -> None:
        """Take the numbers of the subscriber's path from here, where they have any."""
        self._count = count

    def number(self, view: memoryview, length: int, now: float) -> int:
        """Number a packet that has no place for it; returns its new length."""
        if not self._number_head or self._count is None or length > LONGEST:
            return length
        at, length = make_room(view, length)
        if at:
            number = self._count(length + BELOW, now)
            pack_path_number(view, at, self._number_head, number)
        return length

    def bind(self, source: StreamSource, now: float) -> None:
        """Feed this slot from `source`, which is asked for a key frame."""
        self.unbind()
        self.source = source
        self.started = False
        self._map_extensions()
        source.senders.append(self)
        self._ask_keyframe(source, now)

    def unbind(self) -> None:
        if self.source is None:
            return
        if self.started:
            self._remember_where(self.source)
        for row in (self.source.senders, self.source.paused):
            if self in row:
                row.remove(self)
        self.source.limits.forget(self.ssrc)
        self.source, self.showing = None, UNTOLD
        self.paused = False

    def pause(self) -> None:
        """Nothing more of this publisher for a while; the seat stays theirs."""
        if self.paused or self.source is None:
            return
        self.paused = True
        if self.started:
            self._remember_where(self.source)
        self.source.senders.remove(self)
        self.source.paused.append(self)
        self.source.limits.forget(self.ssrc)

    def resume(self, now: float) -> None:
        """As if the publisher were new: the stream goes on with a key frame. What their
        page does not show stays paused."""
        if not self.paused or self.source is None or not self.showing.lines:
            return
        self.paused = False
        self.source.paused.remove(self)
        self.source.senders.append(self)
        self._ask_keyframe(self.source, now)

    def want_keyframe(self, now: float) -> None:
        """The subscriber cannot show what comes. One that is on its way to them is not
        asked for again: over a narrow line each would take the place of the last."""
        if self.source is not None and not self.paused and now >= self._keyframe_due:
            self._ask_keyframe(self.source, now)

    def _ask_keyframe(self, source: StreamSource, now: float) -> None:
        self._keyframe_due = now + self.keyframe_takes
        source.request_keyframe(now)

    def forward(
        self, buffer: PacketBuffer, length: int, header: Header, now: float
    ) -> None:
        """Renumber the packet in `buffer`, encrypt it there and send it."""
        _, marker_type, sequence, timestamp, _ = header
        if not self.started:
            self._continue_from(sequence, timestamp, now)
        view = buffer.view
        marker = marker_type & MARKER
        payload_type = self.payload_type
        if marker_type & 127 == self.source_red:
            length = self.adapt_redundant(view, length, marker)
            if length < 0:
                return
            payload_type = view[1] & 127
        pack_numbers(
            view,
            1,
            marker | payload_type,
            (sequence + self.sequence_offset) & 0xFFFF,
            (timestamp + self.timestamp_offset) & 0xFFFFFFFF,
            self.ssrc,
        )
        if self._renumbers and view[0] & 16:
            self.extension_map.rewrite(view, length)
        if (head := self._number_head) and (count := self._count) is not None:
            source = self.source
            if source is not None and (at := source.number_at):
                pack_path_number(view, at, head, count(length + BELOW, now))
            else:
                length = self.number(view, length, now)
        if self._send(buffer, length):
            self.packets += 1
            self.octets += length - HEADER_LENGTH

    def forward_report(self, ntp: int, timestamp: int, now: float) -> None:
        """The publisher's clock in this slot's numbers: lip-sync stays exact."""
        if not self.started or self.source is None:
            return
        self._reports_sent.append(((ntp >> 16) & 0xFFFFFFFF, now))
        self.outlet.send_rtcp(
            rtcp.sender_report(
                ssrc=self.ssrc,
                cname=self.outlet.cname,
                ntp=ntp,
                timestamp=timestamp + self.timestamp_offset,
                packets=self.packets,
                octets=self.octets,
            )
        )

    def take_reception(
        self, fraction_lost: int, lsr: int, dlsr: int, now: float
    ) -> None:
        """A receiver report on this slot: loss in 1/256, and the round trip."""
        self.fraction_lost = fraction_lost
        self.reported_at = now
        for mark, sent_at in self._reports_sent:
            if mark == lsr:
                self.round_trip = max(0.0, now - sent_at - dlsr / 65536)

    def _remember_where(self, source: StreamSource) -> None:
        self.started = False
        self._last_sequence = (source.highest + self.sequence_offset) & 0xFFFF
        self.last_timestamp = (
            source.last_timestamp + self.timestamp_offset
        ) & 0xFFFFFFFF
        self._last_sent = source.arrived_at

    def _continue_from(self, sequence: int, timestamp: int, now: float) -> None:
        """Join the new publisher's numbers to where the old one's ended."""
        elapsed = now - self._last_sent if self._last_sent else 0.0
        step = max(self.clock_rate // 30, int(min(elapsed, 3600) * self.clock_rate))
        self.started = True
        self.began = (self._last_sequence + 1) & 0xFFFF
        self.sequence_offset = (self._last_sequence + 1 - sequence) & 0xFFFF
        self.timestamp_offset = (self.last_timestamp + step - timestamp) & 0xFFFFFFFF

    def _map_extensions(self) -> None:
        source = self.source.stream.extensions if self.source is not None else {}
        self.extension_map = HeaderExtensionMap(source, self.extensions)
        self._renumbers = bool(self.extension_map)
        number = self.source.stream.red_payload_type if self.source else None
        self.source_red = NO_RED if number is None else number

    def adapt_redundant(self, view: memoryview, length: int, marker: int) -> int:
        """Make a RED packet what the subscriber understands: its length, -1 to drop."""
        source, offset = self.source, payload_offset(view, length)
        if self.red_payload_type is None or self.plain:
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
