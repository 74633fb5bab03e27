"""A room: its sessions, their presence, who hears whom, and its deadlines."""

import time
from collections.abc import Iterator
from typing import Protocol

from aiortc import RTCDataChannel

from video.media.cameras.camera import Published
from video.media.rooms.channel import Message
from video.media.rooms.conversation import Conversation, asked, draft
from video.media.rooms.lines import show, tell_lines
from video.media.rooms.messages import (
    Ask,
    Bye,
    ChatPost,
    ClientMessage,
    Hello,
    Mute,
    OwnDevice,
    Shows,
    Signs,
    Stable,
    Typing,
    Unmute,
)
from video.media.rooms.participant import Participant
from video.media.rooms.session import RTCSession
from video.media.rooms.subscription import SeatPlan, count_by_kind
from video.media.rtp.sender import ForwardingSender

LONGEST_TICK = 2.0
# A page of before does not say that it has applied an answer.
STABLE_WITHIN = 5.0


class RoomHost(Protocol):
    """The worker, as far as a room needs it: tells the observer, removes sessions."""

    def told_connected(self, room: "Room", session: RTCSession) -> None: ...

    def told_chat(self, room: "Room", session: RTCSession, text: str) -> None: ...

    def told_silent(self, room: "Room", session: RTCSession) -> None: ...

    def remove_soon(self, room: "Room", session: RTCSession, reason: str) -> None: ...


