"""Writing the answer: passive, ICE-lite, one bundle, one codec per kind.

Only values we checked or made are written; no text of the offer is echoed that
`sdp.offer` has not matched in full.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from video.media.rtp.header_extensions import TRANSPORT_CC
from video.media.rtp.sender import ForwardingSender
from video.media.sdp.codecs import OfferedCodec
from video.media.sdp.offer import OfferedMedia, SdpOffer
from video.media.sdp.simulcast import answer_lines

SCTP_PORT = 5000
MAX_MESSAGE_SIZE = 65536
REVERSED = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}
# RFC 8445 §5.1.2.1 with the highest local preference; each further way is one below.
CANDIDATE_PRIORITY, PREFERENCE = 2130706431, 256


@dataclass(frozen=True, slots=True)
class AnswerTransport:
    """The transport part of an answer: the way to us."""

    ip: str
    port: int
    ufrag: str
    password: str
    fingerprint: str
    cname: str
    ip6: str | None = None
    also: tuple[str, ...] = ()
    """Further addresses of the same socket, after the others."""


class AnswerBuilder:
    """Answers the offers of one session; its origin stays, its version rises."""

    def __init__(self, session_number: int) -> None:
        self._session_number = session_number
        self._version = 0

    def build(
        self,
        offer: SdpOffer,
        transport: AnswerTransport,
        senders: Mapping[str, ForwardingSender],
    ) -> str:
        """`senders` by mid: the slot behind each accepted audio or video section."""
        self._version += 1
        version = 6 if ":" in transport.ip else 4
        mids = " ".join(media.mid for media in offer.media if media.accepted)
        lines = [
            "v=0",
            f"o=- {self._session_number} {self._version} IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            "a=ice-lite",
            f"a=group:BUNDLE {mids}",
            "a=msid-semantic: WMS *",
        ]
        for media in offer.media:
            connection = f"c=IN IP{version} {transport.ip}"
            if not media.accepted:
                lines += _rejected(media)
            elif media.kind == "application":
                lines += [
                    f"m=application {transport.port} UDP/DTLS/SCTP webrtc-datachannel",
                    connection,
                    *_transport_lines(transport, media.mid),
                    f"a=sctp-port:{SCTP_PORT}",
                    f"a=max-message-size:{MAX_MESSAGE_SIZE}",
                ]
            else:
                head = _media_head(media, transport.port)
                sender = senders[media.mid]
                lines += [head, connection, *_transport_lines(transport, media.mid)]
                lines += _media_lines(media, sender, transport.cname)
        return "\r\n".join(lines) + "\r\n"


def _rejected(media: OfferedMedia) -> list[str]:
    return [
        f"m={media.kind} 0 {media.profile} {' '.join(media.formats)}",
        "c=IN IP4 0.0.0.0",
        f"a=mid:{media.mid}",
        "a=inactive",
    ]


def _transport_lines(transport: AnswerTransport, mid: str) -> list[str]:
    port = transport.port
    # RFC 8421: IPv6 first, where there is any.
    ips = [ip for ip in (transport.ip6, transport.ip, *transport.also) if ip]
    ways = [(CANDIDATE_PRIORITY - n * PREFERENCE, ip) for n, ip in enumerate(ips)]
    return [
        f"a=ice-ufrag:{transport.ufrag}",
        f"a=ice-pwd:{transport.password}",
        f"a=fingerprint:sha-256 {transport.fingerprint}",
        "a=setup:passive",
        f"a=mid:{mid}",
        *(
            f"a=candidate:{number} 1 udp {priority} {ip} {port} typ host"
            for number, (priority, ip) in enumerate(ways, 1)
        ),
        "a=end-of-candidates",
    ]


def _accepted_codec(media: OfferedMedia) -> OfferedCodec:
    if media.codec is None:
        raise ValueError("an accepted section has a codec")
    return media.codec


def _media_head(media: OfferedMedia, port: int) -> str:
    codec = _accepted_codec(media)
    # The first is what the browser sends.
    types = [codec.red_payload_type, codec.payload_type, codec.rtx_payload_type]
    formats = " ".join(str(number) for number in types if number is not None)
    return f"m={media.kind} {port} UDP/TLS/RTP/SAVPF {formats}"


def _media_lines(
    media: OfferedMedia, sender: ForwardingSender, cname: str
) -> list[str]:
    codec = _accepted_codec(media)
    lines = ["a=rtcp-mux", "a=rtcp-rsize", f"a={REVERSED[media.direction]}"]
    lines += [f"a=extmap:{number} {uri}" for uri, number in media.extensions.items()]
    if media.layers is not None and media.publishes:
        lines += answer_lines(media.layers)
    lines += _codec_lines(media, codec)
    if media.subscribes:
        lines += _source_lines(media, sender, codec, cname)
    return lines


def _codec_lines(media: OfferedMedia, codec: OfferedCodec) -> list[str]:
    number = codec.payload_type
    # REMB beside it: a browser keeps below both, its own estimate and what we say.
    whole_path = ["transport-cc"] if TRANSPORT_CC in media.extensions else []
    if media.kind == "audio":
        return _sound_lines(codec, whole_path)
    lines = [f"a=rtpmap:{number} {codec.name}/{codec.clock_rate}"]
    if codec.profile_level_id is not None:
        lines.append(
            f"a=fmtp:{number} level-asymmetry-allowed=1;packetization-mode=1;"
            f"profile-level-id={codec.profile_level_id}"
        )
    lines += [
        f"a=rtcp-fb:{number} {feedback}"
        for feedback in ("goog-remb", *whole_path, "ccm fir", "nack", "nack pli")
    ]
    if codec.rtx_payload_type is not None:
        rtx = codec.rtx_payload_type
        lines += [
            f"a=rtpmap:{rtx} rtx/{codec.clock_rate}",
            f"a=fmtp:{rtx} apt={number}",
        ]
    return lines


def _sound_lines(codec: OfferedCodec, whole_path: list[str]) -> list[str]:
    number, red = codec.payload_type, codec.red_payload_type
    lines = [
        f"a=rtpmap:{number} opus/48000/2",
        f"a=fmtp:{number} minptime=10;useinbandfec=1",
    ]
    if red is not None:
        lines += [f"a=rtpmap:{red} red/48000/2", f"a=fmtp:{red} {number}/{number}"]
    wanted = [*whole_path, "nack"] if codec.nack else whole_path
    both = [number] if red is None else [red, number]
    return lines + [f"a=rtcp-fb:{one} {kind}" for kind in wanted for one in both]


def _source_lines(
    media: OfferedMedia, sender: ForwardingSender, codec: OfferedCodec, cname: str
) -> list[str]:
    """Named sources spare us the mid header extension on every packet."""
    stream = f"slot-{media.mid}"
    lines = [f"a=msid:{stream} {stream}-{media.kind}"]
    has_rtx = codec.rtx_payload_type is not None
    if has_rtx:
        lines.append(f"a=ssrc-group:FID {sender.ssrc} {sender.rtx_ssrc}")
    lines.append(f"a=ssrc:{sender.ssrc} cname:{cname}")
    if has_rtx:
        lines.append(f"a=ssrc:{sender.rtx_ssrc} cname:{cname}")
    return lines
