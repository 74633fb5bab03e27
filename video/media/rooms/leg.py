"""The encrypted leg between us and one participant: the packet path.

A datagram is judged by its clear header, decrypted in place and handed to its
receiver; nothing here awaits. Feedback from the participant finds its slot.
"""

from typing import Any, NamedTuple

from video.media.cameras.camera import LayeredCamera
from video.media.cameras.sources import Sources
from video.media.counters import Counters
from video.media.downlink.downlink import Downlink
from video.media.rtp import rtcp
from video.media.rtp.arrivals import Arrivals
from video.media.rtp.feedback import Feedback
from video.media.rtp.limits import PublisherLimit
from video.media.rtp.receiver import HEADER, ForwardingReceiver
from video.media.rtp.repeats import unwrap
from video.media.rtp.sender import ForwardingSender, random_ssrc
from video.media.rtp.timers import Timers
from video.media.transport.dtls import LENGTH, REFUSED, PacketBuffer, SrtpCall, SrtpKeys
from video.media.transport.ice_lite import IceLiteTransport, random_token
from video.media.transport.udp_mux import UdpMux

MIN_RTP, MIN_RTCP = 12, 8
# libsrtp keeps state per source: a participant may not invent them endlessly.
MAX_RTCP_SOURCES = 64
SENDING_WITHIN = 1.0
SILENT_AFTER, QUIET_AFTER = 2.0, 10.0
read_header = HEADER.unpack_from


class Totals(NamedTuple):
    """The traffic of one leg; counted by its streams, summed on demand."""

    packets_in: int
    bytes_in: int
    packets_out: int
    bytes_out: int


