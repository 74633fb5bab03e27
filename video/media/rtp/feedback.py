"""Feedback of participants: reception, loss, key frames wanted, bit rates."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from aiortc.rtp import (
    AnyRtcpPacket,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
)

from video.media.counters import Counters
from video.media.rtp import rtcp
from video.media.rtp.receiver import ForwardingReceiver
from video.media.rtp.sender import ForwardingSender
from video.media.rtp.transport_feedback import TransportFeedback


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

    def take(
        self, packets: Iterable[AnyRtcpPacket | TransportFeedback], now: float
    ) -> None:
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
        if sender is not None:
            for sequence in rtcp.nacked_sequences(packet):
                sender.repeats.answer(sequence, now)

    def _take_payload_feedback(self, packet: RtcpPsfbPacket, now: float) -> None:
        for ssrc in rtcp.keyframe_targets(packet):
            self._counters.plis_in += 1
            sender = self._senders.get(ssrc)
            if sender is not None:
                sender.want_keyframe(now)
        estimate = rtcp.remb_estimate(packet)
        if estimate is not None:
            self._downlink.take_estimate(*estimate)
