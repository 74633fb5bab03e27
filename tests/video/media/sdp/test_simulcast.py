"""Layers in offers: as browsers write them, and as nobody should."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.video.media.sdp.offers import CHROMIUM, FIREFOX, SAFARI
from video.media.cameras.stream_ids import MID, REPAIRED_ID, STREAM_ID
from video.media.sdp.simulcast import answer_lines, read_layers

EXTENSIONS = (
    f"a=extmap:9 {MID}",
    f"a=extmap:10 {STREAM_ID}",
    f"a=extmap:11 {REPAIRED_ID}",
)
RIDS = ("a=rid:l send", "a=rid:m send", "a=rid:h send")


def offer(*lines: str) -> str:
    section = ("m=video 9 UDP/TLS/RTP/SAVPF 96", "a=mid:1", *lines)
    return "\r\n".join(["v=0", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=mid:0", *section])


def test_three_layers_are_read_and_answered() -> None:
    found = read_layers(offer(*EXTENSIONS, *RIDS, "a=simulcast:send l;m;h"))
    assert list(found) == ["1"]
    assert found["1"].rids == ("l", "m", "h")
    assert answer_lines(found["1"]) == [
        f"a=extmap:9 {MID}",
        f"a=extmap:10 {STREAM_ID}",
        f"a=extmap:11 {REPAIRED_ID}",
        "a=rid:l recv",
        "a=rid:m recv",
        "a=rid:h recv",
        "a=simulcast:recv l;m;h",
    ]


def test_the_order_is_that_of_the_list() -> None:
    found = read_layers(offer(*EXTENSIONS, *RIDS, "a=simulcast:send h;l"))
    assert found["1"].rids == ("h", "l")


def test_firefox_names_directions_of_extensions_and_paused_streams() -> None:
    lines = (
        f"a=extmap:4/sendonly {STREAM_ID}",
        f"a=extmap:5/sendonly {REPAIRED_ID}",
        *RIDS,
        "a=simulcast:send l;~m;h",
    )
    found = read_layers(offer(*lines))
    assert found["1"].rids == ("l", "m", "h")
    assert answer_lines(found["1"])[-1] == "a=simulcast:recv l;~m;h"
    assert found["1"].extensions == {STREAM_ID: 4, REPAIRED_ID: 5}


def test_of_alternatives_the_first_is_taken() -> None:
    text = offer(*EXTENSIONS, *RIDS, "a=simulcast:recv x send l,m;h")
    assert read_layers(text)["1"].rids == ("l", "h")


@pytest.mark.parametrize("text", [CHROMIUM, FIREFOX, SAFARI])
def test_offers_without_layers_have_none(text: str) -> None:
    assert read_layers(text) == {}


@pytest.mark.parametrize(
    "lines",
    [
        (*EXTENSIONS, *RIDS),
        (*EXTENSIONS, *RIDS, "a=simulcast:send l"),
        (*EXTENSIONS, *RIDS, "a=simulcast:send l;l"),
        (*EXTENSIONS, *RIDS, "a=simulcast:send l;m;x"),
        (*EXTENSIONS, *RIDS, "a=simulcast:recv l;m;h"),
        (*EXTENSIONS, *RIDS, "a=rid:x send", "a=simulcast:send l;m;h;x"),
        (*EXTENSIONS, *RIDS, "a=simulcast:send l;m", "a=simulcast:send l;h"),
        (*EXTENSIONS, *RIDS, "a=simulcast:send"),
        (*EXTENSIONS, *RIDS, "a=simulcast:send ;"),
        (*EXTENSIONS, *RIDS, "a=simulcast:send " + ";".join("lmh" * 9000)),
        (*EXTENSIONS, "a=rid:l recv", "a=rid:m recv", "a=simulcast:send l;m"),
        (*EXTENSIONS, f"a=rid:{'l' * 17} send", f"a=simulcast:send {'l' * 17};m"),
        (*EXTENSIONS, *RIDS * 9, "a=simulcast:send l;m"),
        (EXTENSIONS[0], *RIDS, "a=simulcast:send l;m;h"),
        (f"a=extmap:15 {STREAM_ID}", *RIDS, "a=simulcast:send l;m;h"),
        (f"a=extmap:3 {MID}", f"a=extmap:3 {STREAM_ID}", *RIDS, "a=simulcast:send l;m"),
    ],
)
def test_a_section_that_contradicts_itself_has_no_layers(
    lines: tuple[str, ...],
) -> None:
    assert read_layers(offer(*lines)) == {}


@given(st.text("almh;,~ :rid=sendrcv\r\n", max_size=200))
def test_whatever_is_written_is_read_and_echoes_names_only(text: str) -> None:
    lines = (*EXTENSIONS, *RIDS, f"a=simulcast:send {text}")
    for layers in read_layers(offer(*lines)).values():
        assert set(layers.rids) <= {"l", "m", "h"}
        assert all("\n" not in line for line in answer_lines(layers))
