"""Over-use seen by delay: bursts, their gradient, and a queue that stands.

After draft-ietf-rmcat-gcc-02 §5 (bursts, inter-group delay variation, adaptive
threshold), with the line of least squares of the published trendline filter in place of
its Kalman filter. The queue that stands is our own condition: see `StandingQueue`.
Times are seconds on the sending side, milliseconds in the filter.
"""

from enum import Enum


class Usage(Enum):
    NORMAL = 0
    OVER = 1
    UNDER = 2


# §5.2: packets sent within 5 ms are one burst; so are those that came at once.
BURST = 0.005
LONGEST_BURST = 0.1
# A clock that jumps so many seconds, or a line that was cut so many ms, begins again.
BROKEN, LONGEST_PAUSE = 3.0, 3000.0


class Bursts:
    """Groups packets, and compares each whole burst with the one before it.

    `take` is True when a burst has ended: `variation` (§5.1, in ms) tells how much more
    time it took to come than to leave, `came` when its last packet did, `delay` (in ms)
    how long it was under way, on two clocks: only differences mean anything. `broken`
    says that the clocks moved against each other, until somebody minds it.
    """

    __slots__ = (
        *("_came", "_came_first", "_last", "_sent", "_sent_first"),
        *("broken", "came", "delay", "variation"),
    )

    def __init__(self) -> None:
        self._sent_first = self._sent = self._came_first = self._came = 0.0
        self._last: tuple[float, float] | None = None
        self.variation = self.delay = self.came = 0.0
        self.broken = False

    def take(self, sent: float, came: float) -> bool:
        """One packet, in the order of sending."""
        shift = (came - self._came) - (sent - self._sent)
        if not self._sent or abs(shift) > BROKEN:
            self._begin(sent, came)
            self._last, self.broken = None, True
            return False
        if sent < self._sent_first:
            return False
        since = came - self._came
        if sent <= max(self._sent, self._sent_first + BURST) or (
            since <= BURST
            and since < sent - self._sent
            and came - self._came_first < LONGEST_BURST
        ):
            self._sent = max(sent, self._sent)
            self._came = max(came, self._came)
            return False
        ended = self._end()
        self._begin(sent, came)
        return ended

    def _begin(self, sent: float, came: float) -> None:
        self._sent_first = self._sent = sent
        self._came_first = self._came = came

    def _end(self) -> bool:
        last, self._last = self._last, (self._sent, self._came)
        self.came = self._came
        self.delay = (self._came - self._sent) * 1000
        if last is None:
            return False
        self.variation = ((self._came - last[1]) - (self._sent - last[0])) * 1000
        return True


# Bursts that the line of least squares goes through; the smoothing before it.
WINDOW, SMOOTHING = 20, 0.9
# The slope is scaled as a filter of at most so many bursts would see it.
GAIN, MOST_BURSTS = 4.0, 60
# §5.4: the threshold follows quickly what is above it, slowly what is below.
BEGIN, LEAST, MOST = 12.5, 6.0, 600.0
FASTER, SLOWER = 0.0087, 0.039
SPIKE, LONGEST_STEP = 15.0, 100.0
# ms of over-use before it is believed.
LASTING = 10.0


