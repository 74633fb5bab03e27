"""Sources that no offer named: learnt from what their packets say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.video.media.cameras.packets import packet
from tests.video.media.rtp.lines import VP8, Wire
from video.media.cameras.camera import LayeredCamera
from video.media.cameras.sources import MOST_LEARNT, Sources
from video.media.cameras.stream_ids import MID, REPAIRED_ID, STREAM_ID, StreamNames
from video.media.counters import Counters
from video.media.rtp.receiver import ForwardingReceiver

NAMES = StreamNames({MID: 9, STREAM_ID: 10, REPAIRED_ID: 11})
UNNAMED = replace(VP8, ssrc=0, rtx_ssrc=None)


def camera(mid: str = "1") -> LayeredCamera:
    return LayeredCamera(
        Wire(), UNNAMED, Counters(), mid=mid, rids=("l", "m", "h"), names=NAMES
    )


def found(
    sources: Sources, *elements: tuple[int, bytes]
) -> tuple[ForwardingReceiver | None, bool]:
    data = packet(*elements)
    return sources.find(data, len(data), 96)


def test_a_layer_and_its_repeats_are_found_by_rid() -> None:
    one = camera()
    sources = Sources(one.layers, [one])
    assert found(sources, (9, b"1"), (10, b"h")) == (one.layers[2], False)
    assert found(sources, (9, b"1"), (11, b"l")) == (one.layers[0], True)
    assert found(sources, (10, b"m")) == (one.layers[1], False)


@pytest.mark.parametrize(
    "elements", [((9, b"1"), (10, b"x")), ((9, b"2"), (10, b"h")), ((9, b"1"),), ()]
)
def test_what_fits_no_layer_is_nobodys(
    elements: tuple[tuple[int, bytes], ...],
) -> None:
    one = camera()
    assert found(Sources(one.layers, [one]), *elements)[0] is None


def test_of_two_cameras_the_section_decides() -> None:
    one, other = camera("1"), camera("2")
    sources = Sources([*one.layers, *other.layers], [one, other])
    assert found(sources, (9, b"2"), (10, b"h")) == (other.layers[2], False)


def test_a_source_without_a_name_is_the_only_plain_one_that_fits() -> None:
    one, plain = camera(), ForwardingReceiver(Wire(), UNNAMED, Counters())
    sources = Sources([*one.layers, plain], [one])
    assert found(sources) == (plain, False)


def test_what_is_learnt_holds_until_the_layer_has_another_source() -> None:
    one = camera()
    sources = Sources(one.layers, [one])
    sources.learn(one.layers[0], 5, repeats=False)
    sources.learn(one.layers[0], 6, repeats=True)
    assert (sources.media, sources.repeats) == ({5: one.layers[0]}, {6: one.layers[0]})
    sources.learn(one.layers[0], 7, repeats=False)
    assert sources.media == {7: one.layers[0]}
    assert one.layers[0].ssrc == 7
    sources.remove(one.layers[0])
    assert not sources.media and not sources.repeats


def test_sources_are_not_learnt_without_end() -> None:
    one = camera()
    sources = Sources(one.layers, [one])
    for ssrc in range(1, MOST_LEARNT + 1):
        assert found(sources, (10, b"h"))[0] is not None
        sources.learn(one.layers[2], ssrc, repeats=False)
    assert found(sources, (10, b"h"))[0] is None
