"""The one codec per kind that a section of an offer is taken for."""

import re
from dataclasses import dataclass

from aiortc import RTCRtpCodecParameters
from aiortc.sdp import MediaDescription


@dataclass(frozen=True, slots=True)
class OfferedCodec:
    """The one codec of a section that we take, and its retransmission type."""

    name: str
    payload_type: int
    clock_rate: int
    rtx_payload_type: int | None = None
    profile_level_id: str | None = None
    red_payload_type: int | None = None
    nack: bool = True
    transport_cc: bool = False


@dataclass(frozen=True, slots=True)
class RoomCodecs:
    """One codec per kind and room, so that every packet suits every browser.

    VP8 is what all browsers encode. H264 means constrained baseline in packetization
    mode 1. Opus always with in-band FEC, and redundant (RED) where the browser can.
    """

    video: str = "VP8"
    audio: str = "opus"

    def choose(self, media: MediaDescription) -> OfferedCodec | None:
        wanted = (self.audio if media.kind == "audio" else self.video).lower()
        for codec in media.rtp.codecs:
            number = codec.payloadType
            if codec.name.lower() != wanted or number is None:
                continue
            if number not in media.fmt:
                continue
            level = str(codec.parameters.get("profile-level-id", ""))
            if wanted == "h264" and (
                str(codec.parameters.get("packetization-mode")) != "1"
                or not re.fullmatch("42[ec]0[0-9a-f]{2}", level.lower())
            ):
                continue
            red = _red_for(media, number) if media.kind == "audio" else None
            return OfferedCodec(
                name=self.audio if media.kind == "audio" else self.video,
                payload_type=number,
                clock_rate=48000 if media.kind == "audio" else 90000,
                rtx_payload_type=_rtx_for(media, number),
                profile_level_id=level if wanted == "h264" else None,
                red_payload_type=red,
                nack=_repeats(media, codec, red),
                transport_cc=_has_feedback(codec, "transport-cc"),
            )
        return None


def _rtx_for(media: MediaDescription, payload_type: int) -> int | None:
    for codec in media.rtp.codecs:
        if codec.name.lower() == "rtx" and codec.parameters.get("apt") == payload_type:
            return codec.payloadType
    return None


def _red_for(media: MediaDescription, payload_type: int) -> int | None:
    for codec in media.rtp.codecs:
        number, blocks = codec.payloadType, f"{payload_type}/{payload_type}"
        if codec.name.lower() == "red" and blocks in codec.parameters:
            return number if number is not None and number in media.fmt else None
    return None


def _repeats(
    media: MediaDescription, codec: RTCRtpCodecParameters, red: object
) -> bool:
    """True if lost packets may be asked for. Browsers on libwebrtc repeat sound when
    the answer asks for it although they do not offer so; RED gives them away."""
    return media.kind == "video" or _has_feedback(codec, "nack") or red is not None


def _has_feedback(codec: RTCRtpCodecParameters, kind: str) -> bool:
    return any(one.type == kind for one in codec.rtcpFeedback)
