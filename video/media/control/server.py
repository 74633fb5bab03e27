"""Serves the control API by uvicorn inside the worker's loop."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from video.media.control.api import ControlApi
from video.media.worker import MediaWorker


class _QuietServer(uvicorn.Server):
    """Leaves signals to the process: the worker must drain before it stops."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class ControlServer:
    """`start` binds and serves; `close` ends it. Port 0 takes a free one."""

    def __init__(
        self,
        worker: MediaWorker,
        key: bytes,
        *,
        enlisted: bool = True,
        metrics_token: str = "",
        boot_id: str = "",
    ) -> None:
        self._api = ControlApi(
            worker,
            key,
            enlisted=enlisted,
            metrics_token=metrics_token,
            boot_id=boot_id,
        )
        config = uvicorn.Config(
            self._api,
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=5,
        )
        self._server = _QuietServer(config)
        self._task: asyncio.Task[None] | None = None
        self.address: tuple[str, int] = ("", 0)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Returns once the port accepts; raises `OSError` when it is taken."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen(128)
        except OSError:
            listener.close()
            raise
        self.address = listener.getsockname()[:2]
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]))
        while not self._server.started and not self._task.done():
            await asyncio.sleep(0.005)

    def enlist(self) -> None:
        """Rooms may be placed here from now on: `/healthz` says so."""
        self._api.enlisted = True

    async def close(self) -> None:
        """Finish running calls, at most five seconds, then stop. Idempotent."""
        task, self._task = self._task, None
        if task is not None:
            self._server.should_exit = True
            await task
