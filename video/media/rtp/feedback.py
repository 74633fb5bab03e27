"""Feedback of participants: reception, loss, key frames wanted, bit rates."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from aiortc.rtp import (
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
)

from video.media.allowance import TokenBucket
from video.media.counters import Counters
from video.media.rtp import rtcp
from video.media.rtp.receiver import ForwardingReceiver
from video.media.rtp.sender import ForwardingSender
from video.media.rtp.transport_feedback import TransportFeedback

# Octets of reports: at the worst a browser sends thirty thousand a second, and each
# costs us half a microsecond. A short report costs as much as one of so many.
AT_ONCE, PER_SECOND, LEAST = 96_000, 48_000, 64


class Line(Protocol):
    """All that flows to the participant, judged by what they say of it."""

    def take_estimate(self, bitrate: int, ssrcs: Sequence[int]) -> None: ...

    def take_feedback(self, feedback: TransportFeedback, now: float) -> None: ...


class Feedback:
    """Finds the stream that each report of one participant is about.

    `receivers`: what the participant publishes; `senders`: its slots; by SSRC.
    """

    def __init__(
        self,
        counters: Counters,
        receivers: Mapping[int, ForwardingReceiver],
        senders: Mapping[int, ForwardingSender],
        downlink: Line,
    ) -> None:
        self._counters = counters
        self._receivers = receivers
        self._senders = senders
        self._downlink = downlink
        self._octets = TokenBucket(AT_ONCE, PER_SECOND)

    def admits(self, octets: int, now: float) -> bool:
        """Asked before a report is deciphered: False once they come as a flood."""
        if self._octets.take(now, max(octets, LEAST)):
            return True
        self._counters.drop("rtcp_flood")
        return False

    def take(self, plain: bytes, now: float) -> None:
        """All packets of a compound, or none of a malformed one."""
        try:
            packets = rtcp.parse_compound(plain)
        except ValueError:
            self._counters.drop("rtcp_malformed")
            return
        for packet in packets:
            if isinstance(packet, TransportFeedback):
                self._downlink.take_feedback(packet, now)
            elif isinstance(packet, RtcpSrPacket):
                self._take_sender_report(packet, now)
                self._take_receptions(packet, now)
            elif isinstance(packet, RtcpRrPacket):
                self._take_receptions(packet, now)
            elif isinstance(packet, RtcpRtpfbPacket):
                self._take_nacks(packet, now)
            elif isinstance(packet, RtcpPsfbPacket):
                self._take_payload_feedback(packet, now)

    def _take_sender_report(self, packet: RtcpSrPacket, now: float) -> None:
        receiver = self._receivers.get(packet.ssrc)
        if receiver is not None:
            info = packet.sender_info
            receiver.take_report(info.ntp_timestamp, info.rtp_timestamp, now)

    def _take_receptions(self, packet: RtcpSrPacket | RtcpRrPacket, now: float) -> None:
        for report in packet.reports:
            sender = self._senders.get(report.ssrc)
            if sender is not None:
                sender.take_reception(
                    report.fraction_lost, report.lsr, report.dlsr, now
                )

    def _take_nacks(self, packet: RtcpRtpfbPacket, now: float) -> None:
        sender = self._senders.get(packet.media_ssrc)
        if sender is None:
            return
        repeats = sender.repeats
        for sequence in rtcp.nacked_sequences(packet):
            if repeats.flooded:
                self._counters.drop("nack_flood")
                return
            repeats.answer(sequence, now)

    def _take_payload_feedback(self, packet: RtcpPsfbPacket, now: float) -> None:
        for ssrc in rtcp.keyframe_targets(packet):
            self._counters.plis_in += 1
            sender = self._senders.get(ssrc)
            if sender is not None:
                sender.want_keyframe(now)
        estimate = rtcp.remb_estimate(packet)
        if estimate is not None:
            self._downlink.take_estimate(*estimate)
