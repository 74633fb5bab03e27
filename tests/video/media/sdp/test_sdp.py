"""Offers of browsers are answered; hostile ones refused by name.

Chromium's and Firefox's are recorded. Safari's is composed, by us and with values of
our own, from what people reported of Safari 12 to 13.1; no machine of Apple's was at
hand, and no Safari has talked to this answerer yet:

- payload types and their order, H264 (High, then Constrained Baseline) before VP8, no
  packetization-mode 0, header extensions 2 to 14 as numbered there, no
  extmap-allow-mixed: github.com/awslabs/amazon-kinesis-video-streams-webrtc-sdk-c
  issue 902, github.com/ionorg/ion-sfu issue 23
- sound without RED and without NACK, `mslabel` and `label` beside each SSRC:
  github.com/aiortc/aiortc issues 178 and 282
- an address of mDNS (`….local`) as the only one: github.com/webrtc-rs/rtc issue 31

The data channel's lines are those of RFC 8841, as Chromium writes them. Edge is
Chromium, and needs no offer of its own.
"""

import random
import re

import pytest
from aiortc.sdp import SessionDescription

from tests.video.media.sdp.offers import (
    CHROMIUM,
    FIREFOX,
    SAFARI,
    answer,
)
from video.media.errors import SdpOfferRefused
from video.media.rtp.header_extensions import ABS_SEND_TIME, AUDIO_LEVEL, TRANSPORT_CC
from video.media.sdp.answer import AnswerBuilder
from video.media.sdp.codecs import RoomCodecs
from video.media.sdp.offer import read_offer

BROWSERS = pytest.mark.parametrize(
    ("text", "opus", "vp8", "rtx"),
    [(CHROMIUM, 111, 96, 97), (FIREFOX, 109, 120, 124), (SAFARI, 111, 100, 101)],
    ids=["chromium", "firefox", "safari_composed"],
)


@BROWSERS
def test_a_browsers_offer_is_read(text: str, opus: int, vp8: int, rtx: int) -> None:
    offer = read_offer(text, RoomCodecs())
    sound, picture, data = offer.media
    assert [m.kind for m in offer.media] == ["audio", "video", "application"]
    assert all(m.accepted for m in offer.media)
    assert sound.codec is not None
    assert picture.codec is not None
    assert sound.codec.payload_type == opus
    assert picture.codec.payload_type == vp8
    assert (sound.codec.rtx_payload_type, picture.codec.rtx_payload_type) == (None, rtx)
    assert sound.ssrc
    assert picture.ssrc
    assert picture.rtx_ssrc
    # Firefox numbers its pictures only.
    numbered = [TRANSPORT_CC] if text is not FIREFOX else []
    assert list(sound.extensions) == [AUDIO_LEVEL, *numbered]
    assert list(picture.extensions) == [ABS_SEND_TIME, TRANSPORT_CC]
    assert data.sctp_port == 5000


@BROWSERS
def test_a_browsers_offer_is_answered(text: str, opus: int, vp8: int, rtx: int) -> None:
    offer = read_offer(text, RoomCodecs())
    parsed = SessionDescription.parse(answer(offer))
    assert [m.rtp.muxId for m in parsed.media] == ["0", "1", "2"]
    for section in parsed.media:
        assert section.ice is not None
        assert section.ice.iceLite
        assert section.dtls is not None
        assert section.dtls.role == "server"
        assert [c.port for c in section.ice_candidates] == [40000]
    assert [str(group) for group in parsed.group] == ["BUNDLE 0 1 2"]
    sound, picture, _ = parsed.media
    assert sound.rtcp_mux
    assert picture.rtcp_mux
    spoken = next(c for c in sound.rtp.codecs if c.payloadType == opus)
    assert (spoken.name, spoken.parameters["useinbandfec"]) == ("opus", 1)
    assert [c.payloadType for c in picture.rtp.codecs] == [vp8, rtx]
    feedback = {(f.type, f.parameter) for f in picture.rtp.codecs[0].rtcpFeedback}
    assert feedback == {
        ("goog-remb", None),
        ("transport-cc", None),
        ("ccm", "fir"),
        ("nack", None),
        ("nack", "pli"),
    }


def test_sound_is_redundant_and_repeated_where_the_browser_can() -> None:
    text = answer(read_offer(CHROMIUM, RoomCodecs()))
    assert "m=audio 40000 UDP/TLS/RTP/SAVPF 63 111\r\n" in text
    assert "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n" in text
    assert "a=rtcp-fb:63 nack\r\na=rtcp-fb:111 nack\r\n" in text


