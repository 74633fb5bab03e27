"""The packets sent to one participant, by their transport-wide numbers.

A number tells when its packet left, how large it was and of which stream; feedback adds
when it came. Everything stands in arrays: no object is made for a packet.
"""

from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

KEPT = 4096
"""Packets: ten seconds of the quickest picture. A power of two."""
MASK = KEPT - 1
TICK = 250
"""µs; transport-wide feedback counts them (draft-holmer-rmcat-transport-wide-cc)."""
UNKNOWN, LOST = -1, -2
"""Stand for the arrival of what was not told of yet, and of what did not come."""

Feedback = Iterable[tuple[int, int | None]]
"""Transport-wide numbers of 16 bits in their order, with arrivals in µs of the peer's
clock; None for what did not come."""


def told(
    base: int, count: int, sequences: Sequence[int], ticks: Sequence[int]
) -> Iterator[tuple[int, int | None]]:
    """Feedback as the wire has it: of `count` numbers from `base` on, `sequences` came
    at `ticks` of 250 µs, the others did not. No more than the ring holds is walked,
    whatever count a peer claims."""
    if count == len(sequences):
        return zip(sequences, map(TICK.__mul__, ticks), strict=True)
    return _told_with_gaps(base, count, dict(zip(sequences, ticks, strict=True)))


def _told_with_gaps(
    base: int, count: int, came: dict[int, int]
) -> Iterator[tuple[int, int | None]]:
    for step in range(min(count, KEPT)):
        sequence = (base + step) & 0xFFFF
        tick = came.get(sequence)
        yield sequence, None if tick is None else tick * TICK


class SendHistory:
    """A ring; `next` counts all that was sent, its low 16 bits are the next number.

    By place: `left` in seconds, `came` in µs (or `UNKNOWN`, `LOST`), `octets` and
    `streams`.
    """

    __slots__ = ("came", "left", "next", "octets", "streams")

    def __init__(self) -> None:
        self.left = array("d", bytes(8 * KEPT))
        self.came = array("q", bytes(8 * KEPT))
        self.octets = array("H", bytes(2 * KEPT))
        self.streams = array("B", bytes(KEPT))
        self.next = 0

    def add(self, octets: int, now: float, stream: int = 0) -> int:
        """Keep a packet that leaves; returns its number for the header extension."""
        number = self.next
        at = number & MASK
        self.left[at] = now
        self.octets[at] = octets
        self.came[at] = UNKNOWN
        self.streams[at] = stream
        self.next = number + 1
        return number & 0xFFFF

    def find(self, sequence: int) -> int:
        """The place of a number in the ring; -1 when it is gone or was never sent."""
        behind = (self.next - sequence) & 0xFFFF
        if not 0 < behind <= KEPT or behind > self.next:
            return -1
        return (self.next - behind) & MASK

    def span(self, first: int, last: int) -> "Span":
        """The journey of the packets from number `first` to `last`, both included."""
        found = Span()
        for step in range(((last - first) & 0xFFFF) + 1):
            place = self.find((first + step) & 0xFFFF)
            if place >= 0:
                found.add(self.left[place], self.came[place], self.octets[place])
        return found


class Span:
    """Packets of a stretch of numbers: how many, and when they left and came.

    Times are seconds: the first that left, the last that came, on two clocks.
    """

    __slots__ = (
        "_before_last",
        "came",
        "came_to",
        "count",
        "octets",
        "sent",
        "sent_to",
    )

    def __init__(self) -> None:
        self.count = self.came = self.octets = self._before_last = 0
        self.sent = self.sent_to = self.came_to = 0.0

    def add(self, sent: float, came: int, octets: int) -> None:
        """`came` in µs; below zero for what did not come."""
        self.sent = self.sent if self.count else sent
        self._before_last += octets if self.count else 0
        self.count, self.sent_to = self.count + 1, sent
        if came < 0:
            return
        self.came_to = max(self.came_to, came / 1e6) if self.came else came / 1e6
        self.came, self.octets = self.came + 1, self.octets + octets

    @property
    def sending(self) -> float:
        """The rate at which it was sent; one of the packets only marks its end."""
        past = self.sent_to - self.sent
        return self._before_last * 8 / past if past > 0 else 0.0

    def coming(self, least: float) -> float:
        """The rate at which it came, if an empty line takes `least` seconds.

        Counted from when the first packet would have come at its quickest, to when the
        last one did. A processor that wakes up late can only make that longer: a rate
        that is found this way was there.
        """
        past = self.came_to - self.sent - least
        return self.octets * 8 / past if past > 0 else 0.0


# In µs. A picture of five frames a second is still seen twice in ten of them.
SLOT, SLOTS = 50_000, 10


class ArrivalRate:
    """The rate at which packets come, by the peer's clock, over half a second."""

    __slots__ = ("_at", "_begun", "_octets", "_sum")

    def __init__(self) -> None:
        self._octets = [0] * SLOTS
        self._at = self._begun = -1
        self._sum = 0

    def add(self, slot: int, octets: int) -> None:
        """So many octets came in a slot of the peer's clock."""
        if not octets:
            return
        ahead = slot - self._at
        if self._at < 0 or not -SLOTS < ahead < 20 * SLOTS:
            # The first one, or a clock or a line that begins again.
            self._octets, self._sum = [0] * SLOTS, 0
            self._at = self._begun = slot
        elif ahead > 0:
            for step in range(min(ahead, SLOTS)):
                place = (self._at + 1 + step) % SLOTS
                self._sum -= self._octets[place]
                self._octets[place] = 0
            self._at = slot
        self._octets[slot % SLOTS] += octets
        self._sum += octets

    @property
    def rate(self) -> float | None:
        """Bit/s; None until half a second was seen. The slot that fills is left out."""
        whole = SLOTS - 1
        if self._at - self._begun < whole:
            return None
        octets = self._sum - self._octets[self._at % SLOTS]
        return octets * 8e6 / (whole * SLOT)

    @property
    def lately(self) -> float:
        """The same over the last fifth of a second: a full line comes evenly."""
        slots = [self._octets[(self._at - n) % SLOTS] for n in range(1, 5)]
        return sum(slots) * 8e6 / (len(slots) * SLOT)


# Seconds over which it is counted, and without a word after which it begins again.
WINDOW, GAP = 0.45, 1.0


class DepartureRate:
    """The rate at which what came had left, by our own clock, over half a second.

    A peer's clock may run slowly, and its owner may mean harm: no line brings more
    than was sent.
    """

    __slots__ = ("_octets", "_seen")

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        self._octets = 0

    def add(self, first: float, last: float, octets: int) -> None:
        """A feedback told of so many octets; they left between these times."""
        seen = self._seen
        if not seen or last - seen[-1][0] > GAP:
            seen.clear()
            seen.append((first, self._octets))
        self._octets += octets
        if last <= seen[-1][0]:
            last = seen.pop()[0]
        seen.append((last, self._octets))
        while len(seen) > 2 and seen[1][0] <= last - WINDOW:
            seen.popleft()

    @property
    def rate(self) -> float | None:
        """Bit/s; None until so much time was seen."""
        if not self._seen:
            return None
        (first, before), (last, after) = self._seen[0], self._seen[-1]
        past = last - first
        return (after - before) * 8 / past if past >= WINDOW else None
