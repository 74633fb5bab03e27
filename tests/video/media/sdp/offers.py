"""Offers of browsers, and the answer to each."""

from pathlib import Path

from video.media.counters import Counters
from video.media.rtp.sender import ForwardingSender
from video.media.sdp.answer import AnswerBuilder, AnswerTransport
from video.media.sdp.offer import SdpOffer

OFFERS = Path(__file__).parents[1] / "offers"
CHROMIUM = (OFFERS / "chromium.sdp").read_text()
FIREFOX = (OFFERS / "firefox.sdp").read_text()
SAFARI = (OFFERS / "safari_composed.sdp").read_text()
TRANSPORT = AnswerTransport(
    ip="192.0.2.1",
    port=40000,
    ufrag="ufragufr",
    password="p" * 24,
    fingerprint=":".join(["AB"] * 32),
    cname="cname",
)


class NoWire:
    cname = "cname"

    def send_packet(self, buffer: object, length: int) -> bool:
        return False

    def send_copy(self, packet: bytes | bytearray) -> bool:
        return False

    def send_rtcp(self, data: bytes) -> None:
        return None


def answer(offer: SdpOffer, builder: AnswerBuilder | None = None) -> str:
    slots = {
        media.mid: ForwardingSender(NoWire(), media.kind, Counters())
        for media in offer.media
        if media.codec is not None
    }
    return (builder or AnswerBuilder(1)).build(offer, TRANSPORT, slots)
