"""Carries what happened to the observer, in order, off the packet path."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from video.media.counters import Counters

logger = logging.getLogger(__name__)

MAX_WAITING = 10_000


class ObserverQueue:
    """One task calls the observer; what it raises is logged and counted."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._queue: asyncio.Queue[Callable[[], Awaitable[None]] | None] = (
            asyncio.Queue(MAX_WAITING)
        )
        self._task = asyncio.create_task(self._run())

    def put(self, call: Callable[[], Awaitable[None]]) -> None:
        """Queue one call; when the observer is that far behind, it is lost."""
        try:
            self._queue.put_nowait(call)
        except asyncio.QueueFull:
            self._counters.observer_failures += 1

    async def close(self) -> None:
        """Deliver what waits, then stop."""
        await self._queue.put(None)
        await self._task

    async def _run(self) -> None:
        while True:
            call = await self._queue.get()
            if call is None:
                return
            try:
                await call()
            except Exception:
                self._counters.observer_failures += 1
                logger.exception("the observer failed")
