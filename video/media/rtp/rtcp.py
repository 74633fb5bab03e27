"""RTCP that we write, on aiortc's packet classes (RFC 3550, 4585, 5104).

aiortc's names end here: the rest of the package calls these functions.
"""

import struct
from collections.abc import Iterable, Sequence

from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSdesPacket,
    RtcpSenderInfo,
    RtcpSourceInfo,
    RtcpSrPacket,
    pack_remb_fci,
    pack_rtcp_packet,
    unpack_remb_fci,
)

from video.media.rtp.transport_feedback import (
    FORMAT,
    TransportFeedback,
    read_feedback,
)

SDES_CNAME = 1
PADDED = 0x20
look = struct.Struct("!BBH").unpack_from
# One NACK packet stays far below the path's MTU whatever the gap.
NACKS_PER_PACKET = 256


def parse_compound(data: bytes) -> list[AnyRtcpPacket | TransportFeedback]:
    """Every packet of a compound; raises `ValueError` on anything malformed."""
    packets: list[AnyRtcpPacket | TransportFeedback] = []
    at = 0
    try:
        while at < len(data):
            first, kind, words = look(data, at)
            end = at + 4 * (words + 1)
            if end > len(data):
                raise ValueError("RTCP packet is truncated")
            # aiortc would read its times as numbers that are missed, sixteen a word.
            if (first & 0x1F, kind) == (FORMAT, RTCP_RTPFB) and first >> 6 == 2:
                packets.append(_transport_feedback(data[at:end], first))
            else:
                packets += RtcpPacket.parse(data[at:end])
            at = end
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from error
    return packets


def _transport_feedback(packet: bytes, first: int) -> TransportFeedback:
    if first & PADDED:
        if not 0 < packet[-1] <= len(packet) - 4:
            raise ValueError("RTCP padding is longer than its packet")
        packet = packet[: -packet[-1]]
    return read_feedback(packet[4:])


def picture_loss(sender_ssrc: int, media_ssrc: int) -> bytes:
    """Ask a publisher for a key frame (RFC 4585 §6.3.1)."""
    return bytes(
        RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=sender_ssrc, media_ssrc=media_ssrc)
    )


def negative_acks(
    sender_ssrc: int, media_ssrc: int, missing: Sequence[int]
) -> Iterable[bytes]:
    """NACKs for the missing sequence numbers, in packets of bounded size.

    `missing` in stream order. Packed here, not by aiortc: its packing shifts by a
    negative count when a gap lies across 65535.
    """
    for start in range(0, len(missing), NACKS_PER_PACKET):
        entries = pack_nack_entries(missing[start : start + NACKS_PER_PACKET])
        payload = struct.pack("!LL", sender_ssrc, media_ssrc) + entries
        yield pack_rtcp_packet(RTCP_RTPFB, RTCP_RTPFB_NACK, payload)


def pack_nack_entries(missing: Sequence[int]) -> bytes:
    """RFC 4585 §6.2.1: a packet id and a bitmask of the sixteen that follow it."""
    packed = b""
    first, mask = missing[0], 0
    for sequence in missing[1:]:
        offset = (sequence - first - 1) & 0xFFFF
        if offset < 16:
            mask |= 1 << offset
        else:
            packed += struct.pack("!HH", first, mask)
            first, mask = sequence, 0
    return packed + struct.pack("!HH", first, mask)


def nacked_sequences(packet: RtcpRtpfbPacket) -> list[int]:
    """Returns what a subscriber misses, as 16-bit numbers; empty for other feedback."""
    if packet.fmt != RTCP_RTPFB_NACK:
        return []
    return [sequence & 0xFFFF for sequence in packet.lost]


def receiver_report(sender_ssrc: int, reports: list[RtcpReceiverInfo]) -> bytes:
    return bytes(RtcpRrPacket(ssrc=sender_ssrc, reports=reports))


def sender_report(
    *, ssrc: int, cname: str, ntp: int, timestamp: int, packets: int, octets: int
) -> bytes:
    """A compound of SR and SDES; counters wrap at 32 bits as the RFC has it."""
    info = RtcpSenderInfo(
        ntp_timestamp=ntp,
        rtp_timestamp=timestamp & 0xFFFFFFFF,
        packet_count=packets & 0xFFFFFFFF,
        octet_count=octets & 0xFFFFFFFF,
    )
    source = RtcpSourceInfo(ssrc=ssrc, items=[(SDES_CNAME, cname.encode())])
    return bytes(RtcpSrPacket(ssrc=ssrc, sender_info=info)) + bytes(
        RtcpSdesPacket(chunks=[source])
    )


def bitrate_limit(sender_ssrc: int, media_ssrc: int, bitrate: int) -> bytes:
    """REMB: the receiver's estimate of what may be sent, in bit/s."""
    return bytes(
        RtcpPsfbPacket(
            fmt=RTCP_PSFB_APP,
            ssrc=sender_ssrc,
            media_ssrc=0,
            fci=pack_remb_fci(bitrate, [media_ssrc]),
        )
    )


def keyframe_targets(packet: RtcpPsfbPacket) -> list[int]:
    """The media sources that a PLI or FIR asks for; empty for other feedback.

    A FIR names them in its entries of eight bytes and leaves the header at 0.
    """
    if packet.fmt == RTCP_PSFB_PLI:
        return [packet.media_ssrc]
    if packet.fmt == RTCP_PSFB_FIR:
        entries = range(0, len(packet.fci) - 7, 8)
        return [int.from_bytes(packet.fci[at : at + 4], "big") for at in entries]
    return []


def remb_estimate(packet: RtcpPsfbPacket) -> tuple[int, list[int]] | None:
    """(bit/s, media sources) of a REMB; None for other feedback or a broken one."""
    if packet.fmt != RTCP_PSFB_APP:
        return None
    try:
        return unpack_remb_fci(packet.fci)
    except (ValueError, struct.error, IndexError):
        return None
