"""A brand's own program: takes signed calls over HTTP; a test chooses its answers."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.notifications.gateway_twin import Call


class Receiver:
    """`status` is its answer; `before_answer` runs once it has a call."""

    def __init__(self) -> None:
        self.status = 204
        self.calls: list[Call] = []
        self.before_answer: Callable[[], None] = lambda: None
        self.url = ""

    @property
    def types(self) -> list[str]:
        return [call.told["type"] for call in self.calls]


@contextlib.contextmanager
def opened() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            headers = dict(self.headers.items())
            receiver.calls.append(Call("POST", self.path, headers, body))
            receiver.before_answer()
            with contextlib.suppress(OSError):
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks?from=visavis"
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