class Trendline:
    """The slope of the smoothed delay, and a threshold that learns."""

    __slots__ = (
        *("_at", "_begun", "_bursts", "_delay", "_full", "_over", "_place", "_slope"),
        *("_smoothed", "_x", "_xs", "_xx", "_xy", "_y", "_ys", "threshold"),
    )

    def __init__(self) -> None:
        self.threshold = BEGIN
        self.begin()

    def begin(self) -> None:
        """Forget the line, keep what the threshold has learnt."""
        self._xs, self._ys = [0.0] * WINDOW, [0.0] * WINDOW
        self._place = self._bursts = 0
        self._full = False
        self._x = self._y = self._xx = self._xy = 0.0
        self._delay = self._smoothed = self._over = self._slope = 0.0
        self._at = self._begun = -1.0

    def take(self, variation: float, came: float) -> Usage:
        """One burst's variation in ms, and when it came, in seconds."""
        now = came * 1000
        passed = now - self._at
        if self._begun < 0 or not -LONGEST_PAUSE < passed < LONGEST_PAUSE:
            self.begin()
            self._begun, passed = now, 0.0
        self._at = now
        self._bursts += 1
        self._delay += variation
        self._smoothed += (self._delay - self._smoothed) * (1 - SMOOTHING)
        slope = self._put(now - self._begun, self._smoothed)
        trend = min(self._bursts, MOST_BURSTS) * slope * GAIN
        usage = self._judge(trend, slope, passed)
        self._slope = slope
        beyond = abs(trend) - self.threshold
        # A jump, as by a change of network, is no reason to grow deaf.
        if beyond <= SPIKE:
            factor = FASTER if beyond > 0 else SLOWER
            grown = self.threshold + factor * beyond * min(passed, LONGEST_STEP)
            self.threshold = min(max(grown, LEAST), MOST)
        return usage

    def _put(self, x: float, y: float) -> float:
        """Adds a point to the sums, which stay up to date; returns the slope."""
        place, xs, ys = self._place, self._xs, self._ys
        old_x, old_y = xs[place], ys[place]
        xs[place], ys[place] = x, y
        self._x += x - old_x
        self._y += y - old_y
        self._xx += x * x - old_x * old_x
        self._xy += x * y - old_x * old_y
        self._place = place = place + 1
        if place == WINDOW:
            self._place, self._full = 0, True
            self._move_origin(x)
        if not self._full:
            return self._slope
        below = WINDOW * self._xx - self._x * self._x
        above = WINDOW * self._xy - self._x * self._y
        return above / below if below > 1e-6 else self._slope

    def _move_origin(self, x: float) -> None:
        """Every turn of the window: sums of large numbers lose their small ends."""
        self._begun += x
        self._xs = xs = [one - x for one in self._xs]
        self._x, self._y = sum(xs), sum(self._ys)
        self._xx = sum(one * one for one in xs)
        self._xy = sum(a * b for a, b in zip(xs, self._ys, strict=True))

    def _judge(self, trend: float, slope: float, passed: float) -> Usage:
        if trend > self.threshold:
            self._over += passed
            if self._over > LASTING and slope >= self._slope:
                self._over = 0.0
                return Usage.OVER
            return Usage.NORMAL
        self._over = 0.0
        return Usage.UNDER if trend < -self.threshold else Usage.NORMAL


class Lowest:
    """The least of what was seen within the last `span` to twice `span` seconds."""

    __slots__ = ("_before", "_now", "_since", "span")

    def __init__(self, span: float) -> None:
        self.span = span
        self._since = 0.0
        self._now = self._before = float("inf")

    def take(self, value: float, at: float) -> float:
        if not -self.span < at - self._since < self.span:
            stale = not -self.span < at - self._since < 2 * self.span
            self._before = float("inf") if stale else self._now
            self._now, self._since = value, at
        elif value < self._now:
            self._now = value
        return min(self._now, self._before)


# Seconds in which the delay must come down once, and in which its least is known.
SOON, LONG = 0.15, 15.0


class StandingQueue:
    """The part of the delay that did not go away for a sixth of a second, in ms.

    A queue of the line lasts until less is sent. A device short of processor time takes
    packets late but many at once, and the last of them has hardly waited: the least
    delay of a short while stays that of an empty line, however steep its slope was. It
    is the difference that CoDel makes (RFC 8289 §3.1) between good queues and bad ones.
    """

    __slots__ = ("_ever", "_soon", "least", "queue", "waits")

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Forget the least delay: a clock jumped, or the network is another."""
        self._soon, self._ever = Lowest(SOON), Lowest(LONG)
        self.queue = self.least = self.waits = 0.0

    def empty(self) -> None:
        """Nothing is under way: nothing waits."""
        self.queue = self.waits = 0.0

    def take(self, delay: float, came: float) -> float:
        """A burst's delay, in ms, and when it came; `waits` is what it waited."""
        self.least = self._ever.take(delay, came)
        self.waits = delay - self.least
        self.queue = max(0.0, self._soon.take(delay, came) - self.least)
        return self.queue
