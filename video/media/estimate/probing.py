"""Probes: a handful of packets sent quicker than the rate, to see how fast they come.

Sound or a small picture says nothing of the room beside it. A probe is some packets of
padding, or of repeats where they are larger than padding can be, spaced as a stream of
the probed rate would be; media that is sent in between counts with them. Its result can
raise the rate, never lower it: what kept a probe may have been a processor.
"""

from collections.abc import Callable
from dataclasses import dataclass

from video.media.estimate.history import Span

# A probe has five packets at least and lasts 15 ms at least, so that it is no burst.
PACKETS, LASTS = 5, 0.015
# Small where the line may be narrow: five of them are 100 ms of 100 kbit/s.
SMALLEST, LARGEST, SPACED = 200, 1200, 0.008
# RTP can pad by no more (RFC 3550 §5.1); more than that are repeats.
MOST_PADDING = 255

# At the start: times the first rate. Then twice what was found, while it is found.
AT_FIRST = (3.0, 6.0)
FURTHER, FOUND = 2.0, 0.7
# After a calm so long, twice the rate; each that finds nothing waits longer.
CALM, LONGER, LONGEST = 1.5, 1.3, 3.0
# After a drop by a third: back to nearly what it was, when the queue has gone.
DROP, BACK, FORGOTTEN = 0.66, 0.9, 10.0
# But not by more than so many times at once: its packets would be half a second long.
AT_ONCE = 6.0
# Media in between may prove a little more than was asked.
FURTHEST = 1.2
# Share of it that must come, and more packets than so many.
MUST_COME, LEAST = 0.8, 2
# A line that takes less than this share of what was sent showed its limit.
TAKEN, BELOW_LIMIT = 0.9, 0.9
# Seconds after which a probe that was not reported on is given up.
GIVE_UP = 1.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """Send `packets` of `octets` each, one every `spacing` seconds."""

    rate: float
    packets: int
    octets: int

    @property
    def spacing(self) -> float:
        return self.octets * 8 / self.rate

    @property
    def lasts(self) -> float:
        return self.spacing * self.packets

    @property
    def repeats(self) -> bool:
        """True where padding alone cannot be so long: send packets again instead."""
        return self.octets > MOST_PADDING


def cluster(rate: float) -> Cluster:
    octets = int(min(max(rate * SPACED / 8, SMALLEST), LARGEST))
    packets = max(PACKETS, -int(-rate * LASTS // (8 * octets)) + 1)
    return Cluster(rate, packets, octets)


class Prober:
    """Chooses the time and the rate of probes; one at a time."""

    __slots__ = (
        *("_before_drop", "_dropped_at", "_first", "_last", "_next_at", "_patience"),
        *("_queued", "_sent_at", "_sent_rate", "pending"),
    )

    def __init__(self) -> None:
        self._queued: list[float] = []
        self._first: int | None = None
        self._last: int | None = None
        self._sent_rate = self._sent_at = 0.0
        self._next_at = -1.0
        self._patience = CALM
        self._before_drop = self._dropped_at = 0.0
        self.pending = False

    def ask(self, rate: float, now: float) -> None:
        """Probe for so much now: a layer that costs it is wanted."""
        self._queued = [rate]
        self._next_at = min(self._next_at, now)

    def dropped(self, before: float, after: float, now: float) -> None:
        """The rate was lowered."""
        self._queued.clear()
        self._next_at = max(self._next_at, now + CALM / 2)
        if after < DROP * before and (
            before > self._before_drop or now - self._dropped_at > FORGOTTEN
        ):
            self._before_drop, self._dropped_at = before, now

    def due(
        self, *, rate: float, wanted: float, calm: bool, now: float
    ) -> Cluster | None:
        """The probe to send now, if it is time for one and nothing queues up.

        `wanted` is all that could be used: nobody asks for more than that.
        """
        if self.pending:
            if now - self._sent_at > GIVE_UP:
                self._failed(now)
            return None
        if self._next_at < 0:
            self._queued = [one * rate for one in AT_FIRST]
            self._next_at = now
        if now < self._next_at or not calm or rate >= wanted:
            return None
        goal = self._queued.pop(0) if self._queued else self._goal(rate, now)
        goal = min(goal, max(wanted, rate * 1.1))
        if goal <= rate:
            return None
        self.pending = True
        self._first = self._last = None
        self._sent_rate, self._sent_at = goal, now
        return cluster(goal)

    def sent(self, first: int, last: int, now: float) -> None:
        """It has left, with the numbers from `first` to `last`."""
        self._first, self._last, self._sent_at = first, last, now

    def hear(
        self,
        span_of: Callable[[int, int], Span],
        *,
        highest: int,
        rate: float,
        own_loss: float,
        least: float,
        now: float,
    ) -> float | None:
        """After each feedback, which reached `highest`: the rate that was found.

        `least` is the delay of the empty line in seconds, between the two clocks.
        """
        if not self.pending or self._first is None or self._last is None:
            return None
        if (highest - self._last) & 0xFFFF >= 0x8000:
            return None
        self.pending = False
        found = self._found(span_of(self._first, self._last), 1 - own_loss, least)
        if found <= rate:
            self._failed(now)
            return None
        self._patience = CALM
        self._next_at = now
        if found >= FOUND * self._sent_rate:
            self._queued = self._queued or [FURTHER * found]
        else:
            self._queued.clear()
            self._next_at = now + self._patience
        return found

    def _found(self, span: Span, comes: float, least: float) -> float:
        """The rate at which the probe came; 0 where it proves nothing. `comes` is the
        share of packets that such a line lets through at any rate."""
        if span.came <= LEAST or span.came < MUST_COME * comes * span.count:
            return 0.0
        coming = span.coming(least) / comes
        if coming < TAKEN * span.sending:
            return min(BELOW_LIMIT * coming, self._sent_rate)
        return min(span.sending, coming, FURTHEST * self._sent_rate)

    def _goal(self, rate: float, now: float) -> float:
        before, self._before_drop = self._before_drop, 0.0
        if before * BACK > rate and now - self._dropped_at < FORGOTTEN:
            return min(before * BACK, AT_ONCE * rate)
        return FURTHER * rate

    def _failed(self, now: float) -> None:
        self.pending = False
        self._queued.clear()
        self._patience = min(self._patience * LONGER, LONGEST)
        self._next_at = now + self._patience
