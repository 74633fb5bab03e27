"""Runs one forwarding unit: one process, one core, one UDP port.

Its rooms live and die with it; browsers whose worker died join another by
themselves. Signals: TERM or INT tell everybody to re-join elsewhere and end it.
"""

from __future__ import annotations

import asyncio
import logging
import resource
import signal
import socket
import time
from argparse import ArgumentParser
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from video.errors import WorkerReplaced
from video.media.config import MediaConfig
from video.media.control_server import ControlServer
from video.media.errors import RoomUnknown
from video.media.worker import MediaWorker
from video.records import Records
from video.services.nodes import NodeLoad

logger = logging.getLogger(__name__)

BEAT = 2.0
CONTROL_HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Run one media worker until it is asked to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--index", type=int, default=0, help="one per core, from 0")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            asyncio.run(serve(options["index"]))
        except OSError as error:
            raise CommandError(f"the media worker cannot start: {error}") from error
        except WorkerReplaced as error:
            raise CommandError(f"another worker took over {error}") from error


async def serve(index: int) -> None:
    """From the bound ports to the last room's goodbye."""
    records = Records(name=f"{socket.gethostname()}/{index}", boot_id=uuid4())
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    worker = MediaWorker(media_config(index), records)
    key = settings.MEDIA_CONTROL_KEY.encode()
    control = ControlServer(worker, key, enlisted=False)
    try:
        await control.start(CONTROL_HOST, _numbered(settings.MEDIA_CONTROL_PORT, index))
        announce_ip, udp_port = worker.mux.announced
        await records.register(
            control_url="http://{}:{}".format(*control.address),
            announce_ip=announce_ip,
            udp_port=udp_port,
        )
        control.enlist()
        await Pulse(worker, records).beat_until(stopping)
    finally:
        worker.drain()
        await control.close()
        await worker.close()
        await _withdraw(records)


def media_config(index: int) -> MediaConfig:
    return MediaConfig(
        bind_host=settings.MEDIA_BIND_IP,
        bind_port=_numbered(settings.MEDIA_UDP_PORT, index),
        announce_ip=settings.MEDIA_ANNOUNCE_IP,
    )


def _numbered(port: int, index: int) -> int:
    """A fixed port is worker 0's; the others follow it. 0 stays "any free one"."""
    return port + index if port else 0


async def _withdraw(records: Records) -> None:
    try:
        await records.withdraw()
    except DatabaseError:
        # Without a sign of life it counts as dead in a few seconds all the same.
        logger.warning("the database did not hear that this worker ends")


class Pulse:
    """A sign of life every two seconds, and with it the status of the live rooms."""

    def __init__(self, worker: MediaWorker, records: Records) -> None:
        self._worker = worker
        self._records = records
        self._at = time.monotonic()
        self._cpu = _cpu_seconds()
        self._packets = 0

    async def beat_until(self, stopping: asyncio.Event) -> None:
        """A database that is away does not end calls: the next beat tries again."""
        while not stopping.is_set():
            try:
                await self._records.beat(self._load())
                await self._close_what_is_over()
            except DatabaseError:
                logger.warning("the database does not answer; rooms go on")
            try:
                await asyncio.wait_for(stopping.wait(), BEAT)
            except TimeoutError:
                continue

    async def _close_what_is_over(self) -> None:
        for room_id in await self._records.rooms_that_are_over(self._worker.rooms):
            try:
                await self._worker.close_room(room_id, "room_ended")
            except RoomUnknown:
                continue

    def _load(self) -> NodeLoad:
        now, cpu = time.monotonic(), _cpu_seconds()
        packets = self._worker.counters.packets_out
        past = max(now - self._at, 0.001)
        stats = self._worker.stats()
        load = NodeLoad(
            rooms=stats.rooms,
            cpu_load=(cpu - self._cpu) / past,
            packets_per_second=(packets - self._packets) / past,
            loop_lag_ms=stats.loop_lag * 1000,
            draining=stats.draining,
        )
        self._at, self._cpu, self._packets = now, cpu, packets
        return load


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
