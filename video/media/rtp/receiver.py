"""One stream that a participant publishes: watched, repaired, handed on.

The packet stays in its buffer from the socket to the last subscriber; it is copied
once, into the history that answers retransmission requests.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from aiortc.rtp import RtcpReceiverInfo, clamp_packets_lost

from video.media.counters import Counters
from video.media.rtp import rtcp
from video.media.rtp.header_extensions import TRANSPORT_CC
from video.media.rtp.history import (
    HISTORY,
    PLACE,
    SOUND_HISTORY,
    SOUND_PLACE,
    NackGenerator,
    RtpHistory,
)
from video.media.rtp.limits import PublisherLimit, Rung, StreamLimits
from video.media.rtp.showing import Showing
from video.media.transport.dtls import PacketBuffer

HEADER = struct.Struct("!BBHLL")
# What HEADER reads: flags, marker and payload type, sequence, timestamp, SSRC.
Header = tuple[int, int, int, int, int]
KEYFRAME_INTERVAL, TRIPS = 0.3, 2.0
MARKER = 0x80
PADDING = 0x20
NONE_YET = -1


class RtcpOutlet(Protocol):
    """The participant's leg, as far as feedback needs it."""

    local_ssrc: int
    limit: PublisherLimit

    def send_rtcp(self, data: bytes) -> None: ...

    def nack_later(self, receiver: "ForwardingReceiver") -> None: ...

    def spare(self) -> PacketBuffer: ...


class PacketSink(Protocol):
    """A subscriber's slot, as far as a publisher needs it."""

    @property
    def showing(self) -> Showing: ...

    def unbind(self) -> None: ...

    def forward(
        self, buffer: PacketBuffer, length: int, header: Header, now: float
    ) -> None: ...

    def forward_report(self, ntp: int, timestamp: int, now: float) -> None: ...


@dataclass(frozen=True, slots=True)
class StreamFormat:
    """The stream as the offer described it. `ssrc` 0: to be learnt from its packets."""

    kind: str
    payload_type: int
    rtx_payload_type: int | None
    clock_rate: int
    ssrc: int = 0
    rtx_ssrc: int | None = None
    extensions: Mapping[str, int] = field(default_factory=dict)
    red_payload_type: int | None = None
    nack: bool = True

    @property
    def numbered(self) -> int:
        """The head of the path's own number in a header; 0 where there is none."""
        number = self.extensions.get(TRANSPORT_CC, 0)
        return number << 4 | 1 if number else 0


