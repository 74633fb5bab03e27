"""Sharing a rate out among the streams to one participant: who gets which layer.

Sound comes first and is never taken away. Then the person one looks at, or who signs,
then the rest; small tiles stay small. Down at once, up only where it would have fitted
for a while: a picture that changes its size every second is worse than a small one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from video.media.estimate.delay import Lowest
from video.media.estimate.offers import SIGNED_FRAMES, Kind, Offered, ladder, rank


@dataclass(frozen=True, slots=True)
class Shares:
    """The layer of each stream, by its place in the offer; None is a pause.

    `rate` is what they cost together; `wanted` is what all of the best would take: more
    than that need not be probed for, and nothing where everybody has it.
    """

    layers: Mapping[str, int | None]
    rate: float
    wanted: float = 0.0


# Who signs has so many lines before anybody else's picture begins.
SIGNED_LINES = 240
# Room that a step up needs beside its cost: in all rates of the last seconds, or so
# much of it now that no trembling explains it. The first step needs little and waits
# for nothing: any picture is worth a try.
ROOM, SETTLED, PLENTY, AT_LAST = 1.1, 1.2, 1.5, 1.05
# A probe may prove too much: lines let a few packets pass at once. So where a step was
# taken back lately plenty is more, and else there is one step in each such while: what
# is too much by a little is seen before packets are lost. A larger picture begins with
# a key frame, for which a line that does not take it pays with seconds: likewise.
MUCH_MORE = 2.5
# A layer is kept while so many times the rate carries it: a rate that was lowered is
# 0.85 of what came, so that a queue still drains.
KEPT = 1.1
# A step up that was taken back within so many seconds makes the next one wait twice as
# long, to so many; one that lasted so long forgives it.
HASTY, LONGEST, LASTED = 10.0, 5.0, 60.0
# What was too much is not tried again for so many seconds, twice as long each time, to
# so many. Less than such a share of it is something else, and so is a rate of so many
# times as much, or of nearly all that would be of use: somebody has freed the line.
BARRED, BARRED_LONGEST, AS_MUCH = 10.0, 30.0, 0.95
FREED, NEARLY_ALL = 5.0, 0.9
# The share of what came, of so little, that leaves room for key frames.
NARROW, CALM = 150_000, 0.85
NEVER = float("inf")
# Loss from which redundancy of the sound goes before anybody's better picture.
LOSSY = 0.02


@dataclass(slots=True)
class _Sharing:
    """One round: `at` is the step of each stream on its ladder, -1 for a pause.

    `doubted`: a step was taken back lately; `rested`: none was taken since for long;
    `barred`: so much was too much; so much came when it was (`carried`); `freed`: a
    rate that says otherwise.
    """

    rate: float
    lately: float
    ladders: Mapping[str, Sequence[int]]
    offered: Mapping[str, Offered]
    had: Mapping[str, int]
    doubted: bool
    rested: bool
    barred: float
    carried: float
    freed: float
    spent: float = 0.0
    at: dict[str, int] = field(default_factory=dict)

    def share_out(self, loss: float) -> None:
        """Sound first, each picture in its turn, and better ones of what is left."""
        sounds = [s for s, one in self.offered.items() if one.kind is Kind.SOUND]
        pictures = sorted(
            (s for s in self.offered if s not in sounds),
            key=lambda s: rank(self.offered[s]),
        )
        for stream in sounds:
            self.up(stream, forced=True)
        self.begin(pictures)
        if loss >= LOSSY:
            self.climb(sounds)
        seen = [s for s in pictures if s in self.at]
        for turn in sorted({rank(self.offered[s]) for s in seen}):
            self.climb([s for s in seen if rank(self.offered[s]) == turn])
        self.climb(sounds)

    def cost(self, stream: str, step: int) -> float:
        one = self.offered[stream]
        return one.layers[self.ladders[stream][step]].rate if step >= 0 else 0.0

    def up(self, stream: str, *, forced: bool = False) -> bool:
        """One step up, if there is one and it fits: what a stream has, while it fits at
        all, and so what it begins with; what is more must have fitted for a while."""
        step = self.at.get(stream, -1)
        if step + 1 >= len(self.ladders[stream]):
            return False
        more = self.spent + self.cost(stream, step + 1) - self.cost(stream, step)
        had = self.had.get(stream)
        if had is None:
            fits = more <= self.rate
        elif step < had:
            fits = more <= KEPT * self.rate
        elif had < 0 <= step:
            # What was paused begins small: its key frame is the longest.
            fits = False
        else:
            careful = self.doubted or self._is_larger(stream, step)
            settled = step == had or not careful
            fits = settled and more * ROOM <= self.lately
            fits = fits or more * (MUCH_MORE if careful else PLENTY) <= self.rate
            tries = step < 0 and not self._is_second(stream)
            fits = (fits and self.rested) or (tries and more * AT_LAST <= self.rate)
            fits = fits and not self._is_barred(stream, step, more)
        if not fits and not forced:
            return False
        self.spent, self.at[stream] = more, step + 1
        return True

    def _is_barred(self, stream: str, step: int, more: float) -> bool:
        """After a vain try what came counts: of a narrow line a probe proves three
        times as much. Sound is sent twice where that much is little beside it."""
        if step >= 0 and self.offered[stream].kind is Kind.SOUND:
            much = more * MUCH_MORE > self.carried
            return much and self.rate < 2 * FREED * self.carried
        share = AS_MUCH if step < 0 or self.carried > NARROW else CALM
        if self.rate < self.freed and more > share * self.carried:
            return True
        return (
            step >= 0 and more >= AS_MUCH * self.barred and more * MUCH_MORE > self.rate
        )

    def _is_second(self, stream: str) -> bool:
        """True if another is chosen, or signs: a try would cost them their picture."""
        first = (one.is_first for one in self.offered.values())
        return not self.offered[stream].is_first and any(first)

    def _is_larger(self, stream: str, step: int) -> bool:
        """True if the next step is a picture of another size."""
        layers, steps = self.offered[stream].layers, self.ladders[stream]
        heights = [layers[at].height for at in steps[max(step, 0) : step + 2]]
        return heights[-1] > heights[0]

    def begin(self, pictures: Sequence[str]) -> None:
        """Each begins in its turn; before others, signs are to be read, by turns."""
        signed = [one for one in pictures if self.offered[one].signs]
        for one in signed:
            self.up(one)
        going = [one for one in signed if not self._reads(one)]
        while going:
            going = [one for one in going if self.up(one) and not self._reads(one)]
        for one in pictures:
            if one not in signed:
                self.up(one)

    def _reads(self, stream: str) -> bool:
        """True if signs are seen well, or the stream is paused."""
        step = self.at.get(stream, -1)
        if step < 0:
            return True
        layer = self.offered[stream].layers[self.ladders[stream][step]]
        return layer.height >= SIGNED_LINES and layer.frames >= SIGNED_FRAMES

    def climb(self, streams: Sequence[str]) -> None:
        """By turns, so that nobody is best while another has nothing."""
        going = list(streams)
        while going:
            going = [stream for stream in going if self.up(stream)]


class Allocation:
    """Keeps what each stream has, so that it changes seldom."""

    def __init__(self) -> None:
        self._steps: dict[str, int] = {}
        self._risen_at, self._taken_back = -NEVER, False
        self._spent = self._wanted = self._barred_until = 0.0
        self._least = Lowest(SETTLED)
        self._forget()

    def share(
        self,
        offers: Iterable[Offered],
        *,
        rate: float,
        now: float,
        loss: float = 0.0,
        carried: float = NEVER,
    ) -> Shares:
        """The layers for `rate` bit/s in all; `loss` decides on redundant sound, and
        `carried`, what came when the line was last too full, on another try."""
        offered = {one.stream: one for one in offers}
        freed = self._freed_by(carried)
        if self._least.take(rate, now) >= freed:
            self._forget()
        is_barred = now < self._barred_until
        doubted = self._lately.span > SETTLED
        round_ = _Sharing(
            rate=rate,
            lately=self._lately.take(rate, now),
            ladders={stream: ladder(one) for stream, one in offered.items()},
            offered=offered,
            had=self._steps,
            doubted=doubted,
            rested=not doubted or now - self._risen_at >= SETTLED,
            barred=self._barred if is_barred else NEVER,
            carried=carried,
            freed=freed if is_barred else 0.0,
        )
        round_.share_out(loss)
        steps = {stream: round_.at.get(stream, -1) for stream in offered}
        self._learn(steps, rate, now)
        self._spent = round_.spent
        layers = {
            stream: round_.ladders[stream][step] if step >= 0 else None
            for stream, step in self._steps.items()
        }
        best = sum(round_.cost(s, len(round_.ladders[s]) - 1) for s in offered)
        self._wanted = PLENTY * best if best > round_.spent else 0.0
        return Shares(layers, round_.spent, self._wanted)

    def _freed_by(self, carried: float) -> float:
        """A rate of which what was too much says nothing."""
        if self._barred == NEVER:
            return self._barred
        much = FREED * max(self._barred, carried if carried < NEVER else 0.0)
        return min(much, NEARLY_ALL * (self._wanted or NEVER))

    def _learn(self, steps: dict[str, int], rate: float, now: float) -> None:
        before, self._steps = self._steps, steps
        moves = [steps[one] - before[one] for one in steps if one in before]
        lasted = now - self._risen_at
        if any(move < 0 for move in moves) and lasted < HASTY:
            # A fall goes down in several shares; it takes back one rise.
            if not self._taken_back:
                self._lately.span = min(2 * self._lately.span, LONGEST)
                self._bar(rate, now)
            self._taken_back = True
        elif lasted > LASTED:
            self._lately.span, self._barred_for = SETTLED, BARRED
        if any(move > 0 for move in moves):
            self._risen_at, self._taken_back = now, False

    def _forget(self) -> None:
        """Begin as with a new line: nothing was ever too much."""
        self._lately = Lowest(SETTLED)
        self._barred, self._barred_for = NEVER, BARRED
        self._barred_until = 0.0

    def _bar(self, rate: float, now: float) -> None:
        """Remember what the rate did not carry; a picture may shrink with its tile."""
        if self._spent <= rate:
            return
        self._barred, self._barred_until = self._spent, now + self._barred_for
        self._barred_for = min(2 * self._barred_for, BARRED_LONGEST)
