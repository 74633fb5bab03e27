"""Acts of people of a room beside media: write, mute, ask to show, sign.

Kept by participant id, so that a re-join finds everything as it was; gone with the
room. Nothing here awaits.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from video.media.errors import MessageRefused
from video.media.rooms.channel import Message
from video.media.rooms.messages import Ask, Camera, Mute, OwnDevice, Signs
from video.media.rooms.participant import ChatLine, Participant, Role

STAFF = frozenset({Role.ADVISER, Role.SUPERVISOR})
MAX_HISTORY = 200
HISTORY_BYTES = 128 * 1024
"""Browsers take messages of up to 256 KiB, and close the channel of a longer one."""


@dataclass(frozen=True, slots=True)
class Muted:
    """The participant who muted somebody; `locked`: only staff may take it back."""

    by: Participant
    locked: bool


class Present(Protocol):
    """The session of somebody who is here."""

    participant: Participant
    away: bool
    interrupted: bool


class Conversation:
    """The lines so far, who is muted or signs, and what people say of their devices.

    A page that is muted by staff may open its microphone again itself, unless it was
    locked: a slip is mended by the one muted, a nuisance is not.
    """

    def __init__(self) -> None:
        self.lines: list[ChatLine] = []
        self._muted: dict[str, Muted] = {}
        self._quiet: set[str] = set()
        self._cameras: dict[str, Camera] = {}
        self.signers: set[str] = set()

    def seed(self, history: Iterable[ChatLine]) -> None:
        """Takes the lines written before this worker had the room; its own lines are
        newer than what anybody else may know."""
        if not self.lines:
            self.lines = list(history)[-MAX_HISTORY:]

    def history_as_message(self) -> list[Message]:
        """The newest lines that fit into a greeting, in order."""
        kept: list[Message] = []
        left = HISTORY_BYTES
        for line in reversed(self.lines):
            message: Message = dict(line.as_message())
            left -= len(json.dumps(message, ensure_ascii=False).encode())
            if left < 0:
                break
            kept.append(message)
        return kept[::-1]

    def is_muted(self, participant_id: str) -> bool:
        return participant_id in self._muted

    def muted_as_message(self) -> list[Message]:
        return [
            {"participant": who, "by": muted.by.name, "locked": muted.locked}
            for who, muted in self._muted.items()
        ]

    def quiet_as_message(self) -> list[str]:
        """The message that names who switched their own microphone off."""
        return sorted(self._quiet)

    def as_greeting(self, you: Participant, others: Sequence[Present]) -> Message:
        """All that somebody who comes in has to know of the room."""
        return {
            "type": "welcome",
            "you": you.id,
            "participants": [one.participant.as_message() for one in others],
            "away": [one.participant.id for one in others if one.away],
            "interrupted": [one.participant.id for one in others if one.interrupted],
            "history": self.history_as_message(),
            "muted": self.muted_as_message(),
            "quiet": self.quiet_as_message(),
            "cameras": [
                {"participant": who, "state": camera.state, "limit": camera.limit}
                for who, camera in self._cameras.items()
            ],
            "signing": sorted(self.signers),
        }

    def turn(self, who: Participant, wish: OwnDevice) -> Message | None:
        """The others see why they hear or see nothing; None when they know already."""
        about = who.as_message()
        if isinstance(wish, Camera):
            if self._cameras.get(who.id) == wish:
                return None
            self._cameras[who.id] = wish
            told = {"state": wish.state, "limit": wish.limit}
            return {"type": "camera", "participant": about, **told}
        if wish.open is (who.id not in self._quiet):
            return None
        if wish.open:
            self._quiet.discard(who.id)
        else:
            self._quiet.add(who.id)
        return {"type": "microphone", "participant": about, "open": wish.open}

    def sign(self, who: Participant, wish: Signs) -> Message | None:
        """The others see how somebody speaks; None when they know already."""
        if wish.signs is (who.id in self.signers):
            return None
        self.signers ^= {who.id}
        return {"type": "signs", "participant": who.as_message(), "signs": wish.signs}

    def post(self, author: Participant, text: str) -> Message:
        """Remember a line; the message that carries it to everybody."""
        at = datetime.now(tz=UTC).isoformat(timespec="milliseconds")
        line = ChatLine(author.id, author.name, text, at)
        self.lines = [*self.lines[1 - MAX_HISTORY :], line]
        return {"type": "chat", **line.as_message()}

    def mute(self, by: Participant, target: Participant, wish: Mute) -> Message | None:
        """Raises `MessageRefused` to anybody but staff; None when nothing changes."""
        if by.role not in STAFF:
            raise MessageRefused("not_yours")
        if not wish.muted:
            return self._unmute(target)
        muted = Muted(by, wish.locked)
        if self._muted.get(target.id) == muted:
            return None
        self._muted[target.id] = muted
        return {
            "type": "muted",
            "participant": target.as_message(),
            "by": by.as_message(),
            "locked": wish.locked,
        }

    def unmute_self(self, who: Participant) -> Message | None:
        muted = self._muted.get(who.id)
        if muted is not None and muted.locked and who.role not in STAFF:
            raise MessageRefused("locked")
        return self._unmute(who)

    def _unmute(self, who: Participant) -> Message | None:
        if self._muted.pop(who.id, None) is None:
            return None
        return {"type": "unmuted", "participant": who.as_message()}


def asked(by: Participant, wish: Ask) -> Message:
    """The prompt to show something; raises `MessageRefused` to all but staff."""
    if by.role not in STAFF:
        raise MessageRefused("not_yours")
    return {"type": "asked", "what": wish.what, "by": by.as_message()}


def draft(author: Participant, text: str) -> Message:
    return {"type": "typing", "from": author.id, "name": author.name, "text": text}
