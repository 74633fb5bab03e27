"""A real media worker with its control API, in a thread of the test's process."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
import time
import uuid
from collections.abc import Callable, Coroutine
from typing import Any, Self, TypeVar

from django.conf import settings
from django.db.models.functions import Now

from video.media.config import MediaConfig
from video.media.control.server import ControlServer
from video.media.rooms.participant import Participant, Role
from video.media.worker import MediaWorker
from video.models import MediaNode

T = TypeVar("T")


class RunningWorker:
    """For the length of a `with`; nothing of it is faked but that nobody listens."""

    def __init__(self, **limits: Any) -> None:
        self._config = MediaConfig(**limits)
        self._boot_id = uuid.uuid4()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.worker, self._control = self.run(self._start())
        return self

    def __exit__(self, *error: object) -> None:
        self.run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def control_url(self) -> str:
        return "http://{}:{}".format(*self._control.address)

    def sessions(self) -> int:
        """How many the worker holds: each is UDP state."""
        return self.worker.stats().participants

    def node(self, name: str = "here/0") -> MediaNode:
        """Its row, alive now by the database's clock."""
        ip, port = self.worker.mux.announced
        return MediaNode.objects.create(
            name=name,
            boot_id=self._boot_id,
            control_url=self.control_url,
            announce_ip=ip,
            udp_port=port,
            # Nobody beats for it, and a busy machine must not make it die.
            heartbeat_at=Now() + dt.timedelta(minutes=5),
        )

    def join(self, room: str, name: str, offer: str) -> str:
        """Seats somebody without a web process between; the answer."""
        who = Participant(id=name, role=Role.CUSTOMER, name=name)
        return self.seat(room, who, offer)[1]

    def seat(self, room: str, who: Participant, offer: str) -> tuple[str, str]:
        """The session and the answer."""
        ends_at = time.monotonic() + 600
        asked = self.worker.join(
            room_id=room, participant=who, offer=offer, ends_at=ends_at
        )
        return self.run(asked)

    def renew(self, room: str, session: str, offer: str) -> str:
        """The answer to a later offer of the session."""
        asked = self.worker.renegotiate(room_id=room, session_id=session, offer=offer)
        return self.run(asked)

    def soon(self, call: Callable[..., object], *about: object) -> None:
        """Calls it where the worker runs."""
        self._loop.call_soon_threadsafe(call, *about)

    def drain(self) -> None:
        self.soon(self.worker.drain)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs it where the worker runs, and waits for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _start(self) -> tuple[MediaWorker, ControlServer]:
        worker = MediaWorker(self._config)
        key, boot_id = settings.MEDIA_CONTROL_KEY.encode(), str(self._boot_id)
        control = ControlServer(worker, key, boot_id=boot_id)
        await control.start()
        return worker, control

    async def _stop(self) -> None:
        await self._control.close()
        await self.worker.close()