class Room:
    """Up to four participants; one session each.

    A session counts as present from its handshake on. Nothing here awaits: the
    worker closes what the room lets go of.
    """

    def __init__(self, room_id: str, host: RoomHost) -> None:
        self.id = room_id
        self.ends_at = float("inf")
        self.sessions: dict[str, RTCSession] = {}
        self._host = host
        self.conversation = Conversation()
        self._plans: dict[str, SeatPlan] = {}
        self._wanted: dict[str, dict[str, int]] = {}
        self._leaving: set[str] = set()
        self._expected: set[str] = set()
        self._ticked_at = 0.0

    def add(self, session: RTCSession) -> None:
        self.sessions[session.id] = session
        self._plans[session.id] = SeatPlan()

    def sessions_of(self, participant_id: str) -> list[RTCSession]:
        """One, or two while the older is about to be removed."""
        every = self.sessions.values()
        return [one for one in every if one.participant.id == participant_id]

    def discard(self, session: RTCSession, reason: str) -> None:
        """Take a session out and tell the others; its slots and streams are freed."""
        del self.sessions[session.id]
        del self._plans[session.id]
        self._wanted.pop(session.id, None)
        self._leaving.discard(session.id)
        session.leg.close()
        who = session.participant
        is_last = not self.sessions_of(who.id)
        # Who was replaced and does not come after all has left as well.
        if session.connected or (is_last and who.id in self._expected):
            self._broadcast(_about("left", who) | {"reason": reason})
        if is_last:
            self._expected.discard(who.id)
        elif session.connected:
            self._expected.add(who.id)
        self._tell_slots(self._present())

    def arrange(self, now: float) -> None:
        """Give every stream to everybody who has a slot for it."""
        changed = []
        for session in self._present():
            publishers = {
                other.participant.id: self._audible(other)
                for other in self._present()
                if other is not session
            }
            plan = self._plans[session.id]
            wanted = count_by_kind(publishers.values())
            is_news = self._wanted.get(session.id) != wanted
            self._wanted[session.id] = wanted
            if plan.arrange(session.slots.values(), publishers, now) or is_news:
                changed.append(session)
        self._tell_slots(changed)
        self._show()

    def tick(
        self,
        now: float,
        *,
        away_after: float,
        remove_after: float,
        silent_after: float = float("inf"),
    ) -> None:
        """Reports, presence and removal by consent; twice a second."""
        # A worker that was stopped for a while has not been listening meanwhile.
        past, self._ticked_at = min(now - self._ticked_at, LONGEST_TICK), now
        for session in list(self.sessions.values()):
            if not session.connected:
                continue
            session.leg.tick(now)
            if now - session.owed_since > STABLE_WITHIN:
                self._settle(session, float("inf"))
            silence = now - session.ice.last_consent
            if silence > remove_after:
                self._remove_soon(session, "lost")
            elif session.away != (silence > away_after):
                session.away = not session.away
                kind = "away" if session.away else "back"
                self._broadcast(_about(kind, session.participant), but=session)
            self._watch_line(session, now)
            self._watch_silence(session, past, silent_after)
            tell_lines(session)
            if session.control.has_caught_up():
                self._greet(session)

    def say_ended(self, reason: str) -> None:
        self._broadcast({"type": "ended", "reason": reason})

    # What sessions tell their owner.

    def session_connected(self, session: RTCSession) -> None:
        if session.id not in self.sessions:
            return
        self._expected.discard(session.participant.id)
        self._broadcast(_about("joined", session.participant), but=session)
        self.arrange(time.monotonic())
        self._host.told_connected(self, session)

    def session_lost(self, session: RTCSession, reason: str) -> None:
        self._remove_soon(session, reason)

    def control_opened(self, session: RTCSession, channel: RTCDataChannel) -> None:
        session.control.attach(channel)
        self._greet(session)

    def session_says(self, session: RTCSession, message: ClientMessage) -> None:
        if session.id not in self.sessions:
            return
        who = session.participant
        if isinstance(message, Bye):
            self._remove_soon(session, "left")
        elif isinstance(message, Hello):
            self._greet(session)
        elif isinstance(message, ChatPost):
            self._broadcast(self.conversation.post(who, message.text))
            self._host.told_chat(self, session, message.text)
        elif isinstance(message, Typing):
            self._broadcast(draft(who, message.text), but=session)
        elif isinstance(message, Mute):
            for target in self.sessions_of(message.participant)[:1]:
                change = self.conversation.mute(who, target.participant, message)
                self._hush(change)
        elif isinstance(message, Unmute):
            self._hush(self.conversation.unmute_self(who))
        elif isinstance(message, OwnDevice):
            self._tell(self.conversation.turn(who, message), session)
        elif isinstance(message, Signs | Shows | Stable):
            self._see(session, message)
        elif isinstance(message, Ask):
            prompt = asked(who, message)
            for target in self.sessions_of(message.participant):
                target.control.send(prompt)

    def _settle(self, session: RTCSession, sections: float) -> None:
        """Feed the slots that were owed to a page until it had applied an answer."""
        if session.settle(sections):
            self.arrange(time.monotonic())

    def _greet(self, session: RTCSession) -> None:
        """Sends again everything that a page has to know of the room."""
        others = [other for other in self._present() if other is not session]
        session.control.send(self.conversation.as_greeting(session.participant, others))
        self._tell_slots([session])
        session.told_encoding = None
        session.tell_layers()

    def _see(self, session: RTCSession, message: Signs | Shows | Stable) -> None:
        """Somebody signs, or their page shows other pictures of who is here, or can
        show more of them."""
        if isinstance(message, Stable):
            self._settle(session, message.sections)
        elif isinstance(message, Signs):
            self._tell(self.conversation.sign(session.participant, message), session)
        else:
            here = {one.participant.id for one in self.sessions.values()}
            session.leg.downlink.shown = message.about(here)
        self._show()

    def _show(self) -> None:
        show(self._present(), self.conversation.signers, time.monotonic())

    def _hush(self, change: Message | None) -> None:
        """Somebody was muted or may speak again: before anybody is told, it is so."""
        if change is None:
            return
        for session in self._present():
            audible = self._audible(session)
            for receiver in session.receivers.values():
                if receiver not in audible:
                    for sender in [*receiver.senders, *receiver.paused]:
                        sender.unbind()
        self.arrange(time.monotonic())
        self._broadcast(change)

    def _audible(self, session: RTCSession) -> list[Published]:
        """The sources that the others may get of a participant."""
        muted = self.conversation.is_muted(session.participant.id)
        streams = session.receivers.values()
        return [one for one in streams if not (muted and one.kind == "audio")]

    def _watch_line(self, session: RTCSession, now: float) -> None:
        silent = session.leg.is_silent(now)
        if session.interrupted == silent:
            return
        session.interrupted = silent
        kind = "interrupted" if silent else "resumed"
        self._broadcast(_about(kind, session.participant), but=session)

    def _watch_silence(self, session: RTCSession, past: float, limit: float) -> None:
        """Tells the host once, when somebody has been silent for so long."""
        before = session.silent_for
        session.silent_for = before + past if session.interrupted else 0.0
        if before < limit <= session.silent_for:
            self._host.told_silent(self, session)

    def _remove_soon(self, session: RTCSession, reason: str) -> None:
        if session.id in self.sessions and session.id not in self._leaving:
            self._leaving.add(session.id)
            self._host.remove_soon(self, session, reason)

    def staying(self) -> list[RTCSession]:
        return [one for one in self.sessions.values() if one.id not in self._leaving]

    def _present(self) -> Iterator[RTCSession]:
        return (session for session in self.sessions.values() if session.connected)

    def _broadcast(self, message: Message, but: RTCSession | None = None) -> None:
        for session in self.sessions.values():
            if session is not but:
                session.control.send(message)

    def _tell(self, message: Message | None, but: RTCSession) -> None:
        if message is not None:
            self._broadcast(message, but=but)

    def _tell_slots(self, sessions: Iterator[RTCSession] | list[RTCSession]) -> None:
        for session in sessions:
            slots = [
                {
                    "mid": mid,
                    "kind": slot.kind,
                    "participant": slot.source.publisher_id if slot.source else None,
                    "source": self._source_of(slot),
                }
                for mid, slot in session.slots.items()
                if slot.usable
            ]
            wanted = self._wanted.get(session.id, {})
            session.control.send({"type": "slots", "slots": slots, "wanted": wanted})

    def _source_of(self, slot: ForwardingSender) -> str | None:
        """`camera` or `screen`; None for sound and for an empty slot."""
        if slot.source is None or slot.kind != "video":
            return None
        cameras = (session.camera for session in self.sessions.values())
        origin = slot.source.origin
        return "camera" if any(origin is one for one in cameras) else "screen"


def _about(kind: str, participant: Participant) -> Message:
    return {"type": kind, "participant": participant.as_message()}