class MediaLeg:
    """Receivers and senders of one participant by SSRC, and the keys for them."""

    def __init__(self, mux: UdpMux, ice: IceLiteTransport, timers: Timers) -> None:
        self._mux = mux
        self._ice = ice
        self._nack_timer = timers.nack
        self._srtp: SrtpKeys | None = None
        self._protect: SrtpCall = _refuse
        self._unprotect: SrtpCall = _refuse
        self._queue = mux.datagrams.queue
        self.spare = mux.datagrams.spare
        self._rtcp_sources: set[int] = set()
        self.counters: Counters = mux.counters
        self.local_ssrc = random_ssrc()
        self.cname = random_token(12)
        self.receivers: list[ForwardingReceiver] = []
        self.senders: list[ForwardingSender] = []
        self.cameras: list[LayeredCamera] = []
        self._sources = Sources(self.receivers, self.cameras)
        self._receiver_by_ssrc = self._sources.media
        self._sender_by_ssrc: dict[int, ForwardingSender] = {}
        self.downlink = Downlink(self.counters, self.senders, mux.flush)
        self.limit = PublisherLimit(self, self.receivers)
        known = (self._receiver_by_ssrc, self._sender_by_ssrc)
        self._feedback = Feedback(self.counters, *known, self.downlink)
        self.arrivals = Arrivals(self, timers.feedback)
        self.heard_at = 0.0
        self._gone = Totals(0, 0, 0, 0)
        self._settled = Totals(0, 0, 0, 0)

    def open(self, srtp: SrtpKeys) -> None:
        """Take the keys: from now on media flows."""
        self._srtp = srtp
        self._protect, self._unprotect = srtp.protect, srtp.unprotect
        self._ice.on_srtp = self.handle_datagram

    def close(self) -> None:
        """Stop the flow and break every tie to other legs. Idempotent."""
        self._ice.on_srtp = None
        self._srtp = None
        self.downlink.close()
        self._protect = self._unprotect = _refuse
        for sender in self.senders:
            sender.unbind()
        for receiver in list(self.receivers):
            self.remove_receiver(receiver)
        self.cameras.clear()
        self._settle()
        self._gone = self.totals()
        self.senders.clear()
        self._sender_by_ssrc.clear()

    def add_receiver(self, receiver: ForwardingReceiver) -> None:
        self.receivers.append(receiver)
        self._sources.add(receiver)

    def remove_receiver(self, receiver: ForwardingReceiver) -> None:
        """Its subscribers' slots become free."""
        packets_in, bytes_in, *out = self._gone
        self._gone = Totals(
            packets_in + receiver.packets, bytes_in + receiver.octets, *out
        )
        self.receivers.remove(receiver)
        self._nack_timer.forget(receiver)
        self._sources.remove(receiver)
        for sender in [*receiver.senders, *receiver.paused]:
            sender.unbind()
        receiver.close()

    def add_camera(self, camera: LayeredCamera) -> None:
        self.cameras.append(camera)
        for layer in camera.layers:
            self.add_receiver(layer)

    def remove_camera(self, camera: LayeredCamera) -> None:
        """Its subscribers' slots become free."""
        self.cameras.remove(camera)
        for layer in camera.layers:
            self.remove_receiver(layer)

    def add_sender(self, sender: ForwardingSender) -> None:
        self.senders.append(sender)
        self._sender_by_ssrc[sender.ssrc] = sender
        sender.number_by(self.downlink.estimate.history.add)

    def handle_datagram(self, buffer: PacketBuffer, length: int, now: float) -> None:
        """Take an SRTP or SRTCP datagram (RFC 5761 §4) that arrived at `now`."""
        header = read_header(buffer.view)
        _, marker_type, _, _, ssrc = header
        if length < MIN_RTP or 191 < marker_type < 224:
            self._handle_srtcp(buffer.view, length)
            return
        receiver = self._receiver_by_ssrc.get(ssrc)
        if receiver is None:
            self._handle_unnamed(buffer, length, now)
            return
        if marker_type & 127 not in receiver.payload_types:
            self.counters.drop("payload_type")
            return
        cell = LENGTH
        cell[0] = length
        if self._unprotect(buffer.data, cell) or (plain := cell[0]) < MIN_RTP:
            self.counters.drop("srtp_auth")
            return
        if receiver.numbered:
            self.arrivals.take(receiver, buffer.view, plain, now)
        receiver.receive(buffer, plain, header, now)

    def send_packet(self, buffer: PacketBuffer, length: int) -> bool:
        """Encrypt in place and send with the batch; False without key or address."""
        route = self._ice.route
        if route is None:
            return False
        cell = LENGTH
        cell[0] = length
        if self._protect(buffer.data, cell):
            self.counters.drop("protect")
            return False
        self._queue((buffer, cell[0], route))
        return True

    def send_copy(self, packet: bytes | bytearray) -> bool:
        """Send a packet that lies elsewhere."""
        buffer = self.spare()
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

    def nack_later(self, receiver: ForwardingReceiver) -> None:
        """Ask at once for a fresh gap, and again while it stays open.

        Not at once while packets wait at our own socket: what we miss may lie there.
        """
        if not self._mux.behind:
            receiver.send_nacks(self._mux.now)
        self._nack_timer.watch(receiver)

    @property
    def media_at(self) -> float:
        """The time at which sound or picture last arrived."""
        return max((one.arrived_at for one in self.receivers), default=0.0)

    def is_silent(self, now: float) -> bool:
        """True if the line broke off in the middle of speech or picture.

        Somebody who shows and says nothing still reports and keeps up consent, only
        more seldom: their silence begins later.
        """
        media_at = self.media_at
        last = max(media_at, self.heard_at, self._ice.last_consent)
        was_sending = last - media_at < SENDING_WITHIN
        return now - last > (SILENT_AFTER if was_sending else QUIET_AFTER)

    def tick(self, now: float) -> None:
        """Report to the publisher and renew the budgets; every half second."""
        self._ice.mind(self._settle())
        reports = []
        for receiver in self.receivers:
            receiver.tick(now, self.downlink.trip)
            report = receiver.report(now)
            if report is not None:
                reports.append(report)
        if reports:
            self.send_rtcp(rtcp.receiver_report(self.local_ssrc, reports[:31]))
        self.limit.tick()
        for camera in self.cameras:
            camera.tick(now)
        for sender in self.senders:
            sender.repeats.tick()
        self.arrivals.seldom = self.downlink.narrow
        self.downlink.tick(self._settled.bytes_out, now)

    def totals(self) -> Totals:
        """Media packets and their bytes as they were in the clear, both ways."""
        gone, receivers, senders = self._gone, self.receivers, self.senders
        repeated = sum(sender.repeats.sent for sender in senders)
        return Totals(
            packets_in=gone.packets_in + sum(one.packets for one in receivers),
            bytes_in=gone.bytes_in + sum(one.octets for one in receivers),
            packets_out=gone.packets_out + repeated + sum(s.packets for s in senders),
            bytes_out=gone.bytes_out + sum(s.octets for s in senders),
        )

    def _settle(self) -> int:
        """Add what was counted since the last time to the worker's totals; returns how
        many packets came."""
        counters, before, now = self.counters, self._settled, self.totals()
        self._settled = now
        counters.packets_in += now.packets_in - before.packets_in
        counters.bytes_in += now.bytes_in - before.bytes_in
        counters.packets_out += now.packets_out - before.packets_out
        counters.bytes_out += now.bytes_out - before.bytes_out
        return now.packets_in - before.packets_in

    def _handle_unnamed(self, buffer: PacketBuffer, length: int, now: float) -> None:
        """A retransmission, or the first packet of a source the offer did not name."""
        _, marker_type, _, _, ssrc = read_header(buffer.view)
        payload_type = marker_type & 127
        receiver, is_rtx = self._sources.repeats.get(ssrc), True
        is_known = receiver is not None
        if receiver is None:
            receiver, is_rtx = self._sources.find(buffer.view, length, payload_type)
        if receiver is None:
            self.counters.drop("ssrc_unknown")
            return
        if is_rtx and payload_type != receiver.stream.rtx_payload_type:
            self.counters.drop("payload_type")
            return
        LENGTH[0] = length
        if self._unprotect(buffer.data, LENGTH) or LENGTH[0] < MIN_RTP:
            self.counters.drop("srtp_auth")
            return
        plain = LENGTH[0]
        if not is_known:
            self._sources.learn(receiver, ssrc, repeats=is_rtx)
        if receiver.numbered:
            self.arrivals.take(receiver, buffer.view, plain, now)
        if is_rtx:
            plain = unwrap(receiver, buffer.view, plain)
            if not plain:
                # Browsers probe the line with padding and with what we already have.
                self.counters.drop("probe")
                return
        receiver.receive(buffer, plain, read_header(buffer.view), now)

    def _handle_srtcp(self, view: memoryview, length: int) -> None:
        if length < MIN_RTCP or not 191 < view[1] < 224:
            self.counters.drop("short")
            return
        if not self._feedback.admits(length, self._mux.now):
            return
        data = bytes(view[:length])
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
        self._feedback.take(plain, self._mux.now)


def _refuse(data: Any, length: Any) -> int:
    """Stands for the keys before the handshake and after the end."""
    return REFUSED
