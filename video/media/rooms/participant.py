"""People in a room, and what the world above is told about them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """The role of a participant for the others; forwarding treats all alike."""

    CUSTOMER = "customer"
    ADVISER = "adviser"
    GUEST = "guest"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Participant:
    """One person; keeps `id` over every re-join, which is how a seat is found."""

    id: str
    role: Role
    name: str

    def as_message(self) -> dict[str, str]:
        return {"id": self.id, "role": self.role.value, "name": self.name}


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line that was written before the reader came. `at`: ISO 8601, UTC."""

    sender_id: str
    sender_name: str
    text: str
    at: str

    def as_message(self) -> dict[str, str]:
        return {
            "from": self.sender_id,
            "name": self.sender_name,
            "text": self.text,
            "at": self.at,
        }


class Observer(Protocol):
    """Told what happens, in order, from one task, outside the packet path.

    A call that raises is logged and counted; the room goes on. `session_left`
    comes exactly once for each session that was admitted, connected or not;
    `session_silent` after half a minute in which nothing at all came from somebody;
    `room_closed` when the worker forgets the room, that is after its last session.
    """

    async def session_connected(
        self, room_id: str, participant_id: str, session_id: str
    ) -> None: ...

    async def session_left(
        self, room_id: str, participant_id: str, session_id: str, reason: str
    ) -> None: ...

    async def session_silent(self, room_id: str, participant_id: str) -> None: ...

    async def room_closed(self, room_id: str) -> None: ...

    async def chat_posted(
        self, room_id: str, participant_id: str, text: str
    ) -> None: ...


class NullObserver:
    """Hears everything, does nothing."""

    async def session_connected(
        self, room_id: str, participant_id: str, session_id: str
    ) -> None:
        return None

    async def session_left(
        self, room_id: str, participant_id: str, session_id: str, reason: str
    ) -> None:
        return None

    async def session_silent(self, room_id: str, participant_id: str) -> None:
        return None

    async def room_closed(self, room_id: str) -> None:
        return None

    async def chat_posted(self, room_id: str, participant_id: str, text: str) -> None:
        return None
