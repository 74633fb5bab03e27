"""The one door between the media worker's loop and the database.

Everything behind it is synchronous and runs in one thread, in order; nothing here
is ever awaited by the path of the packets.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from video import services
from video.services.nodes import NodeAddress, NodeLoad

P = ParamSpec("P")
T = TypeVar("T")


def _now() -> dt.datetime:
    return dt.datetime.now(tz=dt.UTC)


async def _in_database(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Outside a request nobody drops a connection that the server has closed."""

    def run() -> T:
        close_old_connections()
        return work(*args, **kwargs)

    return await sync_to_async(run)()


class Records:
    """The worker's observer. A call that raises is logged there; the room goes on."""

    def __init__(self, *, name: str, boot_id: UUID) -> None:
        self._name = name
        self._boot_id = boot_id

    async def register(self, address: NodeAddress, *, capacity: int) -> None:
        await _in_database(
            services.register_node,
            name=self._name,
            boot_id=self._boot_id,
            address=address,
            capacity=capacity,
        )

    async def beat(self, load: NodeLoad) -> None:
        """Says that this worker lives, and buries those that do not."""
        await _in_database(
            services.beat_node, name=self._name, boot_id=self._boot_id, load=load
        )
        await _in_database(services.bury_dead_nodes)

    async def withdraw(self) -> None:
        await _in_database(
            services.withdraw_node, name=self._name, boot_id=self._boot_id
        )

    async def rooms_to_close(self, room_ids: Iterable[str]) -> dict[str, str]:
        """Rooms that this worker must end, with the reason that is told to people."""
        ids = [UUID(room_id) for room_id in room_ids]
        if not ids:
            return {}
        found = await _in_database(
            services.rooms_to_close, ids=ids, boot_id=self._boot_id, now=_now()
        )
        return {str(room_id): reason for room_id, reason in found.items()}

    async def session_connected(
        self, room_id: str, participant_id: str, session_id: str
    ) -> None:
        await _in_database(
            services.record_connected,
            room_id=UUID(room_id),
            participant_id=UUID(participant_id),
            session=session_id,
            now=_now(),
        )

    async def session_left(
        self, room_id: str, participant_id: str, session_id: str, reason: str
    ) -> None:
        await _in_database(
            services.record_left,
            room_id=UUID(room_id),
            participant_id=UUID(participant_id),
            session=session_id,
            reason=reason,
            now=_now(),
        )

    async def session_silent(self, room_id: str, participant_id: str) -> None:
        await _in_database(
            services.leave_it_to_the_phone,
            room_id=UUID(room_id),
            participant_id=UUID(participant_id),
            now=_now(),
        )

    async def room_closed(self, room_id: str) -> None:
        """The row stays: a room is its appointment's, for life."""

    async def chat_posted(self, room_id: str, participant_id: str, text: str) -> None:
        await _in_database(
            services.record_message,
            room_id=UUID(room_id),
            participant_id=UUID(participant_id),
            text=text,
            now=_now(),
        )
