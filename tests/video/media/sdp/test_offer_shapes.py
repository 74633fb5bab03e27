"""Whatever a browser puts into its offer, the answer agrees with it.

The recorded offers are Chromium's and Firefox's. Edge is Chromium. Of Safari none was
recorded: no machine of Apple's was at hand; one is composed (see test_sdp.py). What is
known of it is applied to Chromium's, too, with which it shares its library, one fact
per shape:

- pictures may stand before sound, H264 before VP8, High (640c1f) before Constrained
  Baseline (42e01f), packetization-mode 0 not at all:
  github.com/awslabs/amazon-kinesis-video-streams-webrtc-sdk-c/issues/902
- before RED came, sound began 111 103 9 …:
  github.com/mpromonet/webrtc-streamer/issues/469
- sections were named audio, video, data: github.com/aiortc/aiortc/issues/178
"""

import itertools
import re
from collections.abc import Callable

import pytest

from tests.video.media.sdp.offers import CHROMIUM, FIREFOX, SAFARI, answer
from video.media.sdp.codecs import RoomCodecs
from video.media.sdp.offer import read_offer

MIRRORED = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}
Shape = Callable[[str], str]


def split(text: str) -> list[str]:
    """The session's part, then one per section."""
    return re.split(r"(?m)^(?=m=)", text.replace("\r\n", "\n"))


def without(pattern: str) -> Shape:
    """Strikes every line that the pattern finds."""
    return lambda text: re.sub(rf"(?m)^.*(?:{pattern}).*\n", "", text)


def in_order(*places: int) -> Shape:
    def shape(text: str) -> str:
        head, *parts = split(text)
        return head + "".join(parts[place] for place in places)

    return shape


def without_codec(name: str) -> Shape:
    """Takes the codec's payload types out, as a browser does that lacks it."""

    def shape(text: str) -> str:
        for number in re.findall(rf"(?m)^a=rtpmap:(\d+) {name}/", text):
            text = without(rf"^a=(?:rtpmap|fmtp|rtcp-fb):{number} ")(text)
            text = re.sub(rf"(?m)^(m=.*) {number}\b(.*)$", r"\1\2", text)
        return text

    return shape


def h264_before_vp8(text: str) -> str:
    vp8 = re.findall(r"(?m)^a=rtpmap:(\d+) VP8/", text)
    for number in vp8:
        text = re.sub(rf"(?m)^(m=video.*?) {number}\b(.*)$", rf"\1\2 {number}", text)
    return text.replace("42001f", "640c1f")


def no_single_nal(text: str) -> str:
    for number in re.findall(r"(?m)^a=fmtp:(\d+) .*packetization-mode=0", text):
        text = without(rf"^a=(?:rtpmap|fmtp|rtcp-fb):{number} ")(text)
        text = re.sub(rf"(?m)^(m=video.*) {number}\b(.*)$", r"\1\2", text)
    return text


def old_names(text: str) -> str:
    for number, name in enumerate(["audio", "video", "data"]):
        text = re.sub(rf"(?m)^a=mid:{number}\s*$", f"a=mid:{name}", text)
    return re.sub(r"(?m)^a=group:BUNDLE 0 1 2", "a=group:BUNDLE audio video data", text)


def two_byte_ids(text: str) -> str:
    """Identifiers above 14 want the two-byte form (RFC 8285 §4.3)."""
    return re.sub(
        r"(?m)^a=extmap:(\d+)", lambda found: f"a=extmap:{int(found[1]) + 20}", text
    )


def sound_alone(text: str) -> str:
    return in_order(0, 2)(text).replace("BUNDLE 0 1 2", "BUNDLE 0 2")


def hidden_addresses(text: str) -> str:
    name = "2cf0b2c0-0842-4fe3-aaa0-4556a2dfbadc.local"
    return re.sub(r"(?m)^(a=candidate:\S+ 1 \S+ \d+) \S+", rf"\1 {name}", text)


