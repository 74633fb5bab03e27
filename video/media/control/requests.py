"""Requests of the control API: frozen values that check themselves."""

import json
import re
from dataclasses import dataclass, field

from video.media.errors import BadRequest
from video.media.rooms.participant import ChatLine, Participant, Role

REASON = re.compile(r"[a-z_]{0,20}")
MAX_ENDS_IN = 24 * 3600
MAX_HISTORY = 200
MAX_ID, MAX_NAME, MAX_TEXT = 64, 200, 2000


@dataclass(frozen=True, slots=True)
class OfferRequest:
    offer: str

    @classmethod
    def read(cls, body: bytes) -> "OfferRequest":
        return cls(offer=_text(_object(body), "offer", 1 << 20))


@dataclass(frozen=True, slots=True)
class EndRequest:
    """The reason of an end, and the name of who ended it; an empty body says
    neither."""

    reason: str = ""
    by: str = ""

    @classmethod
    def read(cls, body: bytes) -> "EndRequest":
        content = _object(body) if body else {}
        reason, by = content.get("reason", ""), content.get("by", "")
        if not isinstance(reason, str) or not REASON.fullmatch(reason):
            raise BadRequest("reason: not one short word")
        if not isinstance(by, str) or len(by) > MAX_NAME:
            raise BadRequest("by: not a name")
        return cls(reason, by)


@dataclass(frozen=True, slots=True)
class JoinRequest:
    participant: Participant
    offer: str
    ends_in: float
    history: list[ChatLine] = field(default_factory=list)

    @classmethod
    def read(cls, body: bytes) -> "JoinRequest":
        """Raises `BadRequest` naming the field."""
        content = _object(body)
        ends_in = content.get("ends_in")
        if isinstance(ends_in, bool) or not isinstance(ends_in, int | float):
            raise BadRequest("ends_in: not a number of seconds")
        if not 0 < ends_in <= MAX_ENDS_IN:
            raise BadRequest("ends_in: not within a day")
        history = content.get("history")
        history = [] if history is None else history
        if not isinstance(history, list):
            raise BadRequest("history: not a list")
        return cls(
            participant=_participant(content.get("participant")),
            offer=_text(content, "offer", 1 << 20),
            ends_in=float(ends_in),
            history=[_chat_line(line) for line in history[-MAX_HISTORY:]],
        )


def _object(body: bytes) -> dict[str, object]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest("the body is no JSON") from None
    if not isinstance(content, dict):
        raise BadRequest("the body is no JSON object")
    return content


def _text(content: dict[str, object], name: str, limit: int) -> str:
    value = content.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= limit:
        raise BadRequest(f"{name}: not a text of 1 to {limit} characters")
    return value


def _participant(content: object) -> Participant:
    if not isinstance(content, dict):
        raise BadRequest("participant: not an object")
    role = _text(content, "role", MAX_ID)
    if role not in {known.value for known in Role}:
        raise BadRequest(f"role: not one of {', '.join(Role)}")
    return Participant(
        id=_text(content, "id", MAX_ID),
        role=Role(role),
        name=_text(content, "name", MAX_NAME),
    )


def _chat_line(content: object) -> ChatLine:
    if not isinstance(content, dict):
        raise BadRequest("history: not a list of objects")
    return ChatLine(
        sender_id=_text(content, "from", MAX_ID),
        sender_name=_text(content, "name", MAX_NAME),
        text=_text(content, "text", MAX_TEXT),
        at=_text(content, "at", MAX_ID),
    )
