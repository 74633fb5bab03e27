"""The parts of the estimate, each by figures that were worked out by hand."""

import random
import sys

import pytest

from video.media.estimate.delay import (
    LEAST,
    WINDOW,
    Bursts,
    StandingQueue,
    Trendline,
    Usage,
)
from video.media.estimate.estimate import CEILING, FLOOR, SendEstimate
from video.media.estimate.history import (
    KEPT,
    LOST,
    SLOT,
    ArrivalRate,
    SendHistory,
    told,
)
from video.media.estimate.probing import MOST_PADDING, cluster


def test_a_number_finds_its_packet_across_the_turn_and_until_it_is_gone() -> None:
    history = SendHistory()
    for count in range(0x10000 + 10):
        assert history.add(count % 1200, count / 100, stream=count % 4) == count % 65536
    place = history.find(9)
    assert history.octets[place] == (0x10000 + 9) % 1200
    assert history.left[place] == (0x10000 + 9) / 100
    assert history.streams[place] == 1
    assert history.find(0xFFFF) >= 0
    assert history.find(10) == -1, "not yet sent"
    assert history.find((10 - KEPT) & 0xFFFF) >= 0
    assert history.find((9 - KEPT) & 0xFFFF) == -1, "gone"


def test_a_number_never_sent_is_not_found() -> None:
    history = SendHistory()
    assert history.find(0) == -1
    history.add(100, 1.0)
    assert [history.find(n) for n in (0, 1, 0xFFFF)] == [0, -1, -1]


def test_feedback_of_the_wire_names_what_did_not_come() -> None:
    said = list(told(0xFFFE, 4, [0xFFFE, 1], [100, 104]))
    assert said == [(0xFFFE, 25_000), (0xFFFF, None), (0, None), (1, 26_000)]
    assert len(list(told(7, 0xFFFF, [7], [1]))) == KEPT, "a claim costs no more"


def test_what_was_said_to_be_lost_may_come_later_but_not_twice() -> None:
    estimate = SendEstimate()
    for _ in range(2):
        estimate.sent(100, 1.0)
    came = estimate.history.came
    for said, known in (
        ([(0, None), (1, 6_000)], [LOST, 6_000]),
        ([(0, 5_000), (1, None)], [5_000, 6_000]),
        ([(0, 7_000), (7, 7_000)], [5_000, 6_000]),
    ):
        estimate.take(said, 1.1)
        assert list(came[:2]) == known


def test_a_packet_that_leaves_makes_no_object_that_stays() -> None:
    estimate = SendEstimate()
    sizes = list(range(60, 1260))
    for size in sizes:
        estimate.sent(size, 0.5)
    before = sys.getallocatedblocks()
    for size in sizes:
        estimate.sent(size, 1.5)
    assert sys.getallocatedblocks() - before < 10


def test_packets_of_one_moment_are_one_burst_and_so_is_what_a_queue_let_go() -> None:
    bursts = Bursts()
    assert [bursts.take(0.001 * n, 5.000 + 0.001 * n) for n in range(3)] == [False] * 3
    assert not bursts.take(0.020, 5.030), "the first burst has none before it"
    assert bursts.take(0.040, 5.062), "the second one took 8 ms more"
    assert bursts.variation == pytest.approx((30 - 2) - (20 - 2))
    assert bursts.delay == pytest.approx(5010)
    assert not bursts.take(0.055, 5.064), "it waited with the one before"
    assert not bursts.take(0.050, 5.065)
    assert bursts.take(0.080, 5.085)
    assert bursts.variation == pytest.approx((65 - 30) - (55 - 20))


def test_a_clock_that_jumps_begins_again() -> None:
    bursts = Bursts()
    for n in range(5):
        bursts.take(0.02 * n, 5 + 0.02 * n)
    assert not bursts.take(0.1, 500.0)
    assert bursts.broken
    assert not bursts.take(0.12, 500.02)
    assert bursts.take(0.14, 500.04)
    assert bursts.variation == pytest.approx(0, abs=1e-6)


def test_the_slope_is_that_of_least_squares() -> None:
    luck, trend = random.Random(4), Trendline()
    points: list[tuple[float, float]] = []
    delay = smoothed = came = 0.0
    for _ in range(200):
        variation, came = luck.uniform(-4, 5), came + luck.uniform(0.01, 0.03)
        delay += variation
        smoothed = 0.9 * smoothed + 0.1 * delay
        points.append((came * 1000, smoothed))
        trend.take(variation, came)
        if len(points) < WINDOW:
            continue
        xs, ys = zip(*points[-WINDOW:], strict=True)
        x, y = sum(xs) / WINDOW, sum(ys) / WINDOW
        above = sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True))
        assert trend._slope == pytest.approx(
            above / sum((a - x) ** 2 for a in xs), abs=1e-6
        )


