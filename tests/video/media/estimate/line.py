"""A line in virtual time: capacity, one queue, losses, a busy receiver, a neighbour.

Nothing sleeps and nothing is drawn but from a seed: the same line behaves alike on
every machine. Times are seconds, rates bit/s.
"""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field

HEADER = 40


@dataclass
class Line:
    """The way to the receiver, and back.

    `capacity`: by time. `buffer`: seconds of queue at the capacity of the moment.
    `loss`: of packets, each for itself; `burst`: of spells that lose all packets of
    `burst_length` seconds. `bucket`: octets that pass at once. `stalls`: stretches in
    which the receiver's processor is elsewhere; what came meanwhile is taken at their
    end.
    """

    capacity: Callable[[float], float]
    buffer: float = 0.5
    delay: float = 0.02
    loss: float = 0.0
    burst: float = 0.0
    burst_length: float = 0.05
    bucket: float = 0.0
    stalls: list[tuple[float, float]] = field(default_factory=list)
    feedback_every: float = 0.1
    seed: int = 1

    def __post_init__(self) -> None:
        self.luck = random.Random(self.seed)
        self.free_at = 0.0
        self.bad_until = 0.0
        self._stall = 0
        self.waits: list[tuple[float, float]] = []

    def carry(self, octets: int, now: float) -> float | None:
        """Returns when it comes; None if it does not."""
        speed = self.capacity(now)
        waiting = max(0.0, self.free_at - now)
        if waiting > self.buffer:
            return None
        self.waits.append((now, waiting))
        begins = max(self.free_at, now - self.bucket * 8 / speed)
        self.free_at = begins + octets * 8 / speed
        if self._loses(now):
            return None
        return self.taken(max(self.free_at, now) + self.delay)

    def _loses(self, now: float) -> bool:
        if now < self.bad_until:
            return True
        if self.burst and self.luck.random() < self.burst:
            self.bad_until = now + self.burst_length
            return True
        return self.luck.random() < self.loss

    def taken(self, at: float) -> float:
        """When the receiver's processor takes what came at `at`."""
        while self._stall < len(self.stalls) and self.stalls[self._stall][1] < at - 2:
            self._stall += 1
        for begin, end in self.stalls[self._stall : self._stall + 64]:
            if begin <= at < end:
                return end
            if begin > at:
                break
        return at


def level(capacity: float) -> Callable[[float], float]:
    return lambda _: capacity


def steps(*parts: tuple[float, float]) -> Callable[[float], float]:
    """Until each time, its capacity."""
    return lambda now: next(
        (capacity for until, capacity in parts if now < until), parts[-1][1]
    )


def busy(
    seconds: float, share: float, longest: float, seed: int
) -> list[tuple[float, float]]:
    """Stalls that take `share` of the time, up to `longest` each."""
    luck, at = random.Random(seed), 0.0
    stalls: list[tuple[float, float]] = []
    while at < seconds:
        length = luck.uniform(0.01, longest)
        at += length / share * luck.uniform(0.6, 1.4)
        stalls.append((at, at + length))
        at += length
    return stalls


class Neighbour:
    """One TCP flow of the Reno kind through the same queue."""

    SEGMENT = 1500

    def __init__(self, line: Line, run: "Timeline", start: float) -> None:
        self._line, self._run = line, run
        self._window, self._flying, self._halved_at = 4.0, 0, -1.0
        self._slow_start = 1e9
        self.octets = 0
        run.at(start, self.send)

    def ends(self) -> None:
        self._window = 0.0

    def send(self) -> None:
        while self._flying < self._window:
            now = self._run.now
            self._flying += 1
            came = self._line.carry(self.SEGMENT, now)
            if came is None:
                waiting = max(0.0, self._line.free_at - now)
                self._run.at(now + waiting + 2 * self._line.delay, self._lost)
            else:
                self._run.at(came + self._line.delay, self._acked)

    def _acked(self) -> None:
        self._flying -= 1
        self.octets += self.SEGMENT
        if self._window:
            slow = self._window < self._slow_start
            self._window += 1.0 if slow else 1 / self._window
        self.send()

    def _lost(self) -> None:
        self._flying -= 1
        now = self._run.now
        if self._window and now - self._halved_at > 0.15:
            self._window = max(2.0, self._window / 2)
            self._slow_start, self._halved_at = self._window, now
        self.send()


class Timeline:
    """Events of a virtual clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    def at(self, when: float, act: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._events, (when, self._count, act))

    def until(self, end: float) -> None:
        while self._events and self._events[0][0] <= end:
            self.now, _, act = heapq.heappop(self._events)
            act()
        self.now = end
