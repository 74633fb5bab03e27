"""A hard end to a conversation: time-outs of a socket count from byte to byte, so a
server that sends one now and then could hold a sender for ever."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator


class Cutter:
    """Shuts the socket that it was given last, once the time is over.

    It keeps a copy of the socket: TLS takes the original over, and one that waits for
    bytes is woken by the copy too.
    """

    def __init__(self) -> None:
        self.has_cut = False
        self._copy: socket.socket | None = None
        self._lock = threading.Lock()

    def watch(self, taken: socket.socket) -> None:
        with self._lock:
            self._forget()
            self._copy = taken.dup()
            if self.has_cut:
                self._shut()

    def cut(self) -> None:
        with self._lock:
            self.has_cut = True
            self._shut()

    def forget(self) -> None:
        with self._lock:
            self._forget()

    @contextlib.contextmanager
    def after(self, seconds: float) -> Iterator[None]:
        """Cuts unless the block ends before."""
        self.has_cut = False
        timer = threading.Timer(seconds, self.cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _shut(self) -> None:
        if self._copy is not None:
            with contextlib.suppress(OSError):  # gone already
                self._copy.shutdown(socket.SHUT_RDWR)

    def _forget(self) -> None:
        if self._copy is not None:
            self._copy.close()
            self._copy = None
