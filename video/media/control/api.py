"""The worker's HTTP door for the web processes: a bare ASGI application.

- `POST /rooms/{room}/sessions` `{"participant": {"id", "role", "name"}, "offer",
  "ends_in": seconds, "history": [{"from", "name", "text", "at"}…]?}` → 201
  `{"session", "answer"}`
- `PATCH /rooms/{room}/sessions/{session}` `{"offer"}` → 200 `{"answer"}`
- `GET /rooms/{room}/sessions/{session}` → 200, the session's figures
- `DELETE /rooms/{room}/sessions/{session}`, `DELETE /rooms/{room}`, both with
  `{"reason"?, "by"?: a name}` → 204; the room is told
- `GET /metrics`, Prometheus text; `GET /healthz` `{"status": "ok" or "draining"}`,
  503 `{"status": "starting"}` until rooms can be placed here

Every call but `/healthz` is signed (`control.auth`); `/metrics` takes the bearer of
the metrics token instead or, where there is none, anybody on this machine.
A refusal is `{"code", "detail"}`: 400 no JSON or a wrong field, 401 signature, 404
unknown room, session or path, 409 room full, 413 body, 422 offer refused, 503 worker
full or draining.
"""

import hmac
import ipaddress
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import asdict, dataclass
from typing import Any

from video.media.control.auth import RequestVerifier
from video.media.control.requests import EndRequest, JoinRequest, OfferRequest
from video.media.errors import (
    BadRequest,
    MediaError,
    RoomFull,
    RoomUnknown,
    SdpOfferRefused,
    SessionUnknown,
    SignatureRefused,
    WorkerDraining,
    WorkerFull,
)
from video.media.metrics import CONTENT_TYPE, render_metrics
from video.media.worker import MediaWorker

logger = logging.getLogger(__name__)

MAX_BODY = 512 * 1024
STATUS: dict[type[MediaError], int] = {
    BadRequest: 400,
    SignatureRefused: 401,
    RoomUnknown: 404,
    SessionUnknown: 404,
    RoomFull: 409,
    SdpOfferRefused: 422,
    WorkerFull: 503,
    WorkerDraining: 503,
}
ROOM = re.compile(r"/rooms/([A-Za-z0-9_-]{1,64})")
SESSIONS = re.compile(ROOM.pattern + r"/sessions")
SESSION = re.compile(SESSIONS.pattern + r"/([A-Za-z0-9_-]{1,64})")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes = b""
    content_type: str = "application/json"


def json_reply(status: int, content: object) -> Reply:
    return Reply(status, json.dumps(content).encode())


class ControlApi:
    """Serves one worker, in the worker's own loop, to holders of the key."""

    def __init__(
        self,
        worker: MediaWorker,
        key: bytes,
        *,
        enlisted: bool = True,
        metrics_token: str = "",
        boot_id: str = "",
    ) -> None:
        self.enlisted = enlisted
        """True if the web processes know this worker: it is not well before."""
        self._worker = worker
        self._verifier = RequestVerifier(key, boot_id)
        self._metrics_token = metrics_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        reply = await self._reply(scope, receive)
        headers = [(b"content-type", reply.content_type.encode())]
        if reply.status != 204:
            headers.append((b"content-length", str(len(reply.body)).encode()))
        await send(
            {
                "type": "http.response.start",
                "status": reply.status,
                "headers": headers,
            }
        )
        await send({"type": "http.response.body", "body": reply.body})

    async def _reply(self, scope: Scope, receive: Receive) -> Reply:
        # As it was sent and signed: decoding would let two spellings be one path.
        method, path = str(scope["method"]), scope["raw_path"].decode("latin-1")
        if (method, path) == ("GET", "/healthz"):
            return self._health()
        if (method, path) == ("GET", "/metrics") and self._may_watch(scope):
            return self._metrics()
        body = await _read_body(receive)
        if body is None:
            return json_reply(413, {"code": "body_too_large", "detail": ""})
        try:
            self._verifier.verify(
                method=method,
                path=path,
                body=body,
                headers={
                    k.decode("latin-1"): v.decode("latin-1")
                    for k, v in scope["headers"]
                },
                now=time.time(),
            )
            return await self._route(method, path, body)
        except MediaError as error:
            status = STATUS.get(type(error), 500)
            return json_reply(status, {"code": error.code, "detail": str(error)})
        except Exception:
            logger.exception("%s %s failed", method, path)
            return json_reply(500, {"code": "internal", "detail": ""})

    def _may_watch(self, scope: Scope) -> bool:
        """As the web's `/metrics`: the token's bearer, or without one this machine."""
        headers, client = dict(scope["headers"]), scope.get("client")
        if self._metrics_token:
            wanted = f"Bearer {self._metrics_token}".encode()
            return hmac.compare_digest(headers.get(b"authorization", b""), wanted)
        if client is None or b"x-forwarded-for" in headers:
            return False
        return ipaddress.ip_address(client[0]).is_loopback

    def _metrics(self) -> Reply:
        text = render_metrics(self._worker.counters, self._worker.stats())
        return Reply(200, text.encode(), CONTENT_TYPE)

    def _health(self) -> Reply:
        if not self.enlisted:
            return json_reply(503, {"status": "starting"})
        state = "draining" if self._worker.draining else "ok"
        return json_reply(200, {"status": state})

    async def _route(self, method: str, path: str, body: bytes) -> Reply:
        if (method, path) == ("GET", "/metrics"):
            return self._metrics()
        if method == "POST" and (match := SESSIONS.fullmatch(path)):
            return await self._join(match[1], body)
        if match := SESSION.fullmatch(path):
            return await self._session(method, match[1], match[2], body)
        if method == "DELETE" and (match := ROOM.fullmatch(path)):
            reason = EndRequest.read(body).reason or "room_closed"
            await self._worker.close_room(match[1], reason)
            return Reply(204)
        return json_reply(404, {"code": "not_found", "detail": "no such path"})

    async def _join(self, room_id: str, body: bytes) -> Reply:
        request = JoinRequest.read(body)
        session_id, answer = await self._worker.join(
            room_id=room_id,
            participant=request.participant,
            offer=request.offer,
            ends_at=time.monotonic() + request.ends_in,
            history=request.history,
        )
        return json_reply(201, {"session": session_id, "answer": answer})

    async def _session(
        self, method: str, room_id: str, session_id: str, body: bytes
    ) -> Reply:
        if method == "PATCH":
            answer = await self._worker.renegotiate(
                room_id=room_id,
                session_id=session_id,
                offer=OfferRequest.read(body).offer,
            )
            return json_reply(200, {"answer": answer})
        if method == "DELETE":
            ending = EndRequest.read(body)
            await self._worker.leave(
                room_id=room_id,
                session_id=session_id,
                reason=ending.reason or "left",
                by=ending.by,
            )
            return Reply(204)
        if method == "GET":
            stats = self._worker.session_stats(room_id, session_id)
            return json_reply(200, asdict(stats))
        return json_reply(405, {"code": "method_not_allowed", "detail": method})


async def _read_body(receive: Receive) -> bytes | None:
    """The whole body, or None when it is larger than we read."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > MAX_BODY:
            return None
        if not message.get("more_body", False):
            return body
