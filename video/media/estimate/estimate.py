"""The rate that the line to one participant takes, from their feedback.

Delay and loss each have their say, the lower counts; probes raise what media alone
cannot prove. See docs/decisions for what was taken of GCC.
"""

from video.media.estimate.control import CALM, DelayControl
from video.media.estimate.delay import Bursts, StandingQueue, Trendline, Usage
from video.media.estimate.history import (
    KEPT,
    LOST,
    MASK,
    SLOT,
    UNKNOWN,
    ArrivalRate,
    DepartureRate,
    Feedback,
    SendHistory,
)
from video.media.estimate.loss import LossControl
from video.media.estimate.probing import Cluster, Prober

START, FLOOR, CEILING = 300_000.0, 30_000.0, 8_000_000.0
# ms that a queue must stand before delay lowers anything.
STANDS = 12.0
# ms of a queue that is too long whatever its slope; where a key frame comes, the way of
# so many octets: on a narrow line the least one takes longer.
TOO_LONG, KEY_FRAME = 120.0, 6000
# Octets whose own way over a narrow line is no queue: the empty one that is remembered
# may have been wider.
OWN_WAY = 150
# Less than this share of the rate: what is sent is limited by what there is to send.
# Pictures come in steps: a rate that grew over the next one would try it in vain.
LIMITED = 0.9
# What comes is never so many times what left: half a second of one frame more or less.
CREDIBLE = 1.25
# Seconds without a word on what was sent, after which less is sent, and by how much.
SILENT, SILENCE_COSTS = 1.5, 0.7
# Seconds at most after a probe in which its own queue may still drain.
DRAINS = 0.5
# Seconds without a packet after which nothing of them waits any more, however long the
# queue was that was told of last.
EMPTY_AFTER = 1.0


