"""A gateway of text messages over real HTTP, whose answers a test chooses."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.utils import timezone

from notifications.signatures import is_signed

KEY = "a-secret-of-the-gateway"


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        return json.loads(self.body)


class GatewayTwin:
    """Keeps the first message of each key, as a provider that knows keys does.

    `status` is its answer to a message; `before_answer` runs once it has it.
    """

    def __init__(self) -> None:
        self.status = 201
        self.before_answer: Callable[[], None] = lambda: None
        self.calls: list[Call] = []
        self.kept: dict[str, Any] = {}
        self.url = ""
        self._lock = threading.Lock()

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.kept.values()]

    def answer(self, call: Call) -> tuple[int, Any]:
        signed = is_signed(
            KEY,
            call.headers,
            method=call.method,
            path=call.path,
            body=call.body,
            now=timezone.now(),
        )
        if not signed:
            return 401, {}
        with self._lock:
            self.calls.append(call)
            if call.method == "GET":
                key = call.path.rpartition("/")[2]
                return (200, self._told(key)) if key in self.kept else (404, {})
            if self.status // 100 == 2:
                self.kept.setdefault(call.told["key"], call.told)
        self.before_answer()
        return self.status, self._told(call.told["key"])

    @staticmethod
    def _told(key: str) -> dict[str, str]:
        return {"id": f"gw-{key}", "cost": "0.0450"}


@contextlib.contextmanager
def opened() -> Iterator[GatewayTwin]:
    twin = GatewayTwin()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = dict(self.headers.items())
            call = Call(self.command, self.path, headers, self.rfile.read(length))
            status, told = twin.answer(call)
            body = json.dumps(told).encode()
            # Who asked may have been killed in the meantime.
            with contextlib.suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        do_GET = do_POST

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    twin.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield twin
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