def test_a_delay_that_grows_is_over_use_and_one_that_shrinks_is_under_use() -> None:
    trend = Trendline()
    up = [trend.take(2.0, 0.02 * n) for n in range(60)]
    assert Usage.OVER in up and Usage.UNDER not in up
    down = [trend.take(-3.0, 1.2 + 0.02 * n) for n in range(60)]
    assert Usage.UNDER in down[30:]


def test_the_threshold_learns_what_trembling_is_usual_and_forgets_it() -> None:
    trend = Trendline()
    still = [trend.take(0.0, 0.02 * n) for n in range(300)]
    assert set(still) == {Usage.NORMAL}
    assert trend.threshold == LEAST
    for n in range(300):
        trend.take(1.2 if n // 30 % 2 else -1.2, 6 + 0.02 * n)
    assert trend.threshold > 1.5 * LEAST


def test_a_queue_stands_only_while_no_packet_comes_at_once() -> None:
    standing = StandingQueue()
    for n in range(50):
        standing.take(40.0, 0.02 * n)
    for n in range(100):
        # A processor: up to 90 ms late, then all at once.
        standing.take(40.0 + 15 * (n % 6), 1 + 0.02 * n)
        assert standing.queue == 0
    for n in range(25):
        standing.take(40.0 + 4 * n, 3 + 0.02 * n)
    assert 30 < standing.queue < standing.waits == 96, "a sixth of a second later"


@pytest.mark.parametrize("rate", [60e3, 200e3, 1e6, 6e6])
def test_a_probe_is_short_small_and_no_burst(rate: float) -> None:
    one = cluster(rate)
    assert one.packets >= 5
    assert one.packets * one.octets * 8 / one.rate == pytest.approx(one.lasts)
    assert one.lasts >= 0.015
    assert one.lasts * rate < max(0.05 * rate, 12_000)
    assert one.repeats is (one.octets > MOST_PADDING)


def test_the_rate_that_comes_is_counted_by_the_peers_clock() -> None:
    arrivals = ArrivalRate()
    for n in range(100):
        if n == 30:
            assert arrivals.rate is None
        arrivals.add((9_000_000 + n * 10_000) // SLOT, 1250)
    assert arrivals.rate == pytest.approx(1e6, rel=0.02)
    assert arrivals.lately == pytest.approx(1e6, rel=0.02)
    arrivals.add(0, 1250)
    assert arrivals.rate is None, "another clock"


@pytest.mark.parametrize("seed", range(5))
def test_whatever_a_peer_claims_the_rate_keeps_its_bounds(seed: int) -> None:
    luck, estimate = random.Random(seed), SendEstimate()
    now = 0.0
    for _ in range(400):
        now += luck.uniform(0, 0.2)
        for _ in range(luck.randint(0, 20)):
            estimate.sent(luck.randint(60, 1200), now)
        claims = [
            (luck.randrange(0x10000), luck.choice([None, luck.randrange(1 << 40)]))
            for _ in range(luck.randint(0, 50))
        ]
        last = estimate.history.next
        claims += [
            ((last - n) & 0xFFFF, luck.choice([None, luck.randrange(1 << 40)]))
            for n in range(luck.randint(0, 20))
        ]
        estimate.take(claims, now)
        estimate.tick(now)
        if (due := estimate.probe(now)) is not None:
            assert due.packets < 40
            numbers = [estimate.sent(due.octets, now) for _ in range(due.packets)]
            estimate.probed(numbers[0], numbers[-1], now)
        assert FLOOR <= estimate.rate <= CEILING
        assert 0 <= estimate.lost <= 1


def test_feedback_that_never_comes_lowers_nothing_one_that_ends_does() -> None:
    quiet, cut = SendEstimate(), SendEstimate()
    for estimate in (quiet, cut):
        number = estimate.sent(1000, 0.0)
    cut.take([(number, 1)], 0.1)
    for estimate in (quiet, cut):
        for n in range(1, 100):
            estimate.sent(1000, n / 10)
            estimate.tick(n / 10)
    assert quiet.rate == 300e3
    assert cut.rate < 60e3


def test_who_is_sent_nothing_is_not_silent() -> None:
    """The last packet before a camera went off may never be told of."""
    estimate = SendEstimate()
    for number in range(20):
        estimate.sent(1000, number * 0.02)
    estimate.take([(n, int((n * 0.02 + 0.05) * 1e6)) for n in range(19)], 0.5)
    before = estimate.rate
    for half in range(2, 120):
        estimate.tick(half / 2)
    assert estimate.rate > before / 2