class SendEstimate:
    """Tell it what is `sent` and each feedback; `rate` is in bit/s.

    Where `probe` returns a cluster, send it and tell which numbers it had (`probed`).
    """

    __slots__ = (
        *("_arrivals", "_bursts", "_delay", "_departures"),
        *("_drains_until", "_excused_until"),
        *("_heard_at", "_highest", "_loss", "_own", "_prober", "_standing"),
        *("_trend", "history", "trip", "wanted"),
    )

    def __init__(self, start: float = START) -> None:
        self.history = SendHistory()
        self._arrivals, self._departures = ArrivalRate(), DepartureRate()
        self._bursts, self._trend = Bursts(), Trendline()
        self._standing = StandingQueue()
        self._delay, self._loss = DelayControl(start), LossControl()
        self._prober = Prober()
        self._highest = -1
        self._heard_at = -1.0
        self._drains_until = self._excused_until = 0.0
        self.trip = 0.1
        self.wanted = CEILING

    @property
    def rate(self) -> float:
        ceiling = self._loss.ceiling
        rate = self._delay.rate if ceiling is None else min(self._delay.rate, ceiling)
        return min(max(rate, FLOOR), CEILING)

    @property
    def heard(self) -> bool:
        """True once anything was told of what is sent."""
        return self._heard_at >= 0

    @property
    def queue(self) -> float:
        """Milliseconds that packets wait on the way, as far as it lasts."""
        return max(0.0, self._standing.queue - OWN_WAY * 8000 / self.rate)

    @property
    def lost(self) -> float:
        """The share of the packets that was lost lately."""
        return self._loss.lately

    @property
    def carried(self) -> float:
        """The rate that came when the line was too full lately; infinite at first."""
        return self._delay.carried

    @property
    def _coming(self) -> float | None:
        """The rate that comes, as they say; not above what we know to have left."""
        came, left = self._arrivals.rate, self._departures.rate
        if came is None or left is None:
            return None
        return min(came, CREDIBLE * left)

    def sent(self, octets: int, now: float, stream: int = 0) -> int:
        """A packet leaves; returns its transport-wide number."""
        return self.history.add(octets, now, stream)

    def take(self, feedback: Feedback, now: float) -> None:
        """One feedback, in the order of numbers."""
        usage, came, lost = self._read(feedback, now)
        if not came and not lost:
            return
        self._heard_at = now
        before, coming = self.rate, self._coming
        # Beside others each loss is answered at once, by a step of its own.
        asks = None if self._delay.company.present else coming
        self._loss.take(
            came=came,
            lost=lost,
            coming=asks,
            left=self._departures.rate,
            rate=before,
            now=now,
        )
        if coming is not None:
            if usage is Usage.OVER:
                coming = min(coming, max(self._arrivals.lately, coming / 2))
            coming /= 1 - self._loss.own
        limited = coming is None or coming < LIMITED * self.rate
        if lost > self._loss.own * (came + lost):
            self._delay.beaten(self.trip, now)
        self._delay.take(
            usage,
            coming=coming,
            queue=self.queue,
            waits=self._standing.waits,
            trip=self.trip,
            limited=limited or self._loss.asking,
            now=now,
        )
        self._delay.rate = min(max(self._delay.rate, FLOOR), CEILING)
        if self.rate < before:
            self._prober.dropped(before, self.rate, now)
        self._hear_of_probe(now)

    def tick(self, now: float) -> None:
        """A few times a second: silence on what was sent is a line that is cut.

        `_heard_at` moves on with each step down, so that the next one waits as long.
        Where nothing more was sent there is none, and what waited then is gone: only a
        probe finds the line again.
        """
        if self._rests(now):
            self._standing.empty()
            self._loss.give_up()
            return
        if self._heard_at < 0 or now - self._heard_at < SILENT:
            return
        if self.history.next and not self._all_told():
            self._heard_at = now
            self._delay.rate = max(self._delay.rate * SILENCE_COSTS, FLOOR)

    def _rests(self, now: float) -> bool:
        """True if nothing was sent for so long that nothing of it waits."""
        history = self.history
        last = history.left[(history.next - 1) & MASK]
        return history.next > 0 and now - last > EMPTY_AFTER

    def probe(self, now: float) -> Cluster | None:
        """The probe that is due; not while anything waits on the way."""
        calm = self.queue < CALM and self.heard and not self._loss.asking
        due = self._prober.due(rate=self.rate, wanted=self.wanted, calm=calm, now=now)
        if due is not None:
            self._drains_until = now + due.lasts + self.trip + DRAINS
        return due

    def probed(self, first: int, last: int, now: float) -> None:
        """The cluster was sent with the numbers from `first` to `last`."""
        self._prober.sent(first, last, now)

    def ask(self, rate: float, now: float) -> None:
        """A layer that would need so much in all was switched to, or is wanted."""
        self._prober.ask(rate, now)

    def excuse(self, until: float) -> None:
        """A key frame comes: the slope of its queue says nothing until then."""
        self._excused_until = until

    def _hear_of_probe(self, now: float) -> None:
        found = self._prober.hear(
            self.history.span,
            highest=self._highest,
            rate=self.rate,
            own_loss=self._loss.own,
            least=self._standing.least / 1000,
            now=now,
        )
        if found is not None:
            self._drains_until = now + DRAINS
            self._delay.rate = min(max(self._delay.rate, found), CEILING)
            self._loss.lift(found)

    def _all_told(self) -> bool:
        return (self.history.next - 1 - self._highest) & 0xFFFF == 0

    def _read(self, feedback: Feedback, now: float) -> tuple[Usage, int, int]:
        """Notes what came and what did not; returns the usage, and how many of each."""
        history, usage = self.history, Usage.NORMAL
        came_at, left, octets = history.came, history.left, history.octets
        highest, size, slot, place = history.next, 0, 0, -1
        came = lost = last = first = total = 0
        for sequence, arrival in feedback:
            behind = (highest - sequence) & 0xFFFF
            if not 0 < behind <= KEPT or behind > highest:
                continue
            at = (highest - behind) & MASK
            if (before := came_at[at]) >= 0:
                continue
            if arrival is None:
                lost += before == UNKNOWN
                came_at[at] = LOST
                continue
            came_at[at] = arrival
            if not came:
                first = at
            came += 1
            lost -= before == LOST
            if arrival // SLOT != slot:
                self._arrivals.add(slot, size)
                total += size
                size, slot = 0, arrival // SLOT
            size += octets[at]
            # Packets that left at once are one to the bursts: the last that came.
            if place >= 0 and left[at] != left[place]:
                usage = self._burst(left[place], last, usage, now)
                last = arrival
            last = max(last, arrival)
            place, self._highest = at, sequence
        if place >= 0:
            self._arrivals.add(slot, size)
            self._departures.add(left[first], left[place], total + size)
            usage = self._burst(left[place], last, usage, now)
            self.trip += (max(0.0, now - left[place]) - self.trip) / 4
        return usage, came, max(0, lost)

    def _burst(self, sent: float, came: int, usage: Usage, now: float) -> Usage:
        ended = self._bursts.take(sent, came / 1e6)
        return self._judge(usage, now) if ended else usage

    def _judge(self, before: Usage, now: float) -> Usage:
        """A slope without a queue that stands is a processor's, not the line's."""
        bursts = self._bursts
        if bursts.broken:
            bursts.broken = False
            self._standing.begin()
            self._trend.begin()
        queue = self._standing.take(bursts.delay, bursts.came)
        usage = self._trend.take(bursts.variation, bursts.came)
        if self._standing.waits < STANDS and not self._prober.pending:
            self._drains_until = 0.0
        excused = now < self._excused_until
        key_frame = KEY_FRAME * 8000 / self.rate if excused else 0.0
        if queue > max(TOO_LONG, key_frame):
            usage = usage if usage is Usage.UNDER else Usage.OVER
        elif usage is Usage.OVER and (
            queue < STANDS or now < self._drains_until or excused
        ):
            return before
        return usage if usage is not Usage.NORMAL else before
