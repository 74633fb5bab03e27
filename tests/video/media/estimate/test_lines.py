"""The estimate on simulated lines: how near, how quick, how still, how fair.

Thresholds are those of the issue, or stand here with their reason. `wait` is the queue
of the bottleneck, which holds half a second where nothing else is said.
"""

import math

import pytest

from tests.video.media.estimate.line import (
    Line,
    Neighbour,
    Timeline,
    busy,
    level,
    steps,
)
from tests.video.media.estimate.sending import Layered, Sending
from video.media.estimate.offers import Layer

FREE = 50e6


def p95(waits: list[float]) -> float:
    return waits[int(0.95 * len(waits))]


def mean(rates: list[float]) -> float:
    return math.fsum(rates) / len(rates)


@pytest.mark.parametrize("capacity", [100e3, 300e3, 1.4e6])
def test_a_line_that_stays_the_same_is_used_and_never_swung_about(
    capacity: float,
) -> None:
    call = Sending(Line(level(capacity)), most=3e6, wanted=3e6).for_seconds(45)
    rates = call.between(12, 45)
    middle = mean(rates)
    assert 0.8 * capacity < middle < 1.02 * capacity
    assert 0.7 * middle < min(rates)
    assert max(rates) < 1.3 * middle
    assert p95(call.waits(12, 45)) < 0.150


@pytest.mark.parametrize("capacity", [300e3, 1e6])
def test_key_frames_are_no_congestion(capacity: float) -> None:
    call = Sending(Line(level(capacity)), key_every=150, most=3e6).for_seconds(45)
    rates = call.between(12, 45)
    assert mean(rates) > 0.75 * capacity
    assert min(rates) > 0.65 * mean(rates)
    assert p95(call.waits(12, 45)) < 0.200, "a key frame of six others waits by itself"


def test_a_join_on_a_free_line_has_its_best_picture_within_the_second() -> None:
    call = Sending(Line(level(FREE))).for_seconds(10)
    assert call.reaches(1.5e6, 0) < 1.0
    assert min(call.between(1, 10)) > 1.5e6
    assert call.estimate.rate < 3.5e6, "nothing asks for more than is wanted"


@pytest.mark.parametrize("phase", [0.0, 0.9, 1.8])
def test_a_line_that_is_good_again_is_found_out_soon(phase: float) -> None:
    """Sound and a picture of 15 frames are wanted after 4 s, 360p after 6 s; the
    layer's key frame and the publisher need a second of that."""
    good = 20 + phase
    call = Sending(Line(steps((good, 100e3), (99, FREE)))).for_seconds(good + 8)
    assert call.reaches(250e3, good) < 3.0
    assert call.reaches(700e3, good) < 4.0
    assert min(call.between(good + 4, good + 8)) > 1e6


@pytest.mark.parametrize("to", [100e3, 300e3])
def test_a_line_that_shrinks_is_left_its_queue_for_a_moment_only(to: float) -> None:
    call = Sending(Line(steps((12, FREE), (99, to))), least=0).for_seconds(42)
    assert call.between(14, 15)[-1] < to
    assert p95(call.waits(15, 42)) < 0.150
    assert p95(call.waits(12, 42)) < 0.300, "with the second of the fall itself"
    assert mean(call.between(22, 42)) > 0.75 * to


def test_a_line_that_falls_and_rises_slowly_is_followed() -> None:
    def ramp(at: float) -> float:
        return 300e3 + abs(20 - at) / 20 * 1.2e6

    call = Sending(Line(ramp), least=0).for_seconds(40)
    assert p95(call.waits(3, 40)) < 0.150
    for at in (10, 15, 25, 30, 35):
        (rate, *_) = call.between(at, at + 0.1)
        assert 0.5 * ramp(at) < rate < 1.2 * ramp(at)


@pytest.mark.parametrize(("loss", "within"), [(0.05, 1.0), (0.15, 2.0), (0.30, 7.0)])
def test_chance_alone_never_costs_the_picture(loss: float, within: float) -> None:
    call = Sending(Line(level(FREE), loss=loss)).for_seconds(40)
    assert call.reaches(1e6, 0) < within
    rates = call.between(10, 40)
    assert min(rates) > 700e3, "a question is asked with half of it, for a second"
    assert mean(rates) > 1.5e6
    assert call.estimate.lost == pytest.approx(loss, abs=0.15)


@pytest.mark.parametrize("loss", [0.05, 0.30])
def test_a_line_that_is_lossy_and_narrow_is_still_not_overfilled(loss: float) -> None:
    call = Sending(Line(level(800e3), loss=loss)).for_seconds(40)
    assert mean(call.between(10, 40)) > 0.6 * 800e3
    assert p95(call.waits(10, 40)) < 0.150


def test_losses_in_spells_leave_a_free_line_its_picture() -> None:
    call = Sending(Line(level(FREE), burst=0.004)).for_seconds(40)
    assert call.lost > 0.04 * call.came
    assert min(call.between(10, 40)) > 700e3


def test_a_shallow_buffer_that_drops_is_seen_by_its_losses() -> None:
    """A policer adds no delay: only sending less shows that it was too much."""
    call = Sending(Line(level(600e3), buffer=0.02)).for_seconds(40)
    assert 0.65 * 600e3 < mean(call.between(10, 40)) < 600e3
    assert call.lost < 0.08 * call.came


@pytest.mark.parametrize(("share", "longest"), [(0.4, 0.1), (0.6, 0.2)])
def test_a_busy_processor_is_not_taken_for_a_narrow_line(
    share: float, longest: float
) -> None:
    """Such a device sat at 150 kbit/s for minutes on an unlimited line."""
    stalls = busy(45, share, longest, seed=3)
    call = Sending(Line(level(FREE), stalls=stalls)).for_seconds(40)
    assert call.reaches(1e6, 0) < 2.0
    assert min(call.between(3, 40)) > 1e6


