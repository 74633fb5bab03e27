"""A worker's heart: what it says of itself, and what it learns of its rooms.

It beats every two seconds from the start to the last room's end, also while the worker
drains: who waits for the end of a room must not be taken for dead.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field

from django.db import Error as DatabaseError

from video.media.errors import RoomUnknown
from video.media.process import cpu_seconds, resident_bytes
from video.media.worker import MediaWorker
from video.records import Records
from video.services.nodes import NodeLoad

logger = logging.getLogger(__name__)

BEAT = 2.0

SHORTEST_MEASURE = 0.5
"""Seconds. The processor time of a shorter while says nothing: one burst of work in it
would make an idle worker look full."""


@dataclass
class Leave:
    """The way in which the worker was asked to end. `drain` (SIGTERM, or too much
    memory): take no new room and wait, at most `limit` seconds, for the end of those
    that run. `at_once` (SIGINT, or asked twice): their people re-join elsewhere now.
    """

    limit: float
    until: float | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def drain(self) -> None:
        if self.until is None:
            self.until = time.monotonic() + self.limit
            self.changed.set()
        else:
            self.at_once()

    def at_once(self) -> None:
        self.until = time.monotonic()
        self.changed.set()


class Pulse:
    """Beats until the worker may go. Raises WorkerReplaced when another process has
    taken over its name."""

    def __init__(
        self, worker: MediaWorker, records: Records, leave: Leave, *, memory_mb: int
    ) -> None:
        self._worker = worker
        self._records = records
        self._leave = leave
        self._memory_mb = memory_mb
        self._measure_anew()
        self._cpu_load = self._packets_per_second = 0.0

    async def beat_until_over(self) -> None:
        """A database that is away does not end calls: the next beat tries again."""
        # What the start itself cost is not the load of its rooms.
        self._measure_anew()
        while True:
            self._watch_memory()
            if self._leave.until is not None:
                self._worker.drain()
            try:
                await self._records.beat(self._load())
                await self._close_what_is_not_ours()
            except DatabaseError:
                logger.warning("the database does not answer; rooms go on")
            if self._is_over():
                return
            await self._next()

    def _is_over(self) -> bool:
        until = self._leave.until
        if until is None or not self._worker.draining:
            return False
        return not self._worker.rooms or time.monotonic() >= until

    async def _next(self) -> None:
        pause = BEAT
        if self._leave.until is not None:
            pause = min(BEAT, max(self._leave.until - time.monotonic(), 0.05))
        try:
            await asyncio.wait_for(self._leave.changed.wait(), pause)
            self._leave.changed.clear()
        except TimeoutError:
            return

    def _watch_memory(self) -> None:
        """Python gives little back: a worker that grew is replaced, room by room."""
        if self._leave.until is None and resident_bytes() > self._memory_mb * 1e6:
            logger.warning("more than %d MB: the worker drains", self._memory_mb)
            self._leave.drain()

    async def _close_what_is_not_ours(self) -> None:
        closed = await self._records.rooms_to_close(self._worker.rooms)
        for room_id, reason in closed.items():
            try:
                await self._worker.close_room(room_id, reason)
            except RoomUnknown:
                continue

    def _measure_anew(self) -> None:
        self._at, self._cpu = time.monotonic(), cpu_seconds()
        self._packets = self._worker.counters.packets_out

    def _load(self) -> NodeLoad:
        past = time.monotonic() - self._at
        if past >= SHORTEST_MEASURE:
            packets = self._worker.counters.packets_out
            self._cpu_load = (cpu_seconds() - self._cpu) / past
            self._packets_per_second = (packets - self._packets) / past
            self._measure_anew()
        stats = self._worker.stats()
        return NodeLoad(
            rooms=stats.rooms,
            cpu_load=self._cpu_load,
            packets_per_second=self._packets_per_second,
            loop_lag_ms=stats.loop_lag * 1000,
            draining=stats.draining,
        )
