"""A line that can be changed while it runs: the interface of both kinds.

`_lines_netns.py` makes lines of the kernel's parts, `_lines_relay.py` of datagrams
that wait in this process. Neither adds a delay of its own: what a packet waits, it
waits in the queue before the bottleneck.
"""

import random
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

FREE = 20_000_000
OVERHEAD = 28
MTU = 1500
# One packet of full size always fits, or nothing would come through at all.
LEAST_BUFFER = 2 * MTU


@dataclass(frozen=True, slots=True)
class Shape:
    """Rates in bit/s, `down` towards the browser; `loss` is a share of the datagrams,
    each way; `cut` lets no datagram through, `tcp_only` none of UDP."""

    down: int = FREE
    up: int = FREE
    buffer_ms: int = 300
    loss: float = 0.0
    cut: bool = False
    tcp_only: bool = False


def both(rate: int, buffer_ms: int = 300) -> Shape:
    """As narrow in both directions."""
    return Shape(down=rate, up=rate, buffer_ms=buffer_ms)


def buffer_octets(rate: int, buffer_ms: int) -> int:
    return max(LEAST_BUFFER, rate * buffer_ms // 8000)


def waiting_ms(octets: float, rate: int) -> float:
    """The time in which so much leaves the line."""
    return octets * 8000 / rate


class Line(Protocol):
    """The line of one browser."""

    prefix: list[str]
    """Before the command of whatever shall live at the far end."""

    async def shape(self, shape: Shape) -> None:
        """From now on it is like this; what waits in it goes on waiting."""

    async def queued(self) -> tuple[float, float]:
        """Milliseconds of waiting before the bottleneck, down and up."""

    def reached_by(self, answer: str) -> str:
        """A worker's answer as the browser at the far end has to read it."""


class Lines(Protocol):
    """Lines between one worker and its browsers."""

    kind: str
    prefix: list[str]
    """Before the command of the worker, and of what else stands at the near end."""
    host: str
    """Where the worker binds."""

    def line(self, name: str) -> AbstractAsyncContextManager[Line]: ...


class Bottleneck:
    """One direction of a line in numbers: when each datagram leaves it.

    A clock of the caller's: `now` never goes back.
    """

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._free_at = 0.0
        self._shape = (FREE, 300, 0.0, False)
        self.dropped = 0

    def become(self, rate: int, buffer_ms: int, loss: float, *, cut: bool) -> None:
        self._shape = (rate, buffer_ms, loss, cut)

    def leaves_at(self, now: float, size: int) -> float | None:
        """When this one is through; none where it is lost or finds no room."""
        rate, buffer_ms, loss, cut = self._shape
        size += OVERHEAD
        waiting = self.waiting(now) * rate / 8
        full = waiting + size > buffer_octets(rate, buffer_ms) + MTU
        if cut or full or (loss and self._chance.random() < loss):
            self.dropped += 1
            return None
        self._free_at = max(now, self._free_at) + size * 8 / rate
        return self._free_at

    def waiting(self, now: float) -> float:
        """Seconds that the next one would wait."""
        return max(0.0, self._free_at - now)
