"""A call over a simulated line: sound, a picture that follows the rate, feedback."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Self

from tests.video.media.estimate.line import HEADER, Line, Timeline
from video.media.estimate.allocation import Allocation
from video.media.estimate.estimate import SendEstimate
from video.media.estimate.history import Feedback
from video.media.estimate.offers import Kind, Layer, Offered
from video.media.estimate.probing import Cluster

SOUND, EVERY = 80, 0.02
SOUND_RATE = (SOUND + HEADER) * 8 / EVERY
PACKET = 1100


class Aged(SendEstimate):
    """The same on machines that have run for a while already."""

    def __init__(self, age: float) -> None:
        self._age = age
        super().__init__()

    def sent(self, octets: int, now: float, stream: int = 0) -> int:
        return super().sent(octets, now + self._age, stream)

    def take(self, feedback: Feedback, now: float) -> None:
        super().take(feedback, now + self._age)

    def tick(self, now: float) -> None:
        super().tick(now + self._age)

    def probe(self, now: float) -> Cluster | None:
        return super().probe(now + self._age)

    def probed(self, first: int, last: int, now: float) -> None:
        super().probed(first, last, now + self._age)


class Sending:
    """One subscriber. `most` is the picture's best rate, `lag` the seconds in which a
    publisher follows, `least` what it sends at least. Rates are noted every 0.1 s."""

    def __init__(
        self,
        line: Line,
        *,
        run: Timeline | None = None,
        most: float = 1_500_000,
        least: float = 30_000,
        lag: float = 0.25,
        wanted: float = 2_500_000,
        steady: float | None = None,
        key_every: int = 0,
        age: float = 0.0,
    ) -> None:
        self.line, self.run = line, run or Timeline()
        self.estimate = Aged(age) if age else SendEstimate()
        self.estimate.wanted = wanted
        self._most, self._least, self._lag = most, least, lag
        self._steady, self._key_every = steady, key_every
        self._frames = 0
        self._target = 100_000.0
        self._owed = 0.0
        self._told: list[tuple[int, float | None, float]] = []
        self.octets = self.came = self.lost = self.probe_octets = 0
        self.rates: list[tuple[float, float]] = []
        self.run.at(0.0, self._say)
        self.run.at(0.003, self._show)
        self.run.at(line.feedback_every, self._report)
        self.run.at(0.01, self._look)

    def for_seconds(self, seconds: float) -> Self:
        self.run.until(self.run.now + seconds)
        return self

    def between(self, start: float, end: float) -> list[float]:
        return [rate for at, rate in self.rates if start <= at < end]

    def waits(self, start: float, end: float) -> list[float]:
        return sorted(wait for at, wait in self.line.waits if start <= at < end)

    def reaches(self, rate: float, since: float) -> float:
        """Seconds from `since` until the rate is there; infinity if never."""
        found = (at - since for at, one in self.rates if at >= since and one >= rate)
        return next(found, float("inf"))

    def _say(self) -> None:
        self._send(SOUND + HEADER)
        self.run.at(self.run.now + EVERY, self._say)

    def _show(self) -> None:
        rate = self._steady or min(self._target, self._most)
        self._frames += 1
        of_keys = self._key_every and self._frames % self._key_every == 0
        self._owed += max(rate, self._least) / 30 / 8 * (6 if of_keys else 1)
        while self._owed > 100:
            octets = int(min(self._owed, PACKET))
            self._owed -= octets
            self._send(octets)
        self.run.at(self.run.now + 1 / 30, self._show)

    def _send(self, octets: int) -> int:
        now = self.run.now
        number = self.estimate.sent(octets, now)
        self.octets += octets
        came = self.line.carry(octets, now)
        self._told.append((number, came, now))
        return number

    def _look(self) -> None:
        """A hundred times a second: probes, ticks, and the publisher's answer."""
        now, estimate = self.run.now, self.estimate
        estimate.tick(now)
        cluster = estimate.probe(now)
        if cluster is not None:
            self._probe(cluster, [])
        self._follow()
        self.rates.append((now, estimate.rate))
        self.run.at(now + 0.01, self._look)

    def _follow(self) -> None:
        """The publisher's encoder goes where it is told to, down quicker than up."""
        away = self.estimate.rate - SOUND_RATE - self._target
        share = (0.01 if away > 0 else 0.03) / self._lag
        self._target += away * min(1.0, share)

    def _probe(self, cluster: Cluster, numbers: list[int]) -> None:
        numbers.append(self._send(cluster.octets))
        self.probe_octets += cluster.octets
        if len(numbers) == cluster.packets:
            self.estimate.probed(numbers[0], numbers[-1], self.run.now)
            return
        then = self.run.now + cluster.spacing
        self.run.at(then, lambda: self._probe(cluster, numbers))

    def _report(self) -> None:
        """What the receiver has seen by now is told, up to the last that came."""
        now = self.run.now
        self.run.at(now + self.line.feedback_every, self._report)
        seen = [i for i, (_, at, _) in enumerate(self._told) if at and at <= now]
        if not seen:
            return
        told, self._told = self._told[: seen[-1] + 1], self._told[seen[-1] + 1 :]
        said = list(_said(told))
        self.came += sum(1 for _, at in said if at is not None)
        self.lost += sum(1 for _, at in said if at is None)
        then = self.line.taken(now) + self.line.delay
        self.run.at(then, lambda: self.estimate.take(said, self.run.now))


def _said(
    told: list[tuple[int, float | None, float]],
) -> Iterator[tuple[int, int | None]]:
    for number, came, _ in told:
        # The peer's clock is another, and counts quarters of milliseconds.
        yield number, None if came is None else int(came * 4000) * 250 + 7_000_000_000


class Layered(Sending):
    """The publisher sends all its layers; which one is passed on is shared out five
    times a second. A switch to another size waits `keys` seconds for its key frame."""

    def __init__(
        self, line: Line, layers: tuple[Layer, ...], *, keys: float = 0.3
    ) -> None:
        self._allocation, self._keys = Allocation(), keys
        self._offers = [
            Offered("voice", Kind.SOUND, (Layer(SOUND_RATE),)),
            Offered("face", Kind.CAMERA, layers, pinned=True),
        ]
        self._layers, self._shared_at = layers, -1.0
        self.seen: list[tuple[float, Layer | None]] = []
        super().__init__(line, least=0)
        self._target = 0.0

    def shown(self, at: float) -> Layer:
        """What is passed on at that time; nothing is a layer of nothing."""
        found = [layer for when, layer in self.seen if when <= at]
        return (found[-1] if found else None) or Layer(0.0)

    def changes(self, start: float, end: float) -> int:
        kept = [layer for when, layer in self.seen if start <= when < end]
        return sum(a != b for a, b in pairwise(kept))

    def _follow(self) -> None:
        now, estimate = self.run.now, self.estimate
        if now - self._shared_at < 0.2:
            return
        self._shared_at = now
        shares = self._allocation.share(
            self._offers, rate=estimate.rate, now=now, loss=estimate.lost
        )
        estimate.wanted = shares.wanted
        at = shares.layers["face"]
        layer = self._layers[at] if at is not None else None
        before = self.seen[-1][1] if self.seen else None
        self.seen.append((now, layer))
        rate = layer.rate if layer else 0.0
        if layer and before and layer.height <= before.height:
            self._target = rate
        elif not layer:
            self._target = 0.0
        else:
            self.run.at(now + self._keys, lambda: setattr(self, "_target", rate))
