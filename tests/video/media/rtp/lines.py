"""One publisher, one subscriber, and wires that keep what would be sent."""

import struct

from aiortc.rtp import RtcpRtpfbPacket

from video.media.counters import Counters
from video.media.rtp import rtcp
from video.media.rtp.limits import PublisherLimit
from video.media.rtp.receiver import HEADER, ForwardingReceiver, StreamFormat
from video.media.rtp.sender import ForwardingSender
from video.media.transport.dtls import PacketBuffer

VP8 = StreamFormat(
    kind="video",
    payload_type=96,
    rtx_payload_type=97,
    clock_rate=90000,
    ssrc=1111,
    rtx_ssrc=2222,
)


class Wire:
    """Stands where a leg stands: keeps what would be sent."""

    def __init__(self) -> None:
        self.local_ssrc = 7
        self.cname = "wire"
        self.counters = Counters()
        self.packets: list[bytes] = []
        self.reports: list[bytes] = []
        self.watched: list[ForwardingReceiver] = []
        self.limit = PublisherLimit(self, [])

    def send_packet(self, buffer: PacketBuffer, length: int) -> bool:
        self.packets.append(bytes(buffer.view[:length]))
        return True

    def send_copy(self, packet: bytes | bytearray) -> bool:
        self.packets.append(bytes(packet))
        return True

    def spare(self) -> PacketBuffer:
        return PacketBuffer()

    def send_rtcp(self, data: bytes) -> None:
        self.reports.append(data)

    def nack_later(self, receiver: ForwardingReceiver) -> None:
        receiver.send_nacks(self.now)
        self.watched.append(receiver)

    now = 0.0

    def sequences(self) -> list[int]:
        return [struct.unpack_from("!H", packet, 2)[0] for packet in self.packets]


class Line:
    """One publisher, one subscriber, wires on both ends."""

    def __init__(self, stream: StreamFormat = VP8) -> None:
        self.up, self.down = Wire(), Wire()
        self.counters = Counters()
        self.receiver = ForwardingReceiver(self.up, stream, self.counters)
        self.sender = ForwardingSender(self.down, stream.kind, self.counters)
        self.sender.negotiate(
            payload_type=100,
            rtx_payload_type=101,
            clock_rate=stream.clock_rate,
            extensions={},
            usable=True,
        )
        self.sender.bind(self.receiver, now=10.0)
        self.inbound = PacketBuffer()

    def push(
        self, sequence: int, timestamp: int = 0, payload: bytes = b"x", at: float = 10.0
    ) -> None:
        data = rtp_packet(sequence, timestamp=timestamp, payload=payload)
        take(self.receiver, self.inbound, data, at)


def take(
    receiver: ForwardingReceiver, buffer: PacketBuffer, data: bytes, at: float = 10.0
) -> None:
    """Hand a decrypted packet to a receiver, as a leg does."""
    buffer.view[: len(data)] = data
    receiver.receive(buffer, len(data), HEADER.unpack_from(data), at)


def rtp_packet(
    sequence: int,
    *,
    timestamp: int = 0,
    payload: bytes = b"x",
    ssrc: int = 1111,
    payload_type: int = 96,
    flags: int = 0x80,
) -> bytes:
    return (
        struct.pack("!BBHLL", flags, payload_type, sequence, timestamp, ssrc) + payload
    )


def nacked(report: bytes) -> list[int]:
    (packet,) = rtcp.parse_compound(report)
    assert isinstance(packet, RtcpRtpfbPacket)
    return rtcp.nacked_sequences(packet)