def test_a_path_is_numbered_only_where_header_and_feedback_are_offered() -> None:
    text = answer(read_offer(CHROMIUM, RoomCodecs()))
    assert text.count(f"a=extmap:3 {TRANSPORT_CC}\r\n") == 2
    for number in (63, 111, 96):
        assert f"a=rtcp-fb:{number} transport-cc\r\n" in text
    without_header = CHROMIUM.replace(f"a=extmap:3 {TRANSPORT_CC}\n", "")
    for line in (96, 111):
        assert f"a=rtcp-fb:{line} transport-cc\n" in CHROMIUM
    without_feedback = re.sub(r"a=rtcp-fb:\d+ transport-cc\n", "", CHROMIUM)
    for offered in (without_header, without_feedback):
        plain = answer(read_offer(offered, RoomCodecs()))
        assert "transport-cc" not in plain
        assert TRANSPORT_CC not in plain
        assert "a=rtcp-fb:96 goog-remb\r\n" in plain


def test_sound_is_plain_and_repeated_only_where_offered_else() -> None:
    plain = answer(read_offer(FIREFOX, RoomCodecs()))
    assert "m=audio 40000 UDP/TLS/RTP/SAVPF 109\r\n" in plain
    assert "a=rtcp-fb:109" not in plain
    opus = "a=rtpmap:109 opus/48000/2\n"
    offered = FIREFOX.replace(opus, opus + "a=rtcp-fb:109 nack\n")
    assert "a=rtcp-fb:109 nack\r\n" in answer(read_offer(offered, RoomCodecs()))


def test_redundancy_of_another_codec_is_not_taken() -> None:
    text = CHROMIUM.replace("a=fmtp:63 111/111", "a=fmtp:63 9/9")
    assert "red/48000" not in answer(read_offer(text, RoomCodecs()))


def test_the_bundles_transport_is_read_from_a_section_that_we_reject() -> None:
    head, audio, video, data = sections(CHROMIUM)
    bare = [
        "\n".join(
            line
            for line in part.splitlines()
            if not line.startswith(("a=ice-", "a=fingerprint", "a=setup"))
        )
        + "\n"
        for part in (video, data)
    ]
    text = head + audio.replace("opus/48000", "opux/48000") + "".join(bare)
    offer = read_offer(text, RoomCodecs())
    assert [m.accepted for m in offer.media] == [False, True, True]
    assert offer.ice_ufrag == "U539"


def test_h264_is_constrained_baseline_in_packetization_mode_1() -> None:
    offer = read_offer(CHROMIUM, RoomCodecs(video="H264"))
    assert offer.media[1].codec is not None
    assert offer.media[1].codec.payload_type == 109
    text = answer(offer)
    assert "packetization-mode=1;profile-level-id=42e01f" in text


def test_directions_are_mirrored_and_only_slots_name_a_source() -> None:
    head, audio, video, data = sections(CHROMIUM)
    text = head + audio.replace("a=sendrecv", "a=recvonly") + video + data
    offer = read_offer(text, RoomCodecs())
    assert not offer.media[0].publishes
    assert offer.media[0].subscribes
    assert "a=sendonly" in answer(offer)
    text = head + audio + video.replace("a=sendrecv", "a=sendonly") + data
    offer = read_offer(text, RoomCodecs())
    assert not offer.media[1].subscribes
    assert answer(offer).count("a=ssrc:") == 1


def test_a_section_we_cannot_take_is_rejected_with_port_0() -> None:
    head, audio, video, data = sections(CHROMIUM)
    text = head + audio + video.replace("VP8/90000", "VPX/90000") + data
    offer = read_offer(text, RoomCodecs())
    assert [m.accepted for m in offer.media] == [True, False, True]
    written = answer(offer)
    assert "\r\nm=video 0 UDP/TLS/RTP/SAVPF 96 97 " in written
    assert "a=group:BUNDLE 0 2\r\n" in written
    unbundled = CHROMIUM.replace("BUNDLE 0 1 2", "BUNDLE 0 1")
    offer = read_offer(unbundled, RoomCodecs())
    assert offer.data_channel is None
    no_mux = head + audio + video.replace("a=rtcp-mux\n", "") + data
    assert not read_offer(no_mux, RoomCodecs()).media[1].accepted


