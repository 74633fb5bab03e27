"""Messages of a client on the `control` channel, checked: frozen values."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass

from video.media.errors import MessageRefused
from video.media.rtp.showing import WHOLE, Showing

MAX_TEXT = 2000
MAX_ID = 64
# JSON may write each character as \\uXXXX, pairs of them above the basic plane.
MAX_MESSAGE = 12 * MAX_TEXT + 1024
MAX_PICTURES = 8
SOURCES = ("camera", "screen")
CAMERA_STATES = frozenset({"on", "off", "held"})
CAMERA_LIMITS = frozenset({"", "line", "device"})


@dataclass(frozen=True, slots=True)
class ChatPost:
    text: str

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise MessageRefused("bad_text")
        if len(self.text) > MAX_TEXT:
            raise MessageRefused("too_long")


@dataclass(frozen=True, slots=True)
class Typing:
    """The line that is being written, whole; empty when it was given up."""

    text: str

    def __post_init__(self) -> None:
        if len(self.text) > MAX_TEXT:
            raise MessageRefused("too_long")


@dataclass(frozen=True, slots=True)
class Mute:
    """Staff mute somebody, or take it back; `locked`: they may not do so themselves."""

    participant: str
    muted: bool
    locked: bool


@dataclass(frozen=True, slots=True)
class Unmute:
    pass


@dataclass(frozen=True, slots=True)
class Microphone:
    """Somebody turned their own microphone off or on, or has none: `open` false."""

    open: bool


@dataclass(frozen=True, slots=True)
class Camera:
    """Somebody's own camera, as their page knows it: `on`, `off` or `held` by their
    system; `limit` says what holds its picture down: their `line`, their `device` or
    nothing."""

    state: str
    limit: str

    def __post_init__(self) -> None:
        if self.state not in CAMERA_STATES or self.limit not in CAMERA_LIMITS:
            raise MessageRefused("unknown_type")


@dataclass(frozen=True, slots=True)
class Ask:
    """Staff ask somebody to show something; `what` is `camera`."""

    participant: str
    what: str

    def __post_init__(self) -> None:
        if self.what != "camera":
            raise MessageRefused("unknown_type")


@dataclass(frozen=True, slots=True)
class Signs:
    """Somebody speaks in signs, or no longer."""

    signs: bool


@dataclass(frozen=True, slots=True)
class Shows:
    """The pictures of others as a page shows them: by participant, and whether it is
    their screen. One is pinned at most."""

    pictures: dict[tuple[str, bool], Showing]

    def __post_init__(self) -> None:
        if sum(one.pinned for one in self.pictures.values()) > 1:
            raise MessageRefused("bad_picture")

    def about(self, ids: Collection[str]) -> dict[tuple[str, bool], Showing]:
        """Those of these people, for a page may name anybody."""
        return {key: one for key, one in self.pictures.items() if key[0] in ids}


@dataclass(frozen=True, slots=True)
class Ping:
    pass


@dataclass(frozen=True, slots=True)
class Hello:
    """A page that has no greeting, or lost it, asks for one."""


@dataclass(frozen=True, slots=True)
class Stable:
    """A page has applied an answer of so many sections (see W3C's signaling states)."""

    sections: int


@dataclass(frozen=True, slots=True)
class Bye:
    pass


OwnDevice = Microphone | Camera
Talk = ChatPost | Typing | Mute | Unmute | Ask
ClientMessage = Talk | OwnDevice | Signs | Shows | Stable | Ping | Hello | Bye
Fields = dict[str, object]


def read_message(raw: object) -> ClientMessage:
    """A client's message, checked; raises `MessageRefused` and nothing else."""
    if not isinstance(raw, str):
        raise MessageRefused("binary")
    if len(raw) > MAX_MESSAGE:
        raise MessageRefused("too_large")
    try:
        message = json.loads(raw)
    except (ValueError, RecursionError):
        raise MessageRefused("not_json") from None
    kind = message.get("type") if isinstance(message, dict) else None
    read = READERS.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise MessageRefused("unknown_type")
    return read(message)


def _text(message: Fields, name: str = "text") -> str:
    text = message.get(name)
    # Lone surrogates are legal in JSON and fatal to everything downstream.
    if not isinstance(text, str) or any("\ud800" <= c <= "\udfff" for c in text):
        raise MessageRefused("bad_text")
    # One line end, one character, as the field in the browser counts.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _who(message: Fields) -> str:
    found = _text(message, "participant")
    if not 0 < len(found) <= MAX_ID:
        raise MessageRefused("bad_text")
    return found


def _pictures(message: Fields) -> dict[tuple[str, bool], Showing]:
    """The page's words on each picture. A room has two of each of three others."""
    found = message.get("pictures")
    if not isinstance(found, list) or len(found) > MAX_PICTURES:
        raise MessageRefused("bad_picture")
    return dict(_picture(one) for one in found)


def _sections(message: Fields) -> int:
    sections = message.get("sections")
    if type(sections) is not int:
        raise MessageRefused("bad_sections")
    return sections


def _picture(found: object) -> tuple[tuple[str, bool], Showing]:
    picture = found if isinstance(found, dict) else {}
    lines, source = picture.get("lines"), picture.get("source")
    if type(lines) is not int or source not in SOURCES:
        raise MessageRefused("bad_picture")
    showing = Showing(min(max(lines, 0), WHOLE), picture.get("pinned") is True)
    return (_who(picture), source == "screen"), showing


READERS: dict[str, Callable[[Fields], ClientMessage]] = {
    "chat": lambda message: ChatPost(_text(message)),
    "typing": lambda message: Typing(_text(message)),
    "mute": lambda message: Mute(
        _who(message), message.get("muted") is True, message.get("locked") is True
    ),
    "unmute": lambda message: Unmute(),
    "microphone": lambda message: Microphone(message.get("open") is True),
    "camera": lambda message: Camera(
        _text(message, "state"), _text({"limit": ""} | message, "limit")
    ),
    "signs": lambda message: Signs(message.get("signs") is True),
    "shows": lambda message: Shows(_pictures(message)),
    "ask": lambda message: Ask(_who(message), _text(message, "what")),
    "stable": lambda message: Stable(_sections(message)),
    "ping": lambda message: Ping(),
    "hello": lambda message: Hello(),
    "bye": lambda message: Bye(),
}