def test_a_narrow_line_is_seen_behind_a_busy_processor() -> None:
    stalls = busy(45, 0.4, 0.1, seed=3)
    call = Sending(Line(level(600e3), stalls=stalls)).for_seconds(40)
    assert 0.7 * 600e3 < mean(call.between(10, 40)) < 600e3
    assert p95(call.waits(10, 40)) < 0.150


@pytest.mark.parametrize("buffer", [0.2, 0.5])
@pytest.mark.parametrize("start", [5.0, 5.7])
def test_beside_a_transfer_neither_starves(buffer: float, start: float) -> None:
    run = Timeline()
    line = Line(level(2e6), buffer=buffer)
    call, other = Sending(line, run=run), Neighbour(line, run, start)
    call.for_seconds(15)
    ours, theirs = call.octets, other.octets
    call.for_seconds(45)
    assert 0.3 < (call.octets - ours) / (other.octets - theirs) < 3


def test_a_transfer_that_ends_leaves_no_habit_behind() -> None:
    """Beside others delay counts for nothing; alone again, the queue goes away."""
    run = Timeline()
    line = Line(level(1.2e6))
    call, other = Sending(line, run=run), Neighbour(line, run, 5.0)
    call.for_seconds(25)
    other.ends()
    call.for_seconds(20)
    assert p95(call.waits(33, 45)) < 0.150
    assert mean(call.between(35, 45)) > 0.75 * 1.2e6


@pytest.mark.parametrize(("cut", "back"), [(3.0, 2.0), (10.0, 3.0)])
def test_after_a_cut_the_picture_is_back(cut: float, back: float) -> None:
    line = Line(level(FREE))
    call = Sending(line)
    call.run.at(15, lambda: setattr(line, "bad_until", 15 + cut))
    call.for_seconds(15 + cut)
    assert call.estimate.rate < 3e6, "nothing is heard, so less is sent"
    call.for_seconds(8)
    assert call.reaches(1e6, 15 + cut + 0.3) < back


@pytest.mark.parametrize(("every", "delay"), [(0.05, 0.005), (0.25, 0.15)])
def test_feedback_may_be_seldom_and_the_way_long(every: float, delay: float) -> None:
    line = Line(level(1e6), delay=delay, feedback_every=every)
    call = Sending(line).for_seconds(35)
    assert mean(call.between(10, 35)) > 0.8e6
    assert p95(call.waits(10, 35)) < 0.150


@pytest.mark.parametrize("capacity", [60e3, 300e3, FREE])
def test_probes_cost_little(capacity: float) -> None:
    call = Sending(Line(level(capacity)), least=0).for_seconds(40)
    assert call.probe_octets * 8 / 40 < max(0.09 * min(capacity, 1e6), 3e3)


def test_a_worker_that_has_run_for_months_judges_alike() -> None:
    young, old = (
        Sending(Line(level(600e3)), age=age).for_seconds(20).between(5, 20)
        for age in (0.0, 1e7)
    )
    assert mean(old) == pytest.approx(mean(young), rel=0.1)


def test_what_is_not_sent_proves_nothing() -> None:
    """A picture of 300 kbit/s on a free line: without a probe nothing grows."""
    call = Sending(Line(level(FREE)), steady=250e3, wanted=0).for_seconds(60)
    assert max(rate for _, rate in call.rates) < 1.3 * (250e3 + 48e3)


def test_a_wish_is_probed_for_at_once() -> None:
    call = Sending(Line(level(FREE)), steady=250e3, wanted=0).for_seconds(10)
    call.estimate.wanted = 2e6
    call.estimate.ask(900e3, call.run.now)
    call.for_seconds(0.4)
    assert call.estimate.rate > 850e3


LAYERS = (
    *(Layer(50e3, 180, 7.5), Layer(75e3, 180, 15), Layer(110e3, 180, 30)),
    *(Layer(180e3, 360, 7.5), Layer(260e3, 360, 15), Layer(400e3, 360, 30)),
    Layer(1200e3, 720, 30),
)


@pytest.mark.parametrize(
    ("capacity", "height", "frames"),
    [
        (60e3, 0, 0),
        (120e3, 180, 7.5),
        (300e3, 180, 30),
        (700e3, 360, 30),
        (FREE, 720, 30),
    ],
)
def test_with_layers_a_line_gets_what_fits_and_keeps_it(
    capacity: float, height: int, frames: float
) -> None:
    call = Layered(Line(level(capacity)), LAYERS).for_seconds(60)
    late = [call.shown(at) for at in range(20, 60)]
    assert sorted(late, key=lambda one: one.rate)[len(late) // 2] == call.shown(59)
    assert (call.shown(59).height, call.shown(59).frames) == (height, frames)
    assert call.changes(20, 60) <= 4, "no flapping"
    assert p95(call.waits(20, 60)) < 0.150


@pytest.mark.parametrize("phase", [0.0, 0.7, 1.9])
def test_with_layers_a_good_line_is_used_again_within_seconds(phase: float) -> None:
    """At least 15 frames in four seconds, then 360p in six: as the issue asks."""
    good = 20 + phase
    line = Line(steps((good, 100e3), (99, FREE)))
    call = Layered(line, LAYERS).for_seconds(good + 7)
    assert call.shown(good - 0.1).frames < 15
    assert call.shown(good + 4).frames >= 15
    assert call.shown(good + 6).height >= 360


def test_with_layers_a_join_has_the_best_picture_in_six_seconds() -> None:
    call = Layered(Line(level(FREE)), LAYERS).for_seconds(6)
    assert call.shown(6).height == 720