def test_the_version_rises_and_the_session_stays() -> None:
    builder = AnswerBuilder(77)
    offer = read_offer(CHROMIUM, RoomCodecs())
    origins = [answer(offer, builder).splitlines()[1] for _ in range(2)]
    assert origins == ["o=- 77 1 IN IP4 127.0.0.1", "o=- 77 2 IN IP4 127.0.0.1"]


def sections(text: str) -> list[str]:
    head, *rest = text.split("m=")
    return [head, *("m=" + part for part in rest)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_media"),
        ("v=0\r\n", "no_media"),
        ("x" * 65537, "too_large"),
        ("a=x\r\n" * 4000, "too_large"),
        (CHROMIUM + "a=ssrc:1 cname:x\r\n" * 301, "too_large"),
        ("m=audio\r\n", "malformed"),
        ("m=audio 9 UDP/TLS/RTP/SAVPF 300\r\n", "malformed"),
        ("m=audio 9 UDP/TLS/RTP/SAVPF x\r\n", "malformed"),
        (CHROMIUM + "a=rtpmap:x\r\n", "malformed"),
        (CHROMIUM + "a=setup:holdconn\r\n", "malformed"),
        (CHROMIUM + "a=ssrc:" + "9" * 1000 + " cname:x\r\n", "too_large"),
        (CHROMIUM.replace("VP8", "VP\u20288"), "malformed"),
        (CHROMIUM.replace("a=mid:1\n", ""), "bad_mid"),
        (CHROMIUM.replace("a=mid:1\n", "a=mid:0\n"), "bad_mid"),
        (CHROMIUM.replace("a=mid:1\n", "a=mid:1 a=b\n"), "bad_mid"),
        (CHROMIUM.replace("a=mid:1\n", f"a=mid:{'1' * 33}\n"), "bad_mid"),
        (CHROMIUM.replace("a=group", "a=grope"), "not_bundled"),
        (CHROMIUM.replace("BUNDLE 0 1 2", "BUNDLE 7"), "no_common_codec"),
        (CHROMIUM.replace("a=ice-ufrag:", "a=ice-ufrog:"), "no_ice"),
        (CHROMIUM.replace("a=ice-ufrag:U539", "a=ice-ufrag:U"), "no_ice"),
        (CHROMIUM.replace("a=setup:actpass", "a=setup:passive"), "no_setup"),
        (CHROMIUM.replace("a=setup:actpass\n", ""), "no_setup"),
        (CHROMIUM.replace("sha-256", "md5"), "no_fingerprint"),
        (CHROMIUM.replace("sha-256 40:", "sha-256 zz:"), "no_fingerprint"),
        (CHROMIUM.replace("sha-256 40:", "sha-256 "), "no_fingerprint"),
        (CHROMIUM + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" * 30, "too_many_media"),
    ],
)
def test_a_hostile_offer_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(SdpOfferRefused) as refusal:
        read_offer(text, RoomCodecs())
    assert refusal.value.code == code


def test_mutated_offers_are_answered_or_refused_and_never_break() -> None:
    rng = random.Random(5)
    answered = 0
    for round_number in range(600):
        lines = (CHROMIUM, FIREFOX)[round_number % 2].splitlines()
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(lines))
            line = lines[at]
            lines[at] = rng.choice(
                [
                    "",
                    line[: rng.randint(0, len(line))],
                    line + rng.choice(["\0", " 1", ":", "\u00e9", "/", "9" * 40]),
                    lines[rng.randrange(len(lines))],
                    line.replace(rng.choice(list(line) or ["a"]), rng.choice("0z:/ ")),
                ]
            )
        try:
            offer = read_offer("\r\n".join(lines), RoomCodecs())
        except SdpOfferRefused:
            continue
        SessionDescription.parse(answer(offer))
        answered += 1
    assert answered > 50


def test_safaris_h264_is_the_profile_that_every_browser_decodes() -> None:
    """High (640c1f) stands first there, and Firefox decodes Constrained Baseline."""
    offer = read_offer(SAFARI, RoomCodecs(video="H264"))
    _, picture, _ = offer.media
    assert picture.codec is not None
    assert (picture.codec.payload_type, picture.codec.rtx_payload_type) == (98, 99)
    text = answer(offer)
    assert "profile-level-id=42e01f" in text
    assert "640c1f" not in text