SHAPES: dict[str, Shape] = {
    "as recorded": lambda text: text,
    "pictures first": in_order(1, 0, 2),
    "data first": in_order(2, 0, 1),
    "sound alone": lambda text: in_order(0, 2)(text).replace(
        "BUNDLE 0 1 2", "BUNDLE 0 2"
    ),
    "H264 first": h264_before_vp8,
    "no single NAL": no_single_nal,
    "no RTX": without_codec("rtx"),
    "no RED": without_codec("red"),
    "old names": old_names,
    "two-byte ids": two_byte_ids,
    "hidden addresses": hidden_addresses,
    "no candidates": without("^a=(?:candidate|end-of-candidates)"),
    "no extensions": without("^a=extmap"),
    "no feedback": without("^a=rtcp-fb"),
    "no sources": without("^a=ssrc"),
}


def lines(section: str, name: str) -> list[str]:
    return re.findall(rf"(?m)^a={name}:(.*?)\s*$", section)


def direction(section: str) -> str:
    found = re.search(r"(?m)^a=(sendrecv|sendonly|recvonly|inactive)\s*$", section)
    return found[1] if found else "sendrecv"


def assert_agrees(offered: str, answered: str) -> None:
    """RFC 3264 and RFC 8829 §5.3.1, as far as a browser checks them."""
    (_, *asked), (_, *given) = split(offered), split(answered)
    assert len(asked) == len(given)
    for ask, give in zip(asked, given, strict=True):
        assert ask.split()[0] == give.split()[0]
        assert ask.split()[2] == give.split()[2]
        assert lines(ask, "mid") == lines(give, "mid")
        if give.split()[1] == "0":
            continue
        assert lines(give, "setup") == ["passive"]
        assert len(lines(give, "candidate")) == 1
        assert set(give.splitlines()[0].split()[3:]) <= set(
            ask.splitlines()[0].split()[3:]
        )
        for name in ("rtpmap", "extmap"):
            known = {line.lower() for line in lines(ask, name)}
            assert {line.lower() for line in lines(give, name)} <= known
        types = give.splitlines()[0].split()[3:]
        for line in lines(give, "rtcp-fb") + lines(give, "fmtp"):
            assert line.split()[0] in types
        if not ask.startswith("m=application"):
            assert direction(give) == MIRRORED[direction(ask)]


@pytest.mark.parametrize("codec", ["VP8", "H264"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "text",
    [CHROMIUM, FIREFOX, SAFARI],
    ids=["chromium", "firefox", "safari_composed"],
)
def test_the_answer_agrees_with_every_shape_of_offer(
    text: str, shape: str, codec: str
) -> None:
    offered = SHAPES[shape](text)
    answered = answer(read_offer(offered, RoomCodecs(video=codec)))
    assert_agrees(offered, answered)
    taken = re.findall(r"(?m)^m=(\w+) (\d+)", answered)
    assert {kind for kind, port in taken if port != "0"} >= {"audio", "application"}
    # Debian's Firefox has no H264 before it has fetched a codec: then no picture.
    takes = f" {codec}/90000" in offered
    assert (("video", "40000") in taken) == takes
    assert (f" {codec}/90000" in answered) == takes


def test_two_shapes_at_once_are_answered_as_well() -> None:
    for first, second in itertools.combinations(SHAPES, 2):
        if "sound alone" in (first, second):
            continue
        offered = SHAPES[second](SHAPES[first](CHROMIUM))
        assert_agrees(offered, answer(read_offer(offered, RoomCodecs())))


def test_identifiers_that_need_the_long_form_are_declined() -> None:
    """The packet path renumbers the one-byte form; abs-send-time and the level of
    sound are dispensable."""
    text = answer(read_offer(two_byte_ids(CHROMIUM), RoomCodecs()))
    assert "a=extmap:" in answer(read_offer(CHROMIUM, RoomCodecs()))
    assert "a=extmap:" not in text
