"""Timestamps of layers whose clocks begin anywhere: by reports, or by arrival."""

from __future__ import annotations

from video.media.layers.clocks import CLOCK, CLOSEST, LayerClocks

ALL = 0xFFFFFFFF


def ntp(seconds: float) -> int:
    return int((3_900_000_000 + seconds) * 2**32)


def reported(seconds: float, begins: int) -> tuple[int, int]:
    return ntp(seconds), (begins + round(seconds * CLOCK)) & ALL


def test_by_reports_a_switch_keeps_the_time_to_the_tick() -> None:
    clocks = LayerClocks()
    low, high = 4_000_000_000, 17
    move = clocks.join(0, low, 1000, 0.0)
    clocks.report(0, *reported(1.0, low), move)
    clocks.report(1, *reported(1.5, high), None)
    last = low + 2 * CLOCK + move & ALL
    # It arrives 300 ms late: by arrival it would be moved by as much.
    joined = clocks.join(1, high + CLOCK * 61 // 30, last, 0.333)
    assert abs((high + joined) - (low + move) & ALL) <= 1


def test_without_reports_arrival_has_to_do() -> None:
    clocks = LayerClocks()
    move = clocks.join(0, 5, 1000, 0.0)
    assert 5 + move & ALL == 1000 + CLOCK // 30
    joined = clocks.join(1, 3_000_000_000, 50_000, 0.1)
    assert 3_000_000_000 + joined & ALL == 50_000 + CLOCK // 10


def test_reports_that_cannot_be_are_not_believed() -> None:
    clocks = LayerClocks()
    move = clocks.join(0, 0, 0, 0.0)
    clocks.report(0, *reported(0, 0), move)
    clocks.report(1, *reported(0, 12345), None)
    joined = clocks.join(1, 12345 + 3600 * CLOCK, CLOCK, 0.1)
    assert 12345 + 3600 * CLOCK + joined & ALL == CLOCK + CLOCK // 10


def test_time_never_stands_and_a_push_does_not_add_up() -> None:
    """Each layer's key frame has the capture time of what was seen last."""
    clocks = LayerClocks()
    begins = (0, 1 << 31)
    move = clocks.join(0, 0, 0, 0.0)
    home = move
    for layer in (0, 1):
        clocks.report(layer, *reported(0, begins[layer]), home if not layer else None)
    last = home
    for turn in range(1, 50):
        layer = turn % 2
        last = (home + turn * CLOCK) & ALL
        own = begins[layer] + turn * CLOCK
        move = clocks.join(layer, own, last, 0.0)
        assert own + move - last & ALL == CLOSEST
