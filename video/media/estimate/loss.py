"""Answer of the rate to loss, where sending less would mend it.

After draft-ietf-rmcat-gcc-02 §6; the question before the answer is our own.
"""

from video.media.estimate.control import AHEAD, DECREASE, INCREASE

# §6: below the first share of loss more may be sent, above the second less must be.
LITTLE, MUCH = 0.02, 0.10
# Seconds that a figure of loss covers, and packets that it needs.
COVERS, NEEDS = 0.8, 20
# What chance explains does not count: so many standard deviations of that many packets.
CHANCE, AT_LEAST = 2.5, 0.05
# Seconds in which a loss that remains is believed to be the line's own; and in which
# what was believed is tried again.
FORGETS = 10.0


class LossControl:
    """A ceiling by loss, once it is proved that sending less loses less.

    The draft lowers by every loss above a tenth. Radio loses a third of the packets of
    an empty line, and to send less there costs the picture and mends nothing. So a
    first loss is a question: less is sent, to 0.85 of what comes. A line that was too
    full loses nothing then; one that still loses half as much loses by itself. That
    share is called `own` and no longer counts; the rate goes back to where it was.
    """

    __slots__ = (
        *("_asked_at", "_before", "_came", "_lost", "_since", "ceiling", "lately"),
        "own",
    )

    def __init__(self) -> None:
        self.ceiling: float | None = None
        self.own = self.lately = 0.0
        self._came = self._lost = 0
        self._since = -1.0
        self._asked_at: float | None = None
        self._before = (0.0, 0.0)

    @property
    def asking(self) -> bool:
        """True while less is sent to see what that changes."""
        return self._asked_at is not None

    def take(
        self, *, came: int, lost: int, coming: float | None, rate: float, now: float
    ) -> None:
        """One feedback: packets that came and were lost; to count them only, `coming`
        is None."""
        if self._since < 0:
            self._since = now
        self._came += came
        self._lost += lost
        seen = self._came + self._lost
        if now - self._since < COVERS or seen < NEEDS:
            return
        loss, self._came, self._lost = self._lost / seen, 0, 0
        passed, self._since = now - self._since, now
        self.lately = loss
        if self._asked_at is not None:
            self._hear(loss, now)
        else:
            self._forget(loss, passed)
            if coming is not None and self._is_more(loss, seen):
                self._before = (loss, rate)
                self._asked_at = now
                self.ceiling = min(rate, DECREASE * coming)
            elif loss - self.own < LITTLE and self.ceiling is not None:
                self.ceiling *= INCREASE**passed
                if self.ceiling > rate * AHEAD:
                    self.ceiling = None

    def rest(self) -> None:
        """Nothing is sent that could answer a question."""
        self._asked_at = None

    def lift(self, rate: float) -> None:
        """A probe came through at `rate`."""
        if self.ceiling is not None and not self.asking:
            self.ceiling = max(self.ceiling, rate)

    def _forget(self, loss: float, passed: float) -> None:
        """The line loses less than it did."""
        if loss < self.own:
            self.own += (loss - self.own) * min(1.0, passed / FORGETS)

    def _is_more(self, loss: float, seen: int) -> bool:
        """True if it is much more than the line's own loss, and no chance."""
        known = max(self.own, AT_LEAST)
        chance = CHANCE * (known * (1 - known) / seen) ** 0.5
        beyond = loss - self.own
        return beyond > MUCH * (1 - self.own) and beyond > chance

    def _hear(self, loss: float, now: float) -> None:
        """The first figure after the question covers what was sent before it, too."""
        if self._asked_at is None or now - self._asked_at < COVERS * 1.9:
            return
        self._asked_at = None
        before, rate = self._before
        if loss > before / 2:
            self.own = min(loss, before)
            self.ceiling = rate
