"""Runs one forwarding unit: one process, one core, one UDP port.

Its rooms live and die with it; browsers whose worker died join another by
themselves. TERM drains it: no new room, and at most MEDIA_DRAIN_SECONDS for those that
run. INT, or TERM again, tells everybody to re-join elsewhere and ends it now.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
import time
from argparse import ArgumentParser
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from video.errors import NodeNameTaken, WorkerReplaced
from video.media.config import MediaConfig
from video.media.control.server import ControlServer
from video.media.worker import MediaWorker
from video.placement import LIVE_FOR
from video.pulse import BEAT, Leave, Pulse
from video.records import Records
from video.services.nodes import NodeAddress

logger = logging.getLogger(__name__)

CONTROL_HOST = "127.0.0.1"
REGISTER_WITHIN = LIVE_FOR.total_seconds() + 2 * BEAT
"""Seconds. A predecessor that ended without a word is dead after that."""


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
        except NodeNameTaken as error:
            raise CommandError(
                f"{error} is the name of a worker that lives at another address: "
                "give each machine a MEDIA_NODE_NAME of its own"
            ) from error


async def serve(index: int) -> None:
    """From the bound ports to the last room's goodbye."""
    boot_id = uuid4()
    records = Records(name=node_name(index), boot_id=boot_id)
    leave = Leave(limit=settings.MEDIA_DRAIN_SECONDS)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, leave.drain)
    loop.add_signal_handler(signal.SIGINT, leave.at_once)
    config = media_config(index)
    worker = MediaWorker(config, records)
    key = settings.MEDIA_CONTROL_KEY.encode()
    control = ControlServer(
        worker,
        key,
        enlisted=False,
        metrics_token=settings.METRICS_TOKEN,
        boot_id=str(boot_id),
    )
    pulse = Pulse(worker, records, leave, memory_mb=settings.MEDIA_MEMORY_MB)
    try:
        await control.start(CONTROL_HOST, _numbered(settings.MEDIA_CONTROL_PORT, index))
        address = _address(worker, control, index)
        await _register(records, address, config.max_rooms)
        control.enlist()
        # What is here now stays: without it a collection stops every call for 30 ms.
        gc.collect()
        gc.freeze()
        await pulse.beat_until_over()
    finally:
        worker.drain()
        await _withdraw(records)
        await control.close()
        await worker.close()


def node_name(index: int) -> str:
    """One for each worker of all machines together."""
    return f"{settings.MEDIA_NODE_NAME or socket.gethostname()}/{index}"


async def _register(records: Records, address: NodeAddress, capacity: int) -> None:
    """Waits for the end of a predecessor that had another port. Raises NodeNameTaken
    if it goes on beating."""
    deadline = time.monotonic() + REGISTER_WITHIN
    while True:
        try:
            return await records.register(address, capacity=capacity)
        except NodeNameTaken:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(BEAT / 4)


def media_config(index: int) -> MediaConfig:
    return MediaConfig(
        bind_host=settings.MEDIA_BIND_IP,
        bind_port=_numbered(settings.MEDIA_UDP_PORT, index),
        announce_ip=settings.MEDIA_ANNOUNCE_IP,
        announce_also=tuple(settings.MEDIA_ANNOUNCE_ALSO),
        bind_host6=settings.MEDIA_BIND_IP6 or None,
        announce_ip6=settings.MEDIA_ANNOUNCE_IP6 or None,
        max_rooms=settings.MEDIA_MAX_ROOMS,
    )


def _address(worker: MediaWorker, control: ControlServer, index: int) -> NodeAddress:
    announce_ip, udp_port = worker.mux.announced
    url = settings.MEDIA_CONTROL_URL.replace("{index}", str(index))
    loopback = "http://{}:{}".format(*control.address)
    return NodeAddress(url or loopback, announce_ip, udp_port)


def _numbered(port: int, index: int) -> int:
    """A fixed port is worker 0's; the others follow it. 0 stays "any free one"."""
    return port + index if port else 0


async def _withdraw(records: Records) -> None:
    try:
        await records.withdraw()
    except DatabaseError:
        # Without a sign of life it counts as dead in a few seconds all the same.
        logger.warning("the database did not hear that this worker ends")
