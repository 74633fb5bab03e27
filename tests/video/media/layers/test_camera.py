"""The source's side: figures of each layer, and who has to send which."""

from __future__ import annotations

import pytest

from video.media.layers.camera import CameraLayers
from video.media.layers.descriptor import Vp8Descriptor

RIDS = ("l", "m", "h")
# As libvpx shares a layer out: a base frame in four, and what it weighs.
TIDS, OCTETS = (0, 2, 1, 2), {0: 2000, 1: 1000, 2: 1000}
HALF = 0.5


def frame(tid: int, *, key_of: int = 0) -> tuple[Vp8Descriptor, memoryview]:
    packet = Vp8Descriptor()
    head = bytes([0x10, 0, 0, 0x9D, 1, 0x2A, 0, 5]) + key_of.to_bytes(2, "little")
    data = memoryview(bytearray(bytes(12) + head + bytes(3000)))
    packet.empty, packet.begins, packet.key = False, True, bool(key_of)
    packet.tid, packet.payload = tid, 12
    return packet, data


def send(camera: CameraLayers, until: float, layers: dict[int, int]) -> float:
    """Thirty pictures a second of each layer, by its height, for `until` seconds."""
    now = 0.0
    for number in range(round(until * 30)):
        now = number / 30
        for layer, height in layers.items():
            tid = TIDS[number % 4]
            packet, data = frame(tid, key_of=height if number == 0 else 0)
            camera.meters[layer].take(packet, data, OCTETS[tid] * height // 180, now)
        if number % 15 == 0:
            camera.tick(now)
    camera.tick(until)
    return until


def go_on(camera: CameraLayers, now: float, seconds: int) -> float:
    """The lower layers come, and no other."""
    for _ in range(2 * seconds):
        now += HALF
        for layer in (0, 1):
            packet, data = frame(0)
            camera.meters[layer].take(packet, data, 500, now)
        camera.tick(now)
    return now


def offered(camera: CameraLayers, now: float) -> set[int]:
    return {place[0] for place in camera.choices(now, alone=False).places}


def test_figures_are_those_of_what_comes() -> None:
    camera = CameraLayers(RIDS)
    now = send(camera, 4, {0: 180, 2: 720})
    choices = camera.choices(now, alone=False)
    found = dict(zip(choices.places, choices.layers, strict=True))
    whole = found[0, 2]
    assert whole.height == 180
    assert whole.frames == pytest.approx(30, abs=1)
    assert whole.rate == pytest.approx(30 / 4 * 5000 * 8, rel=0.05)
    assert found[0, 0].frames == pytest.approx(7.5, abs=1)
    assert found[0, 0].rate == pytest.approx(30 / 4 * 2000 * 8, rel=0.1)
    assert found[0, 1].rate == pytest.approx(30 / 4 * 3000 * 8, rel=0.05)
    assert found[2, 2].height == 720
    assert found[2, 2].rate == pytest.approx(4 * whole.rate, rel=0.05)


def test_a_layer_that_rests_is_offered_as_such_pictures_are() -> None:
    camera = CameraLayers(RIDS)
    now = send(camera, 2, {2: 720})
    choices = camera.choices(now, alone=False)
    heights = {
        place[0]: layer.height
        for place, layer in zip(choices.places, choices.layers, strict=True)
    }
    assert heights == {0: 180, 1: 360, 2: 720}


@pytest.mark.parametrize(
    ("best", "height", "expected"),
    [(1, 268, {0: 135, 1: 268, 2: 540}), (2, 180, {0: 135, 1: 270, 2: 180})],
)
def test_a_best_layer_that_began_small_has_others_below_it_all_the_same(
    best: int, height: int, expected: dict[int, int]
) -> None:
    """A browser sends fewer lines until its own line is known."""
    camera = CameraLayers(RIDS)
    now = send(camera, 2, {best: height})
    choices = camera.choices(now, alone=False)
    found = zip(choices.places, choices.layers, strict=True)
    assert {place[0]: layer.height for place, layer in found} == expected


def test_a_layer_that_ends_keeps_its_figures() -> None:
    camera = CameraLayers(RIDS)
    now = send(camera, 4, {0: 180})
    before = camera.meters[0].known
    for _ in range(6):
        now += HALF
        camera.tick(now)
    assert not camera.meters[0].lives(now)
    assert camera.meters[0].known == before
    assert (0, 2) in camera.choices(now, alone=False).places


def test_who_is_alone_is_offered_the_best_layer_only_and_at_any_rate() -> None:
    camera = CameraLayers(RIDS)
    now = send(camera, 2, {0: 180, 2: 720})
    choices = camera.choices(now, alone=True)
    assert choices.places == ((2, 0), (2, 1), (2, 2))
    assert choices.layers[0].rate == 60e3
    assert choices.layers[0].rate < choices.layers[1].rate


def test_who_is_alone_again_may_leave_the_low_layer() -> None:
    camera = CameraLayers(RIDS)
    now = send(camera, 2, {0: 180})
    places = camera.choices(now, alone=True).places
    assert {place[0] for place in places} == {0, 1, 2}


def test_a_wanted_layer_that_does_not_come_is_not_offered_for_a_while() -> None:
    camera = CameraLayers(RIDS)
    now = send(camera, 2, {0: 180, 1: 360})
    assert camera.wish((0, 1, 2), now) == RIDS
    now = go_on(camera, now, 4)
    assert 2 not in offered(camera, now)
    now = go_on(camera, now, 11)
    assert 2 in offered(camera, now)
    now = go_on(camera, now, 11)
    assert 2 not in offered(camera, now), "a second time is twice as long"


def test_a_camera_that_is_off_refuses_no_layer() -> None:
    camera = CameraLayers(RIDS)
    now = send(camera, 2, {0: 180, 1: 360})
    camera.wish((0, 1, 2), now)
    for _ in range(20):
        now += HALF
        camera.tick(now)
    assert offered(camera, now) == {0, 1, 2}


def test_what_was_made_small_for_one_line_is_as_large_as_ever_for_others() -> None:
    camera = CameraLayers(RIDS)
    now = send(camera, 2, {2: 720})
    packet, data = frame(0, key_of=180)
    camera.meters[2].take(packet, data, 500, now)
    choices = camera.choices(now, alone=False)
    heights = dict(zip(choices.places, choices.layers, strict=True))
    assert [heights[layer, 2].height for layer in (0, 1)] == [180, 360]
    now = go_on(camera, now, 4)
    choices = camera.choices(now, alone=False)
    assert max(one.height for one in choices.layers) == 720, "also when it rests"


def test_the_source_is_told_what_is_wanted_and_soon_what_is_not() -> None:
    camera = CameraLayers(RIDS)
    assert camera.wish((2,), 0.0) == ("h",)
    assert camera.wish((2,), 1.0) is None
    assert camera.wish((0, 2), 2.0) == ("l", "h")
    assert camera.wish((2,), 3.0) is None, "minds change"
    assert camera.wish((2,), 5.0) == ("h",)


def test_where_nobody_looks_nothing_changes() -> None:
    camera = CameraLayers(RIDS)
    camera.wish((1,), 0.0)
    assert camera.wish((), 60.0) is None
    assert camera.wanted == (1,)


def test_a_layer_that_comes_back_has_new_figures() -> None:
    camera = CameraLayers(RIDS)
    now = send(camera, 3, {0: 720})
    now += 20
    packet, data = frame(0, key_of=180)
    camera.tick(now)
    assert not camera.meters[0].lives(now)
    camera.meters[0].take(packet, data, 500, now)
    camera.tick(now + HALF)
    assert camera.meters[0].known[0].rate == pytest.approx(500 * 8 / HALF)
    assert camera.meters[0].known[0].height == 180
