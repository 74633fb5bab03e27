"""Reading an offer: a hostile one ends here, before any socket knows of it.

aiortc's parser does the syntax. Around it stand bounds (it is quadratic in places)
and checks of every value that we echo or act upon.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aiortc.rtcdtlstransport import RTCDtlsFingerprint
from aiortc.sdp import MediaDescription, SessionDescription

from video.media.errors import SdpOfferRefused
from video.media.rtp.header_extensions import NEGOTIATED, TRANSPORT_CC
from video.media.rtp.receiver import StreamFormat
from video.media.sdp.codecs import OfferedCodec, RoomCodecs
from video.media.sdp.simulcast import OfferedLayers, read_layers

MAX_BYTES = 64 * 1024
MAX_LINES, MAX_LINE = 3000, 1000
MAX_MEDIA = 24
MAX_ATTRIBUTES = 300  # a=ssrc and a=rtpmap lines of one section
SUPPORTED_PROFILES = ("UDP/TLS/RTP/SAVPF", "UDP/DTLS/SCTP")
DIGESTS = {"sha-256": 32, "sha-384": 48, "sha-512": 64}

TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,32}")
ICE_UFRAG = re.compile(r"[A-Za-z0-9+/=_-]{4,256}")
KIND = re.compile(r"[a-z]{1,16}")
FORMAT = re.compile(r"[A-Za-z0-9_/.-]{1,32}")


@dataclass(frozen=True, slots=True)
class OfferedMedia:
    """One m-line. `codec` is None for a data channel and for what we reject."""

    kind: str
    mid: str
    profile: str
    formats: tuple[str, ...]
    direction: str = "sendrecv"
    accepted: bool = False
    codec: OfferedCodec | None = None
    extensions: Mapping[str, int] = field(default_factory=dict)
    ssrc: int = 0
    rtx_ssrc: int | None = None
    layers: OfferedLayers | None = None
    sctp_port: int = 0
    max_message_size: int = 65536

    @property
    def publishes(self) -> bool:
        """The client may send on it."""
        return self.accepted and self.direction in ("sendrecv", "sendonly")

    @property
    def subscribes(self) -> bool:
        """The client wants to receive on it."""
        return self.accepted and self.direction in ("sendrecv", "recvonly")

    def stream(self, codec: OfferedCodec) -> StreamFormat:
        """The stream that the client may send; layers are known by their packets."""
        named = self.layers is None
        return StreamFormat(
            kind=self.kind,
            payload_type=codec.payload_type,
            rtx_payload_type=codec.rtx_payload_type,
            clock_rate=codec.clock_rate,
            ssrc=self.ssrc if named else 0,
            rtx_ssrc=self.rtx_ssrc if named else None,
            extensions=self.extensions,
            red_payload_type=codec.red_payload_type,
            nack=codec.nack,
        )


@dataclass(frozen=True, slots=True)
class SdpOffer:
    """An offer that can be answered."""

    media: tuple[OfferedMedia, ...]
    ice_ufrag: str
    fingerprints: tuple[RTCDtlsFingerprint, ...]

    def check_renewal_of(self, before: "SdpOffer") -> None:
        """Raises `SdpOfferRefused` when a section changed its kind or the peer its
        certificate."""
        same_order = len(self.media) >= len(before.media) and all(
            (old.kind, old.mid) == (new.kind, new.mid)
            for old, new in zip(before.media, self.media, strict=False)
        )
        if not same_order or self.certificates != before.certificates:
            raise SdpOfferRefused("changed_media", "sections or certificate changed")

    @property
    def certificates(self) -> set[tuple[str, str]]:
        """Those that the browser may show, by algorithm and digest."""
        return {(f.algorithm.lower(), f.value.upper()) for f in self.fingerprints}

    @property
    def data_channel(self) -> OfferedMedia | None:
        for media in self.media:
            if media.accepted and media.kind == "application":
                return media
        return None


def read_offer(text: str, codecs: RoomCodecs) -> SdpOffer:
    """Parse and judge an offer; raises `OfferRefused` and nothing else."""
    description = _parse(text)
    if not description.media:
        raise SdpOfferRefused("no_media", "the offer has no m-line")
    if len(description.media) > MAX_MEDIA:
        raise SdpOfferRefused("too_many_media", f"more than {MAX_MEDIA} m-lines")
    bundled = {
        str(item)
        for group in description.group
        if group.semantic == "BUNDLE"
        for item in group.items
    }
    layers = read_layers(text)
    media = tuple(
        _read_media(section, bundled, codecs, layers) for section in description.media
    )
    if len({section.mid for section in media}) != len(media):
        raise SdpOfferRefused("bad_mid", "two m-lines bear one mid")
    if not bundled:
        raise SdpOfferRefused("not_bundled", "the offer has no BUNDLE group")
    if not any(section.accepted for section in media):
        raise SdpOfferRefused("no_common_codec", "no m-line can be accepted")
    ufrag, fingerprints = _read_transport(description)
    return SdpOffer(media=media, ice_ufrag=ufrag, fingerprints=fingerprints)


def _parse(text: str) -> SessionDescription:
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        raise SdpOfferRefused("too_large", f"more than {MAX_BYTES} bytes")
    if not text.isascii() or "\x00" in text:
        raise SdpOfferRefused("malformed", "not plain ASCII")
    # Candidates are of no use to an ICE-lite agent, and the one attribute that
    # browsers and TURN servers keep extending.
    lines = [
        line
        for line in text.splitlines()
        if line and not line.startswith("a=candidate:")
    ]
    if len(lines) > MAX_LINES or max(map(len, lines), default=0) > MAX_LINE:
        raise SdpOfferRefused("too_large", "too many lines, or too long")
    counted = 0
    for line in lines:
        counted = 0 if line.startswith("m=") else counted
        counted += line.startswith(("a=ssrc:", "a=rtpmap:", "a=fmtp:", "a=rtcp-fb:"))
        if counted > MAX_ATTRIBUTES:
            raise SdpOfferRefused("too_large", "too many attributes in one section")
    try:
        return SessionDescription.parse("\r\n".join(lines) + "\r\n")
    except Exception as error:
        # The parser asserts, indexes and unpacks: any failure means bad input.
        raise SdpOfferRefused("malformed", "not a session description") from error


def _read_media(
    section: MediaDescription,
    bundled: set[str],
    codecs: RoomCodecs,
    layers: Mapping[str, OfferedLayers],
) -> OfferedMedia:
    mid = section.rtp.muxId
    formats = tuple(str(entry) for entry in section.fmt)
    if not TOKEN.fullmatch(mid or ""):
        raise SdpOfferRefused("bad_mid", "an m-line has no proper mid")
    if not KIND.fullmatch(section.kind) or not all(map(FORMAT.fullmatch, formats)):
        raise SdpOfferRefused("malformed", "an m-line has no proper kind or format")
    rejected = OfferedMedia(
        kind=section.kind, mid=mid, profile=section.profile, formats=formats
    )
    # Port 0 rejects an m-line, except where `bundle-only` makes it part of the
    # bundle; browsers never stop a section that they still list in the group.
    if mid not in bundled or section.profile not in SUPPORTED_PROFILES:
        return rejected
    if section.kind == "application":
        return _read_data_channel(section, rejected)
    codec = codecs.choose(section) if section.kind in ("audio", "video") else None
    if codec is None or not section.rtcp_mux:
        return rejected
    ssrc, rtx_ssrc = _read_sources(section)
    return OfferedMedia(
        kind=section.kind,
        mid=mid,
        profile=section.profile,
        formats=formats,
        direction=section.direction or "sendrecv",
        accepted=True,
        codec=codec,
        extensions=_read_extensions(section, codec),
        ssrc=ssrc,
        rtx_ssrc=rtx_ssrc if codec.rtx_payload_type else None,
        layers=layers.get(mid) if codec.name == "VP8" else None,
    )


def _read_extensions(section: MediaDescription, codec: OfferedCodec) -> dict[str, int]:
    return {
        extension.uri: extension.id
        for extension in section.rtp.headerExtensions
        if extension.uri in NEGOTIATED[section.kind]
        and 1 <= extension.id <= 14
        and (codec.transport_cc or extension.uri != TRANSPORT_CC)
    }


def _read_data_channel(
    section: MediaDescription, rejected: OfferedMedia
) -> OfferedMedia:
    port = section.sctp_port or 0
    if not 0 < port < 65536:
        return rejected
    capabilities = section.sctpCapabilities
    size = capabilities.maxMessageSize if capabilities is not None else 65536
    return replace(
        rejected,
        accepted=True,
        sctp_port=port,
        max_message_size=size if 0 < size <= 1 << 30 else 65536,
    )


def _read_sources(section: MediaDescription) -> tuple[int, int | None]:
    """(media SSRC or 0 when not named, its RTX SSRC): FID group first, else order."""
    valid = [entry.ssrc for entry in section.ssrc if 0 < entry.ssrc < 1 << 32]
    for group in section.ssrc_group:
        if group.semantic == "FID" and len(group.items) == 2:
            media, rtx = (int(item) for item in group.items)
            if media in valid and rtx in valid and media != rtx:
                return media, rtx
    return (valid[0] if valid else 0), None


def _read_transport(
    description: SessionDescription,
) -> tuple[str, tuple[RTCDtlsFingerprint, ...]]:
    """ICE and DTLS of the bundle: a `bundle-only` section names none (RFC 9143)."""
    named = (m for m in description.media if m.ice and m.ice.usernameFragment)
    section = next(named, description.media[0])
    ufrag = section.ice.usernameFragment if section.ice else None
    if not ICE_UFRAG.fullmatch(ufrag or ""):
        raise SdpOfferRefused("no_ice", "no proper ice-ufrag")
    if section.dtls is None or section.dtls.role == "server":
        raise SdpOfferRefused("no_setup", "a=setup must be actpass or active")
    prints = tuple(
        entry
        for entry in section.dtls.fingerprints
        if len(bytes.fromhex(_hex(entry.value))) == DIGESTS.get(entry.algorithm.lower())
    )
    if not prints or len(prints) > 8:
        raise SdpOfferRefused("no_fingerprint", "no SHA-256, 384 or 512 fingerprint")
    return str(ufrag), prints


def _hex(fingerprint: str) -> str:
    plain = fingerprint.replace(":", "")
    return plain if re.fullmatch("(?:[0-9A-Fa-f]{2})+", plain) else ""
