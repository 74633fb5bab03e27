"""Answers of the rate to delay: additive or multiplicative up, to a share down.

After draft-ietf-rmcat-gcc-02 §5.5; what differs is said where it does.
"""

import math
from collections import deque

from video.media.estimate.delay import Usage

# §5.5: to so much of what comes; so much more a second, far from the last limit.
DECREASE, INCREASE = 0.85, 1.08
# Less than that by so much for each second that packets wait, down to so much.
DRAINING, DEEPEST = 0.7, 0.5
# Weight of a new limit in the mean of the last ones.
NEW = 0.05
PACKET_BITS = 9600
# Times of over-use that are remembered; what came without one, so many times as much,
# is of another line.
TIMES, ANOTHER = 8, 2.0
FRAMES = 30
# Not above so many times what comes, and a little: the draft's own bound.
AHEAD, A_LITTLE = 1.5, 10_000


class LastLimit:
    """Mean and spread of what came at the moments of over-use, in kbit/s (§5.5)."""

    __slots__ = ("mean", "spread")

    def __init__(self) -> None:
        self.mean: float | None = None
        self.spread = 0.4

    def take(self, rate: float) -> None:
        said = rate / 1000
        if self.mean is None or not self.holds(rate):
            self.mean, self.spread = said, 0.4
            return
        off = said - self.mean
        self.mean += NEW * off
        norm = max(self.mean, 1.0)
        self.spread += NEW * (off * off / norm - self.spread)
        self.spread = min(max(self.spread, 0.4), 2.5)

    def holds(self, rate: float) -> bool:
        """True if `rate` is within three spreads of the mean."""
        if self.mean is None:
            return False
        wide = 3 * math.sqrt(self.spread * self.mean)
        return abs(rate / 1000 - self.mean) <= wide

    def passed(self, rate: float) -> bool:
        if self.mean is None:
            return False
        return rate / 1000 > self.mean and not self.holds(rate)


# ms of a queue at which nothing waits; seconds after which a queue is not our own; and
# what we send less by then, at most.
CALM, NOT_OURS, LESS = 8.0, 3.0, 0.75
# A queue that is shorter by so much goes away.
SHORTER = 0.85
# Beside others: packets more in a round trip, the share kept when one is lost, and the
# largest growth in a second. TCP adds one packet and keeps half, in trips that wait for
# no feedback; and pictures come in bursts, which lose more.
BESIDE, GIVES_WAY, QUICKEST, ONCE_IN = 3.0, 0.9, 0.8, 0.1
SHORTEST = 0.01


class Company:
    """Tells a queue that others keep full from one of our own.

    Ours goes away when less is sent. One that stands after three seconds of sending a
    quarter less is a neighbour's who minds loss only: to wait for its end would leave
    them everything. It ends as soon as the queue was empty once. One that gets shorter
    meanwhile is what we sent before, in a buffer of seconds.
    """

    __slots__ = ("_came", "_queue", "_since", "present")

    def __init__(self) -> None:
        self.present = False
        self._since = -1.0
        self._came = self._queue = 0.0

    def lowered(self, coming: float, queue: float, now: float) -> None:
        if self._since < 0:
            self._since, self._came, self._queue = now, coming, queue

    def take(self, queue: float, coming: float | None, now: float) -> None:
        if queue < CALM:
            self.present, self._since = False, -1.0
        elif self._since >= 0 and queue < SHORTER * self._queue:
            self._since, self._queue = now, queue
        elif (
            self._since >= 0
            and now - self._since > NOT_OURS
            and coming is not None
            and coming < LESS * self._came
        ):
            self.present = True


class DelayControl:
    """Up by a share far from the last limit, by half a packet a round trip near it;
    down to 0.85 of what comes, once in a round trip.

    What is not sent proves nothing: while less than `limited` says is sent, the rate
    neither grows nor falls by itself; only probes raise it.
    """

    __slots__ = ("_at", "_full", "_held_until", "company", "limit", "rate")

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.limit = LastLimit()
        self.company = Company()
        self._at = -1.0
        self._held_until = 0.0
        self._full: deque[float] = deque(maxlen=TIMES)

    @property
    def carried(self) -> float:
        """The rate that came when the line was too full lately; infinite at first.

        The upper quartile: a queue that ends brings more at once, a busy device less.
        """
        came = sorted(self._full)
        return came[3 * (len(came) - 1) // 4] if came else math.inf

    def take(
        self,
        usage: Usage,
        *,
        coming: float | None,
        queue: float,
        waits: float,
        trip: float,
        limited: bool,
        now: float,
    ) -> None:
        """One feedback: `coming` is what comes in bit/s, `queue` ms stand on the way,
        and the last packet waited `waits`."""
        passed = min(now - self._at, 1.0) if self._at >= 0 else 0.0
        self._at = now
        self.company.take(queue, coming, now)
        if usage is Usage.OVER and not self.company.present:
            self._lower(coming, max(queue, waits), trip, now)
            return
        if coming is not None and coming > ANOTHER * self.carried:
            self._full.clear()
        if now < self._held_until or limited or coming is None:
            return
        if self.company.present:
            by_trips = BESIDE * PACKET_BITS / max(trip, SHORTEST) ** 2
            more = min(by_trips, QUICKEST * self.rate) * passed
            self.rate = max(self.rate, min(self.rate + more, AHEAD * coming + A_LITTLE))
            return
        if usage is Usage.UNDER:
            return
        if self.limit.passed(coming):
            self.limit.mean = None
        if self.limit.holds(coming) or self.limit.holds(self.rate):
            more = self._half_a_packet(trip) * passed
        else:
            more = max(self.rate * (INCREASE**passed - 1), 1000 * passed)
        self.rate = max(self.rate, min(self.rate + more, AHEAD * coming + A_LITTLE))

    def beaten(self, trip: float, now: float) -> None:
        """Packets were lost beside others, who halve then."""
        if self.company.present and now >= self._held_until:
            self.rate *= GIVES_WAY
            self._held_until = now + max(trip, ONCE_IN)

    def _half_a_packet(self, trip: float) -> float:
        """Bit/s by which to grow in a second: half a packet in each answer's time."""
        of_a_frame = self.rate / FRAMES
        packets = max(1.0, -(-of_a_frame // PACKET_BITS))
        return max(4000.0, 0.5 * of_a_frame / packets / (0.1 + trip))

    def _lower(
        self, coming: float | None, queue: float, trip: float, now: float
    ) -> None:
        if now < self._held_until:
            return
        came = coming if coming is not None else self.rate
        self.limit.take(came)
        self._full.append(came)
        self.company.lowered(came, queue, now)
        # What stands is to be gone within a second or two, not only to stop growing.
        lowered = came * max(DEEPEST, DECREASE - DRAINING * queue / 1000)
        if lowered >= self.rate:
            return
        self.rate = lowered
        # What is under way was sent before this: it says nothing new.
        self._held_until = now + max(trip, 0.1) + 0.1
