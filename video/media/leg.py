"""The encrypted leg between us and one participant: the packet path.

A datagram is judged by its clear header, decrypted in place and handed to its
receiver; nothing here awaits. Feedback from the participant finds its slot.
"""

from aiortc.rtp import (
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
)

from video.media import rtcp
from video.media.counters import Counters
from video.media.dtls import REFUSED, PacketBuffer, SrtpKeys
from video.media.ice_lite import IceLiteTransport, random_token
from video.media.nack_timer import NackTimer
from video.media.rtp_receiver import ForwardingReceiver, Packet
from video.media.rtp_sender import ForwardingSender, random_ssrc
from video.media.udp_mux import UdpMux

MIN_RTP = 12
MIN_RTCP = 8
# libsrtp keeps state per source: a participant may not invent them endlessly.
MAX_RTCP_SOURCES = 64
SENDING_WITHIN = 1.0
SILENT_AFTER, QUIET_AFTER = 2.0, 10.0


class MediaLeg:
    """Receivers and senders of one participant by SSRC, and the keys for them."""

    def __init__(
        self, mux: UdpMux, ice: IceLiteTransport, nack_timer: NackTimer
    ) -> None:
        self._mux = mux
        self._ice = ice
        self._nack_timer = nack_timer
        self._srtp: SrtpKeys | None = None
        self._packet = Packet()
        self._rtcp_sources: set[int] = set()
        self.counters: Counters = mux.counters
        self.local_ssrc = random_ssrc()
        self.cname = random_token(12)
        self.receivers: list[ForwardingReceiver] = []
        self.senders: list[ForwardingSender] = []
        self._receiver_by_ssrc: dict[int, ForwardingReceiver] = {}
        self._sender_by_ssrc: dict[int, ForwardingSender] = {}
        self.media_at = 0.0
        self.heard_at = 0.0
        self.packets_in = 0
        self.bytes_in = 0
        self.packets_out = 0
        self.bytes_out = 0

    def open(self, srtp: SrtpKeys) -> None:
        """Take the keys: from now on media flows."""
        self._srtp = srtp
        self._ice.on_srtp = self.handle_datagram

    def close(self) -> None:
        """Stop the flow and break every tie to other legs. Idempotent."""
        self._ice.on_srtp = None
        self._srtp = None
        for sender in self.senders:
            sender.unbind()
        for receiver in list(self.receivers):
            self.remove_receiver(receiver)
        self.senders.clear()
        self._sender_by_ssrc.clear()

    def add_receiver(self, receiver: ForwardingReceiver) -> None:
        self.receivers.append(receiver)
        if receiver.ssrc:
            self._receiver_by_ssrc[receiver.ssrc] = receiver
        if receiver.stream.rtx_ssrc:
            self._receiver_by_ssrc[receiver.stream.rtx_ssrc] = receiver

    def remove_receiver(self, receiver: ForwardingReceiver) -> None:
        """Its subscribers' slots become free."""
        self.receivers.remove(receiver)
        self._nack_timer.forget(receiver)
        for ssrc in [s for s, r in self._receiver_by_ssrc.items() if r is receiver]:
            del self._receiver_by_ssrc[ssrc]
        for sender in list(receiver.senders):
            sender.unbind()
        receiver.close()

    def add_sender(self, sender: ForwardingSender) -> None:
        self.senders.append(sender)
        self._sender_by_ssrc[sender.ssrc] = sender

    def handle_datagram(self, length: int) -> None:
        """An SRTP or SRTCP datagram in the mux's inbound buffer (RFC 5761 §4)."""
        self.packets_in += 1
        self.bytes_in += length
        self.counters.packets_in += 1
        self.counters.bytes_in += length
        if length < MIN_RTCP:
            self.counters.drop("short")
        elif 191 < self._mux.inbound.view[1] < 224:
            self._handle_srtcp(bytes(self._mux.inbound.view[:length]))
        elif length < MIN_RTP:
            self.counters.drop("short")
        else:
            self._handle_srtp(length)

    def send_packet(self, buffer: PacketBuffer, length: int) -> bool:
        """Encrypt in place and send; False when there is no key or no address."""
        address = self._ice.address
        if self._srtp is None or address is None:
            return False
        sealed = self._srtp.protect(buffer, length)
        if sealed == REFUSED:
            self.counters.drop("protect")
            return False
        self._mux.send(buffer.view[:sealed], address)
        self._count_out(sealed)
        return True

    def send_copy(self, packet: bytes) -> bool:
        """Send a packet that lies elsewhere; uses the mux's scratch buffer."""
        buffer = self._mux.scratch
        buffer.view[: len(packet)] = packet
        return self.send_packet(buffer, len(packet))

    def send_rtcp(self, data: bytes) -> None:
        address = self._ice.address
        if self._srtp is None or address is None:
            return
        sealed = self._srtp.protect_rtcp(data)
        if sealed is None:
            self.counters.drop("protect")
            return
        self._mux.send(sealed, address)
        self._count_out(len(sealed))

    def nack_later(self, receiver: ForwardingReceiver) -> None:
        """Ask at once for a fresh gap, and again while it stays open."""
        receiver.send_nacks(self._mux.now)
        self._nack_timer.watch(receiver)

    def is_silent(self, now: float) -> bool:
        """Whether the line broke off in the middle of speech or picture.

        Somebody who shows and says nothing still reports and keeps up consent, only
        more seldom: their silence begins later.
        """
        last = max(self.media_at, self.heard_at, self._ice.last_consent)
        was_sending = last - self.media_at < SENDING_WITHIN
        return now - last > (SILENT_AFTER if was_sending else QUIET_AFTER)

    def tick(self, now: float) -> None:
        """Report to the publisher and renew the budgets; every half second."""
        reports = []
        for receiver in self.receivers:
            receiver.tick(now)
            report = receiver.report(now)
            if report is not None:
                reports.append(report)
        if reports:
            self.send_rtcp(rtcp.receiver_report(self.local_ssrc, reports[:31]))
        for sender in self.senders:
            sender.tick()

    def _count_out(self, length: int) -> None:
        self.packets_out += 1
        self.bytes_out += length
        self.counters.packets_out += 1
        self.counters.bytes_out += length

    def _handle_srtp(self, length: int) -> None:
        inbound, packet, srtp = self._mux.inbound, self._packet, self._srtp
        packet.read(inbound.view, length, self._mux.now)
        receiver = self._receiver_by_ssrc.get(packet.ssrc) or self._newcomer(packet)
        if receiver is None or srtp is None:
            self.counters.drop("ssrc_unknown")
            return
        stream = receiver.stream
        payload_type = packet.marker_type & 127
        is_rtx = packet.ssrc == stream.rtx_ssrc
        expected = stream.rtx_payload_type if is_rtx else stream.payload_type
        if payload_type != expected and (
            is_rtx or payload_type != stream.red_payload_type
        ):
            self.counters.drop("payload_type")
            return
        plain = srtp.unprotect(inbound, length)
        if plain < MIN_RTP:
            self.counters.drop("srtp_auth")
            return
        packet.length = plain
        if is_rtx and not receiver.unwrap_retransmission(inbound.view, packet):
            # Browsers probe the line with padding and with what we already have.
            self.counters.drop("probe")
            return
        if not receiver.ssrc:
            receiver.ssrc = packet.ssrc
            self._receiver_by_ssrc[packet.ssrc] = receiver
        self.media_at = packet.arrival
        receiver.receive(inbound, self._mux.scratch, packet)

    def _newcomer(self, packet: Packet) -> ForwardingReceiver | None:
        """The receiver whose SSRC the offer did not name, if just one fits."""
        payload_type = packet.marker_type & 127
        fitting = [
            receiver
            for receiver in self.receivers
            if not receiver.ssrc
            and payload_type
            in (receiver.stream.payload_type, receiver.stream.red_payload_type)
        ]
        return fitting[0] if len(fitting) == 1 else None

    def _handle_srtcp(self, data: bytes) -> None:
        source = int.from_bytes(data[4:8], "big")
        known = source in self._rtcp_sources
        if not known and len(self._rtcp_sources) >= MAX_RTCP_SOURCES:
            self.counters.drop("rtcp_sources")
            return
        plain = self._srtp.unprotect_rtcp(data) if self._srtp is not None else None
        if plain is None:
            self.counters.drop("srtcp_auth")
            return
        self._rtcp_sources.add(source)
        self.heard_at = self._mux.now
        try:
            packets = rtcp.parse_compound(plain)
        except ValueError:
            self.counters.drop("rtcp_malformed")
            return
        for packet in packets:
            if isinstance(packet, RtcpSrPacket):
                self._take_sender_report(packet)
            if isinstance(packet, RtcpSrPacket | RtcpRrPacket):
                self._take_receptions(packet)
            elif isinstance(packet, RtcpRtpfbPacket):
                self._take_nacks(packet)
            elif isinstance(packet, RtcpPsfbPacket):
                self._take_payload_feedback(packet)

    def _take_sender_report(self, packet: RtcpSrPacket) -> None:
        receiver = self._receiver_by_ssrc.get(packet.ssrc)
        if receiver is not None and packet.ssrc == receiver.ssrc:
            info = packet.sender_info
            receiver.take_report(info.ntp_timestamp, info.rtp_timestamp, self._mux.now)

    def _take_receptions(self, packet: RtcpSrPacket | RtcpRrPacket) -> None:
        for report in packet.reports:
            sender = self._sender_by_ssrc.get(report.ssrc)
            if sender is not None:
                sender.take_reception(
                    report.fraction_lost, report.lsr, report.dlsr, self._mux.now
                )

    def _take_nacks(self, packet: RtcpRtpfbPacket) -> None:
        sender = self._sender_by_ssrc.get(packet.media_ssrc)
        if sender is not None:
            for sequence in rtcp.nacked_sequences(packet):
                sender.retransmit(sequence)

    def _take_payload_feedback(self, packet: RtcpPsfbPacket) -> None:
        for ssrc in rtcp.keyframe_targets(packet):
            self.counters.plis_in += 1
            sender = self._sender_by_ssrc.get(ssrc)
            if sender is not None and sender.source is not None:
                sender.source.request_keyframe(self._mux.now)
        estimate = rtcp.remb_estimate(packet)
        if estimate is not None:
            self._take_estimate(*estimate)

    def _take_estimate(self, bitrate: int, ssrcs: list[int]) -> None:
        """One estimate covers all that flows to this participant: share it out."""
        fed = [s for s in self.senders if s.kind == "video" and s.source is not None]
        for sender in fed:
            if sender.ssrc in ssrcs and sender.source is not None:
                sender.source.take_estimate(sender.ssrc, bitrate // len(fed))