class ForwardingReceiver:
    """Counts, repairs and forwards one published stream.

    `senders` are its subscribers, `paused` those whose line takes no pictures for a
    while. Feedback goes to the publisher through `outlet`.
    `highest` is the last sequence number in order, -1 before the first packet.
    """

    __slots__ = (
        *("_base", "_counters", "_cycles", "_expected_before", "_jitter"),
        *("_keyframe_at", "_keyframe_owed", "_outlet", "_received_before"),
        *("_report_at", "_report_ntp", "_transit", "arrived_at", "fraction_lost"),
        *("highest", "history", "keyframe_requests", "kind", "last_timestamp"),
        *("nacks", "nacks_sent", "number_at", "numbered", "octets", "packets"),
        "paused",
        "payload_types",
        *("publisher_id", "limits", "recovered", "screen", "senders", "ssrc", "stream"),
        "__weakref__",
    )

    rids: tuple[str, ...] = ()

    def __init__(
        self,
        outlet: RtcpOutlet,
        stream: StreamFormat,
        counters: Counters,
        publisher_id: str = "",
    ) -> None:
        self._outlet = outlet
        self._counters = counters
        self.stream = stream
        self.publisher_id = publisher_id
        self.kind = stream.kind
        self.ssrc = stream.ssrc
        self.senders: list[PacketSink] = []
        self.paused: list[PacketSink] = []
        self.numbered = stream.numbered
        self.number_at = 0
        self.screen = False
        self.payload_types = {stream.payload_type, stream.red_payload_type}
        self.history = (
            RtpHistory(HISTORY, PLACE)
            if stream.kind == "video"
            else RtpHistory(SOUND_HISTORY, SOUND_PLACE)
        )
        self.nacks = NackGenerator()
        self.limits = StreamLimits()
        self.packets = self.octets = 0
        self.arrived_at = 0.0
        self.recovered = self.nacks_sent = 0
        self.keyframe_requests = self.fraction_lost = 0
        self.highest = NONE_YET
        self._base = 0
        self._cycles = 0
        self._expected_before = self._received_before = 0
        self._jitter = 0.0
        self._transit: float | None = None
        self.last_timestamp = NONE_YET
        self._report_ntp, self._report_at = 0, 0.0
        self._keyframe_at = -KEYFRAME_INTERVAL
        self._keyframe_owed = False

    @property
    def origin(self) -> object:
        """The stream as it was published; `rids` of its layers, for it has none."""
        return self

    @property
    def alone(self) -> bool:
        return len(self.senders) + len(self.paused) == 1

    def view(self) -> "ForwardingReceiver":
        """The source for a slot: the same for everybody."""
        return self

    def receive(
        self, buffer: PacketBuffer, length: int, header: Header, now: float
    ) -> None:
        """Take a decrypted media packet in `buffer` to every subscriber."""
        _, _, sequence, timestamp, _ = header
        self.packets += 1
        self.octets += length
        if sequence == self.highest + 1:
            self.highest = sequence
        else:
            self._watch_sequence(sequence, now)
        if timestamp != self.last_timestamp:
            self._watch_jitter(timestamp, now)
        self.history.store(sequence, buffer.data, length)
        # Each subscriber's encryption destroys its copy; the last takes the original.
        last = None
        for sender in self.senders:
            if last is not None:
                copy = self._outlet.spare()
                copy.view[:length] = buffer.view[:length]
                last.forward(copy, length, header, now)
            last = sender
        if last is not None:
            last.forward(buffer, length, header, now)

    def request_keyframe(self, now: float) -> None:
        """Ask for a key frame, at most every 300 ms, and not before one that was asked
        for can have come over a slow line; a later wish is kept for then."""
        if self.kind != "video" or not self.ssrc:
            return
        if now - self._keyframe_at < max(KEYFRAME_INTERVAL, TRIPS * self.nacks.trip):
            self._keyframe_owed = True
            return
        self._keyframe_at = now
        self._keyframe_owed = False
        self.keyframe_requests += 1
        self._counters.plis_out += 1
        self._outlet.send_rtcp(rtcp.picture_loss(self._outlet.local_ssrc, self.ssrc))

    def send_nacks(self, now: float) -> None:
        """Ask the publisher for what is missing and due."""
        due = self.nacks.due(now)
        if not due:
            return
        self.nacks_sent += len(due)
        self._counters.nacks_out += len(due)
        for data in rtcp.negative_acks(self._outlet.local_ssrc, self.ssrc, due):
            self._outlet.send_rtcp(data)

    def take_estimate(self, subscriber_ssrc: int, bitrate: int) -> None:
        """Pass a subscriber's REMB on to the publisher."""
        self.limits.estimate(subscriber_ssrc, bitrate)
        self._outlet.limit.tell(self)

    def keep_to(self, subscriber_ssrc: int, rung: Rung | None) -> None:
        """Ask the publisher for what one subscriber's line takes; None: for all."""
        if self.limits.put(subscriber_ssrc, rung) and self.kind == "video":
            self._outlet.limit.tell(self)

    def take_report(self, ntp: int, timestamp: int, now: float) -> None:
        """A sender report: remembered for our own, forwarded for lip-sync."""
        self._report_ntp = (ntp >> 16) & 0xFFFFFFFF
        self._report_at = now
        for sender in self.senders:
            sender.forward_report(ntp, timestamp, now)

    def tick(self, now: float, trip: float = 0.0) -> None:
        """Send what was owed since the last tick; to the publisher and back are `trip`
        seconds."""
        self.nacks.trip = trip
        if self._keyframe_owed:
            self.request_keyframe(now)

    def report(self, now: float) -> RtcpReceiverInfo | None:
        """Our reception since the last report (RFC 3550 §6.4.1); None when silent."""
        if self.highest == NONE_YET:
            return None
        expected = self._cycles + self.highest - self._base + 1
        expected_now = expected - self._expected_before
        lost_now = expected_now - (self.packets - self._received_before)
        self._expected_before, self._received_before = expected, self.packets
        fraction = (lost_now << 8) // expected_now if lost_now > 0 < expected_now else 0
        self.fraction_lost = min(fraction, 255)
        delay = int((now - self._report_at) * 65536) if self._report_ntp else 0
        return RtcpReceiverInfo(
            ssrc=self.ssrc,
            fraction_lost=self.fraction_lost,
            packets_lost=clamp_packets_lost(expected - self.packets),
            highest_sequence=(self._cycles + self.highest) & 0xFFFFFFFF,
            jitter=int(self._jitter) & 0xFFFFFFFF,
            lsr=self._report_ntp,
            dlsr=delay & 0xFFFFFFFF,
        )

    def close(self) -> None:
        """Let go of the history and of every subscriber."""
        self.senders.clear()
        self.paused.clear()
        self.nacks.clear()
        self.history.clear()

    def _watch_sequence(self, sequence: int, now: float) -> None:
        """A first packet, the turn at 65535, a gap, or one that comes late."""
        highest = self.highest
        if highest == NONE_YET:
            self.highest = self._base = sequence
            return
        distance = (sequence - highest) & 0xFFFF
        if 0 < distance < 0x8000:
            if sequence < highest:
                self._cycles += 0x10000
            self.highest = sequence
            if distance > 1 and self.stream.nack:
                self._miss(highest, sequence, now)
        elif self.nacks and self.nacks.arrived(sequence):
            self.recovered += 1
            self._counters.recovered += 1

    def _miss(self, highest: int, sequence: int, now: float) -> None:
        if self.nacks.gap(highest, sequence, now):
            self._outlet.nack_later(self)
        else:
            self._counters.gave_up += 1
            self.request_keyframe(now)

    def _watch_jitter(self, timestamp: int, now: float) -> None:
        # Once per frame: packets of one frame share a timestamp, not a moment.
        self.last_timestamp = timestamp
        self.arrived_at = now
        transit = now * self.stream.clock_rate - timestamp
        if self._transit is not None:
            change = min(abs(transit - self._transit), self.stream.clock_rate)
            self._jitter += (change - self._jitter) / 16
        self._transit = transit
