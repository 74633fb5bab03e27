"""Repeats retransmission requests while any publisher has a gap.

On demand: a worker without loss wakes for nothing.
"""

import asyncio
import time
from collections.abc import Callable

from video.media.rtp.receiver import ForwardingReceiver

INTERVAL = 0.02


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
