"""The rate of a line whose browser tells its own estimate, and no more than that.

It goes to publishers, but not below a floor: a line that takes less gets sound only,
and the others are not punished for it.
"""

# Sound takes 50 of it; with less, a browser shows single frames. A receiver short of
# CPU, not of line, sees delay everywhere and would ask for as little.
FLOOR = 150_000

# Shares of the packets. A browser's estimate knows delay, not loss: that is ours. What
# is lost of a fifth is repeated in time, and a busy machine reports as much at times.
LOSSY, HOPELESS, CALM, QUIET = 0.30, 0.30, 0.02, 0.05
# Seconds of round trip: what does not fit and is not lost stands in a queue.
SLOW = 1.0
# Half seconds: of trouble at the lowest rate; until an estimate says anything; of calm
# before pictures are tried again, at first and at most; of pictures that lasted.
# One report of few packets proves nothing.
BAD_REPORTS = 2
PAUSE_AFTER, WARM_UP, TRY_AFTER, TRY_AT_MOST, LASTED = 8, 20, 20, 160, 120


class SubscriberLine:
    """The rate that one participant's line takes. Pure: figures in, twice a second.

    First the others are asked to send less, by delay (the browser's estimate) and by
    loss (ours). Where even the floor is too much, pictures are paused, so that the
    sound comes through. Sound alone tells nothing about room for pictures: after a calm
    while they are tried again, each time that fails the next try comes later.
    """

    __slots__ = (
        *(
            "_bad",
            "_before",
            "_calm",
            "_cap",
            "_estimate",
            "_loss",
            "_patience",
            "_pressed",
            "_rate",
        ),
        *("_ticks", "paused"),
    )

    def __init__(self) -> None:
        self.paused = False
        self._estimate: int | None = None
        self._cap: float | None = None
        self._rate = self._loss = self._before = 0.0
        self._ticks = self._pressed = self._calm = self._bad = 0
        self._patience = TRY_AFTER

    def take_estimate(self, bitrate: int) -> None:
        """The browser's REMB: all that it can receive, in bit/s."""
        self._estimate = bitrate

    def share(self, streams: int) -> int | None:
        """Returns the rate for each of so many pictures, in bit/s; None while
        unknown."""
        known = [one for one in (self._estimate, self._cap) if one is not None]
        return int(min(known)) // streams if known and streams else None

    def take(
        self, *, loss: float | None, rate: float, streams: int, trip: float = 0.0
    ) -> None:
        """One half second: `loss` on this hop if it was reported since, `rate` that
        was sent in bit/s, how many pictures there are for this participant, and the
        round trip in seconds."""
        self._ticks += 1
        self._rate += (rate - self._rate) / 4
        if loss is not None:
            # A machine short of processor time reports a third of a handful as lost
            # twice, and nothing then: only what three reports say is the line's.
            self._limit(min(loss, self._loss, self._before), loss)
            self._before, self._loss = self._loss, loss
            self._bad = self._bad + 1 if loss > HOPELESS else 0
        if self.paused:
            self._wait()
        elif streams:
            self._press(streams, trip)
        else:
            self._pressed = 0

    def _limit(self, lasting: float, loss: float) -> None:
        """Down quickly, for voices break, but not for one report of few packets; up
        while repeats keep up with the loss, until the estimate says less."""
        if lasting > LOSSY:
            # What was sent says little of a line on which sending has just begun.
            least = self._cap or max(self._rate, 2.0 * FLOOR)
            if self._estimate is not None:
                least = min(least, self._estimate)
            self._cap = max(least * max(0.4, 1 - 2.5 * lasting), FLOOR / 2)
        elif self._cap is not None and loss < LOSSY:
            self._cap *= 1.2 if loss < CALM else 1.1
            if self._estimate is None or self._cap > self._estimate:
                self._cap = None

    def _press(self, streams: int, trip: float) -> None:
        share, estimate = self.share(streams), self._estimate
        if share is None or share > FLOOR:
            self._pressed = 0
            return
        # The estimate of a line on which little is sent is small by itself, and so is
        # that of a machine short of CPU: there nothing is lost or late on the way.
        narrow = (
            estimate is not None
            and self._ticks > WARM_UP
            and estimate < 0.75 * FLOOR * streams
            and self._rate > max(1.5 * estimate, 0.8 * FLOOR)
            and (self._loss > QUIET or trip > SLOW)
        )
        pressed = narrow or self._bad >= BAD_REPORTS
        self._pressed = self._pressed + 1 if pressed else 0
        if self._pressed >= PAUSE_AFTER:
            self.paused = True
            self._loss, self._calm, self._bad = 0.0, 0, 0
        elif self._ticks >= LASTED:
            self._patience = TRY_AFTER

    def _wait(self) -> None:
        self._calm = self._calm + 1 if self._loss < QUIET else 0
        if self._calm < self._patience:
            return
        self.paused = False
        self._cap = float(FLOOR)
        self._ticks = self._pressed = 0
        self._patience = min(2 * self._patience, TRY_AT_MOST)
