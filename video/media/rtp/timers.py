"""The two timers of a worker, for its publishers: one asks for what is missing, one
tells what came.

On demand: a worker without loss, or without traffic, wakes for nothing.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from video.media.rtp.receiver import ForwardingReceiver

INTERVAL = 0.02
# Feedback is told every tenth of a second, by a fifth of the participants at a time:
# all at once would hold up the packets between them.
TURNS = 5


class Reporter(Protocol):
    """A participant's arrivals, as far as the timer needs them."""

    def send(self) -> None: ...


class Timers:
    """The timers that every session of a worker shares."""

    def __init__(self, behind: Callable[[], bool] = bool) -> None:
        self.nack = NackTimer(behind)
        self.feedback = FeedbackTimer()

    def close(self) -> None:
        self.nack.close()
        self.feedback.close()


class NackTimer:
    """The receivers with open gaps, looked at every 20 ms until none is left.

    `behind` says that packets wait at our own socket: then asking for more makes it
    worse, and the timer waits too.
    """

    def __init__(self, behind: Callable[[], bool] = bool) -> None:
        self._behind = behind
        self._loop = asyncio.get_running_loop()
        self._watched: set[ForwardingReceiver] = set()
        self._handle: asyncio.TimerHandle | None = None

    def watch(self, receiver: ForwardingReceiver) -> None:
        self._watched.add(receiver)
        if self._handle is None:
            self._handle = self._loop.call_later(INTERVAL, self._fire)

    def forget(self, receiver: ForwardingReceiver) -> None:
        self._watched.discard(receiver)

    def close(self) -> None:
        self._watched.clear()
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _fire(self) -> None:
        self._handle = None
        now = time.monotonic()
        watched = [] if self._behind() else list(self._watched)
        for receiver in watched:
            receiver.send_nacks(now)
            if not receiver.nacks:
                self._watched.discard(receiver)
        if self._watched:
            self._handle = self._loop.call_later(INTERVAL, self._fire)


class FeedbackTimer:
    """Tells each participant what came of them, a tenth of a second after the first
    packet that they were not told of."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._due: list[list[Reporter]] = [[] for _ in range(TURNS)]
        self._turn = 0
        self._handle: asyncio.TimerHandle | None = None

    def watch(self, reporter: Reporter) -> None:
        """Once until `send` was called."""
        self._due[self._turn].append(reporter)
        if self._handle is None:
            self._handle = self._loop.call_later(INTERVAL, self._fire)

    def close(self) -> None:
        self._due = [[] for _ in range(TURNS)]
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _fire(self) -> None:
        self._turn = (self._turn + 1) % TURNS
        due, self._due[self._turn] = self._due[self._turn], []
        self._handle = self._loop.call_later(INTERVAL, self._fire)
        for reporter in due:
            reporter.send()
        if not any(self._due):
            self._handle.cancel()
            self._handle = None
