"""A subscriber whose words lead nowhere: a slow clock, early and invented answers."""

import random
from collections.abc import Callable

import pytest

from video.media.estimate.estimate import START, SendEstimate
from video.media.estimate.history import KEPT
from video.media.estimate.probing import FURTHEST

EVERY, OCTETS = 0.01, 1000
SENT = OCTETS * 8 / EVERY
AGE = 7_000_000_000
Clock = Callable[[float], float]


def slow(speed: float) -> Clock:
    return lambda now: now * speed


def saw(every: float, back: float) -> Clock:
    """Right, but for a leap back now and then."""
    return lambda now: 1000 + now - back * int(now / every)


CLOCKS = {
    "nearly right": slow(0.93),
    "slow": slow(0.5),
    "as good as still": slow(0.01),
    "leaps": saw(0.6, 0.4),
    "small leaps": saw(0.3, 0.1),
}


class Optimist:
    """All came, it says, at times of its own making."""

    def __init__(self, clock: Clock, *, wanted: float) -> None:
        self.estimate = SendEstimate()
        self.estimate.wanted = wanted
        self._clock = clock
        self._told: list[tuple[int, int | None]] = []
        self.asked = 0.0

    def send(self, octets: int, now: float) -> int:
        number = self.estimate.sent(octets, now)
        self._told.append((number, AGE + int(self._clock(now) * 4000) * 250))
        return number

    def live(self, seconds: float, *, probes: bool) -> None:
        for turn in range(int(seconds / EVERY)):
            now = turn * EVERY
            self.send(OCTETS, now)
            if turn % 10 == 9:
                told, self._told = self._told, []
                self.estimate.take(told, now + 0.001)
                if probes:
                    self._probe(now + 0.002)

    def _probe(self, now: float) -> None:
        cluster = self.estimate.probe(now)
        if cluster is None:
            return
        self.asked = max(self.asked, cluster.rate)
        numbers = [
            self.send(cluster.octets, now + n * cluster.spacing)
            for n in range(cluster.packets)
        ]
        self.estimate.probed(numbers[0], numbers[-1], now)


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_false_clock_proves_no_more_than_was_sent(clock: str) -> None:
    optimist = Optimist(CLOCKS[clock], wanted=8e6)
    optimist.live(60, probes=False)
    assert optimist.estimate.heard
    assert optimist.estimate.rate <= 1.5 * SENT


@pytest.mark.parametrize("clock", CLOCKS)
def test_answers_to_probes_prove_no_more_than_the_probes(clock: str) -> None:
    wanted = 2e6
    optimist = Optimist(CLOCKS[clock], wanted=wanted)
    optimist.live(60, probes=True)
    assert 0 < optimist.asked <= 1.1 * wanted
    assert optimist.estimate.rate <= FURTHEST * optimist.asked


def test_numbers_never_sent_to_come_or_long_gone_say_nothing() -> None:
    estimate, rng = SendEstimate(), random.Random(5)
    for turn in range(2 * KEPT):
        estimate.sent(OCTETS, turn * EVERY)
    last, now = 2 * KEPT - 1, 2 * KEPT * EVERY
    for _ in range(300):
        # Ahead of what was sent, or behind what is kept.
        first = rng.choice([last + 1, last + 0x4000, last - KEPT - 200, last + 0x8000])
        some = rng.randrange(1, 100)
        come = [AGE, rng.getrandbits(40), -rng.getrandbits(40), 0]
        estimate.take(
            [((first + n) & 0xFFFF, rng.choice(come)) for n in range(some)], now
        )
    assert not estimate.heard
    assert estimate.rate == START


def test_times_that_jump_and_turn_leave_a_rate_that_can_be_sent() -> None:
    estimate, rng = SendEstimate(), random.Random(6)
    for turn in range(5000):
        now = turn * EVERY
        number = estimate.sent(OCTETS, now)
        estimate.take([(number, rng.getrandbits(32) * 250)], now + 0.01)
        estimate.tick(now)
    assert 0 < estimate.rate <= 1.5 * SENT
