"""One media worker: its socket, its rooms, its deadlines.

A room lives in exactly one worker. Every public coroutine may be called again: a
second leave, close or close_room finds nothing left to do.
"""

import asyncio
import logging
import time
from collections.abc import Coroutine
from functools import partial

from video.media.config import MediaConfig
from video.media.counters import Counters
from video.media.errors import (
    RoomFull,
    RoomUnknown,
    SessionUnknown,
    WorkerDraining,
    WorkerFull,
)
from video.media.rooms.observer_queue import ObserverQueue
from video.media.rooms.participant import (
    ChatLine,
    NullObserver,
    Observer,
    Participant,
    Role,
)
from video.media.rooms.room import Room
from video.media.rooms.session import RTCSession, Surroundings
from video.media.rooms.stats import SessionStats, WorkerStats, session_stats
from video.media.rtp.timers import Timers
from video.media.sdp.codecs import RoomCodecs
from video.media.sdp.offer import read_offer
from video.media.transport.dtls import make_certificate
from video.media.transport.udp_mux import UdpMux

logger = logging.getLogger(__name__)

# Lag is the worst of a sliding minute, so that a scrape every 15 s sees a stall.
LAG_TICKS = 120


class MediaWorker:
    """Create it in a running loop; `await close()` before the loop ends."""

    def __init__(self, config: MediaConfig, observer: Observer | None = None) -> None:
        self.config = config
        self.counters = Counters()
        self.rooms: dict[str, Room] = {}
        self.draining = False
        self.mux = UdpMux(
            *(config.bind_host, config.bind_port, self.counters),
            announce_ip=config.announce_ip,
            opened=config.opened,
            host6=config.bind_host6,
            announce_ip6=config.announce_ip6,
        )
        certificate = make_certificate()
        self._timers = Timers(lambda: self.mux.behind)
        self._surroundings = Surroundings(
            mux=self.mux,
            certificate=certificate,
            fingerprint=next(
                entry.value
                for entry in certificate.getFingerprints()
                if entry.algorithm == "sha-256"
            ),
            timers=self._timers,
            connect_timeout=config.connect_timeout,
            also=config.announce_also,
        )
        self._codecs = RoomCodecs(video=config.video_codec)
        self._observer = observer or NullObserver()
        self._told = ObserverQueue(self.counters)
        self._tasks: set[asyncio.Task[None]] = set()
        self._lags: list[float] = []
        self._closed = False
        self._ticker = asyncio.create_task(self._tick_forever())

    async def join(
        self,
        *,
        room_id: str,
        participant: Participant,
        offer: str,
        ends_at: float,
        history: list[ChatLine] | None = None,
    ) -> tuple[str, str]:
        """Seat a participant; returns (session id, SDP answer).

        The first join makes the room; each one sets the room's hard end `ends_at`
        (of `time.monotonic`). A participant who is already here is replaced. Raises
        `OfferRefused`, `RoomFull`, `WorkerFull`, `WorkerDraining`; then nothing was
        created and nobody disturbed.
        """
        room = self._room_for(room_id)
        given_up = self._given_up(room, participant)
        room.conversation.seed(history or [])
        judged = read_offer(offer, self._codecs)
        session = RTCSession(
            participant=participant,
            room_id=room_id,
            surroundings=self._surroundings,
            owner=room,
        )
        try:
            answer = session.answer(judged)
        except BaseException:
            await session.close()
            raise
        predecessors = room.sessions_of(participant.id)
        self.rooms[room_id] = room
        room.ends_at = ends_at
        room.add(session)
        session.start()
        for predecessor in predecessors:
            predecessor.control.send({"type": "ended", "reason": "replaced"})
            # Not awaited: it may be waiting for a network that is gone.
            self.remove_soon(room, predecessor, "replaced")
        if given_up is not None:
            room.session_lost(given_up, "lost")
        return session.id, answer

    async def renegotiate(self, *, room_id: str, session_id: str, offer: str) -> str:
        """Answer a new offer of a session: more slots, a screen, an ICE restart.

        Raises `RoomUnknown`, `SessionUnknown`, `OfferRefused`.
        """
        room, session = self._find(room_id, session_id)
        answer = session.answer(read_offer(offer, self._codecs))
        await session.open_control()
        room.arrange(time.monotonic())
        return answer

    async def leave(
        self, *, room_id: str, session_id: str, reason: str = "left", by: str = ""
    ) -> None:
        """End one session; raises `RoomUnknown` or `SessionUnknown`. Who did not
        leave by themselves is told `reason` and the name of who ended it."""
        room, session = self._find(room_id, session_id)
        if reason != "left":
            session.control.send({"type": "ended", "reason": reason, "by": by})
        await self._remove(room, session, reason)

    async def close_room(self, room_id: str, reason: str = "room_closed") -> None:
        """Tell everybody, then end every session; raises `RoomUnknown`."""
        room = self.rooms.get(room_id)
        if room is None:
            raise RoomUnknown(room_id)
        await self._end_room(room, reason)

    def drain(self) -> None:
        """Take no new room; those that run go on."""
        self.draining = True

    def stats(self) -> WorkerStats:
        sessions = [s for room in self.rooms.values() for s in room.sessions.values()]
        return WorkerStats(
            rooms=len(self.rooms),
            participants=len(sessions),
            loop_lag=max(self._lags, default=0.0),
            draining=self.draining,
            sessions=tuple(session_stats(session) for session in sessions),
            socket_drops=self.mux.socket_drops(),
        )

    def session_stats(self, room_id: str, session_id: str) -> SessionStats:
        return session_stats(self._find(room_id, session_id)[1])

    async def check_deadlines(self, now: float) -> None:
        """Does what time alone brings about: reports, away, lost, the room's end."""
        for room in list(self.rooms.values()):
            if now >= room.ends_at:
                self._spawn(self._end_room(room, "room_ended"))
            room.tick(
                now,
                away_after=self.config.away_after,
                silent_after=self.config.silent_after,
                remove_after=self.config.remove_after,
            )

    async def close(self) -> None:
        """End all rooms, tell the observer, close the socket. Idempotent."""
        if self._closed:
            return
        self._closed = True
        self.draining = True
        self._ticker.cancel()
        await asyncio.gather(self._ticker, return_exceptions=True)
        rooms = list(self.rooms.values())
        await asyncio.gather(*(self._end_room(r, "worker_closed") for r in rooms))
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._told.close()
        self._timers.close()
        self.mux.close()

    # What rooms ask of their host.

    def told_connected(self, room: Room, session: RTCSession) -> None:
        self._told.put(
            partial(
                self._observer.session_connected,
                room.id,
                session.participant.id,
                session.id,
            )
        )

    def told_chat(self, room: Room, session: RTCSession, text: str) -> None:
        self._told.put(
            partial(self._observer.chat_posted, room.id, session.participant.id, text)
        )

    def told_silent(self, room: Room, session: RTCSession) -> None:
        self._told.put(
            partial(self._observer.session_silent, room.id, session.participant.id)
        )

    def remove_soon(self, room: Room, session: RTCSession, reason: str) -> None:
        self._spawn(self._remove(room, session, reason))

    def _given_up(self, room: Room, participant: Participant) -> RTCSession | None:
        """None while a seat is free; else the guest who has been away for longest. They
        keep their seat for who comes back from a tunnel, not before others. Raises
        RoomFull."""
        others = [one for one in room.staying() if one.participant.id != participant.id]
        if len({one.participant.id for one in others}) < self.config.max_participants:
            return None
        gone = [s for s in others if s.away and s.participant.role is Role.GUEST]
        if not gone:
            raise RoomFull(room.id)
        return min(gone, key=lambda session: session.ice.last_consent)

    def _room_for(self, room_id: str) -> Room:
        if self._closed:
            raise WorkerDraining("the worker is closed")
        room = self.rooms.get(room_id)
        if room is not None:
            return room
        if self.draining:
            raise WorkerDraining("no new rooms")
        if len(self.rooms) >= self.config.max_rooms:
            raise WorkerFull(f"{self.config.max_rooms} rooms")
        return Room(room_id, self)

    def _find(self, room_id: str, session_id: str) -> tuple[Room, RTCSession]:
        room = self.rooms.get(room_id)
        if room is None:
            raise RoomUnknown(room_id)
        session = room.sessions.get(session_id)
        if session is None:
            raise SessionUnknown(session_id)
        return room, session

    async def _remove(self, room: Room, session: RTCSession, reason: str) -> None:
        """Out of the registries at once, then closed; only the first call acts."""
        if session.id not in room.sessions:
            return
        room.discard(session, reason)
        self._told.put(
            partial(
                self._observer.session_left,
                room.id,
                session.participant.id,
                session.id,
                reason,
            )
        )
        if not room.sessions and self.rooms.get(room.id) is room:
            del self.rooms[room.id]
            self._told.put(partial(self._observer.room_closed, room.id))
        else:
            room.arrange(time.monotonic())
        await session.control.flush()
        await session.close()

    async def _end_room(self, room: Room, reason: str) -> None:
        room.say_ended(reason)
        sessions = list(room.sessions.values())
        await asyncio.gather(*(self._remove(room, s, reason) for s in sessions))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tick_forever(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + self.config.tick, loop.time())
            await asyncio.sleep(due - loop.time())
            self._lags = [*self._lags[1 - LAG_TICKS :], loop.time() - due]
            try:
                await self.check_deadlines(time.monotonic())
            except Exception:
                logger.exception("the tick failed")
