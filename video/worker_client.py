"""Signed calls to a media worker's control API, from the web process.

Plain HTTP: a worker listens on loopback or, behind TLS, on a private address. The
timeouts are short because a browser waits for the answer behind each call.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from video.errors import (
    NodesFull,
    NoNodeAvailable,
    RoomFull,
    SdpOfferRefused,
    SessionUnknown,
    VideoError,
    WorkerFailed,
    WorkerUnreachable,
)
from video.media.control.auth import sign_request
from video.media.rooms.participant import ChatLine
from video.models import MediaNode, Participant, Room

CONNECT_WITHIN = 1.0
ANSWER_WITHIN = 3.0
REFUSALS: dict[int, type[VideoError]] = {
    HTTPStatus.NOT_FOUND: SessionUnknown,
    HTTPStatus.CONFLICT: RoomFull,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: SdpOfferRefused,
    HTTPStatus.UNPROCESSABLE_ENTITY: SdpOfferRefused,
    HTTPStatus.SERVICE_UNAVAILABLE: NoNodeAvailable,
}
FULL = "worker_full"


@dataclass(frozen=True)
class WorkerAnswer:
    """The worker's id of a new media session, and its session description."""

    session: str
    sdp: str


def create_session(
    node: MediaNode,
    *,
    participant: Participant,
    offer: str,
    ends_in: float,
    history: Sequence[ChatLine] = (),
) -> WorkerAnswer:
    """Seats the participant, replacing the session that they have; `history` is what
    a worker that is new to the room tells those who come. Raises OfferRefused,
    RoomFull, NodesFull, NoNodeAvailable (it drains), WorkerUnreachable, WorkerFailed.
    """
    content = {
        "participant": {
            "id": str(participant.pk),
            "role": participant.role,
            "name": participant.name,
        },
        "offer": offer,
        "ends_in": ends_in,
        "history": [line.as_message() for line in history],
    }
    found = _call(node, "POST", f"/rooms/{participant.room_id}/sessions", content)
    return WorkerAnswer(str(found["session"]), str(found["answer"]))


def renew_session(node: MediaNode, *, participant: Participant, offer: str) -> str:
    """The answer to a new offer of a running session. Raises SessionUnknown, too."""
    content = {"offer": offer}
    return str(_call(node, "PATCH", _address(participant), content)["answer"])


def end_session(
    node: MediaNode, *, participant: Participant, reason: str = "left", by: str = ""
) -> None:
    """`reason` and the name of who did it are told to everybody in the room."""
    content = {"reason": reason, "by": by}
    _call(node, "DELETE", _address(participant), content)


def close_room(node: MediaNode, *, room: Room, reason: str) -> None:
    """Ends every session of the room; the pages are told why."""
    _call(node, "DELETE", f"/rooms/{room.pk}", {"reason": reason})


def _address(participant: Participant) -> str:
    return f"/rooms/{participant.room_id}/sessions/{participant.session}"


def _call(
    node: MediaNode, method: str, path: str, content: object = None
) -> dict[str, Any]:
    body = b"" if content is None else json.dumps(content).encode()
    headers = sign_request(
        key=settings.MEDIA_CONTROL_KEY.encode(),
        method=method,
        path=path,
        body=body,
        now=time.time(),
        to=str(node.boot_id),
    )
    url = urlsplit(node.control_url)
    kind = (
        http.client.HTTPSConnection
        if url.scheme == "https"
        else http.client.HTTPConnection
    )
    connection = kind(url.hostname or "", url.port, timeout=CONNECT_WITHIN)
    try:
        connection.connect()
        connection.sock.settimeout(ANSWER_WITHIN)
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        return _read(response.status, response.read())
    except (OSError, http.client.HTTPException) as error:
        raise WorkerUnreachable(f"{node.name}: {type(error).__name__}") from error
    finally:
        connection.close()


def _read(status: int, body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body or b"{}")
    except ValueError:
        content = {}
    if not isinstance(content, dict):
        content = {}
    if status < HTTPStatus.BAD_REQUEST:
        return content
    refusal = REFUSALS.get(status, WorkerFailed)
    if content.get("code") == FULL:
        refusal = NodesFull
    raise refusal(str(content.get("detail") or content.get("code") or ""))
