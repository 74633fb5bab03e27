"""Rooms end to end: aiortc browsers, a real worker, loopback."""

import asyncio
import json

import pytest

from tests.video.media.browser import Browser, RecordingObserver, until
from tests.video.media.rooms.stories import pair, run_story
from video.media.config import MediaConfig
from video.media.errors import RoomFull, SdpOfferRefused, SessionUnknown
from video.media.rooms.channel import MAX_QUEUED
from video.media.rooms.participant import ChatLine, Role
from video.media.worker import MediaWorker


def test_two_participants_see_hear_and_write_to_each_other() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        assert bob.heard("welcome")[0]["participants"] == [
            {"id": "alice", "role": "customer", "name": "Alice"}
        ]
        assert alice.heard("joined")[0]["participant"] == {
            "id": "bob",
            "role": "adviser",
            "name": "Bob",
        }
        await asyncio.gather(alice.plays(), bob.plays())
        alice.say({"type": "chat", "text": "Bonjour, ça va ? 👋"})
        line = await bob.sees("chat")
        assert (line["from"], line["name"]) == ("alice", "Alice")
        assert line["text"] == "Bonjour, ça va ? 👋"
        assert await alice.sees("chat") == line
        bob.say({"type": "chat", "text": "Très bien."})
        assert (await alice.sees("chat", 2))["from"] == "bob"
        await alice.close()
        assert (await bob.sees("left"))["reason"] == "closed"
        await bob.close()
        await until(lambda: not worker.rooms, "the room to be forgotten")
        await until(lambda: observer.told[-1] == ("closed", "room"), "the end")
        kinds = [entry[0] for entry in observer.told]
        assert kinds == ["connected"] * 2 + ["chat"] * 2 + ["left"] * 2 + ["closed"]

    run_story(story)


def test_who_leaves_may_come_back_to_the_same_seat() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        await asyncio.gather(alice.plays(), bob.plays())
        bob.say({"type": "bye"})
        assert (await alice.sees("left"))["reason"] == "left"
        await bob.close()
        again = await Browser("bob").join(worker, "room")
        await asyncio.gather(alice.plays(), again.plays())
        slots = alice.heard("slots")[-1]["slots"]
        assert [slot["participant"] for slot in slots] == ["bob", "bob"]
        await worker.leave(room_id="room", session_id=again.session_id)
        with pytest.raises(SessionUnknown):
            await worker.leave(room_id="room", session_id=again.session_id)
        await alice.sees("left", 2)
        await alice.close()
        await again.close()

    run_story(story)


def test_a_second_session_of_a_participant_replaces_the_first() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        phone = await Browser("bob").join(worker, "room")
        assert (await bob.sees("ended"))["reason"] == "replaced"
        assert (await alice.sees("left"))["reason"] == "replaced"
        await alice.sees("joined", 2)
        await asyncio.gather(alice.plays(), phone.plays())
        assert worker.stats().participants == 2
        for browser in (alice, bob, phone):
            await browser.close()

    run_story(story)


def test_a_third_participant_is_seen_in_the_spare_slots() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        trio = [Browser(name, slots=1) for name in ("alice", "bob", "carol")]
        for browser in trio:
            await browser.join(worker, "room")
        await asyncio.gather(*(browser.plays(audio=20, video=20) for browser in trio))
        others = {"alice": ["bob", "carol"], "carol": ["alice", "bob"]}
        for browser in (trio[0], trio[2]):
            slots = browser.heard("slots")[-1]["slots"]
            first, second = others[browser.participant.id]
            assert [s["participant"] for s in slots] == [first, first, second, second]
        for browser in trio:
            await browser.close()

    run_story(story)


def test_a_renegotiation_adds_slots_and_refuses_another_description() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        carol = await Browser("carol", slots=1).join(worker, "room")
        await carol.plays()
        alice.pc.addTransceiver("audio", direction="recvonly")
        alice.pc.addTransceiver("video", direction="recvonly")
        session = alice.session_id
        answer = await worker.renegotiate(
            room_id="room", session_id=session, offer=await alice.offer()
        )
        added = list(worker.rooms["room"].sessions[session].slots.values())[2:]
        assert [slot.source for slot in added] == [None, None], "not applied yet"
        # Said of the answer before, and late.
        alice.say({"type": "stable", "sections": 3})
        alice.say({"type": "ping"})
        await alice.sees("pong")
        assert [slot.source for slot in added] == [None, None], "nor this one"
        await alice.accept(answer)
        await until(
            lambda: (
                [s["participant"] for s in alice.heard("slots")[-1]["slots"]]
                == ["bob", "bob", "carol", "carol"]
            ),
            "the new seat",
        )
        await alice.plays()
        before = worker.mux.transports
        for foreign in (await Browser("mallory").offer(), "v=0"):
            with pytest.raises(SdpOfferRefused):
                await worker.renegotiate(
                    room_id="room", session_id=session, offer=foreign
                )
        assert worker.mux.transports == before
        await alice.plays()
        for browser in (alice, bob, carol):
            await browser.close()

    run_story(story)


def test_a_fifth_participant_finds_no_seat_and_makes_no_state() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        crowd = [Browser(f"p{number}") for number in range(5)]
        for browser in crowd[:4]:
            await browser.join(worker, "room")
        known = worker.mux.transports
        with pytest.raises(RoomFull):
            await crowd[4].join(worker, "room")
        assert worker.mux.transports >= known
        assert worker.stats().participants == 4
        for browser in crowd:
            await browser.close()

    run_story(story)


def test_a_guest_whose_line_is_dead_keeps_no_seat_from_others() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        roles = [Role.CUSTOMER, Role.ADVISER, Role.GUEST, Role.GUEST, Role.GUEST]
        crowd = [Browser(f"p{n}", role=role) for n, role in enumerate(roles)]
        for browser in crowd[:4]:
            await browser.join(worker, "room")
        sessions = worker.rooms["room"].sessions
        # The customer and the adviser are waited for; who is there stays.
        for browser in crowd[:2]:
            sessions[browser.session_id].away = True
        with pytest.raises(RoomFull):
            await crowd[4].join(worker, "room")
        dead = sessions[crowd[3].session_id]
        dead.away = True
        await crowd[4].join(worker, "room")
        await until(lambda: dead.id not in sessions, "the seat that was given up")
        assert {one.participant.id for one in sessions.values()} == {
            *("p0", "p1", "p2", "p4")
        }
        # Who comes back finds no seat while all are there.
        with pytest.raises(RoomFull):
            await crowd[3].join(worker, "room")
        for browser in crowd:
            await browser.close()

    # No tick within the story: it would find that all are there.
    run_story(story, MediaConfig(tick=3600))


def test_a_guest_who_comes_back_gets_the_own_seat_at_once() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        crowd = [Browser(f"p{n}", role=Role.GUEST) for n in range(4)]
        for browser in crowd:
            await browser.join(worker, "room")
        again = Browser("p3", role=Role.GUEST)
        await again.join(worker, "room")
        await until(lambda: worker.stats().participants == 4, "one seat")
        for browser in [*crowd, again]:
            await browser.close()

    run_story(story)


def test_who_says_hello_is_greeted_anew_and_misses_nothing() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        await alice.plays()
        bob.say({"type": "chat", "text": "Bonjour"})
        await alice.sees("chat")
        bob.say({"type": "microphone", "open": False})
        await alice.sees("microphone")
        slots = len(alice.heard("slots"))
        alice.say({"type": "hello"})
        welcome = await alice.sees("welcome", 2)
        assert [one["id"] for one in welcome["participants"]] == ["bob"]
        assert [line["text"] for line in welcome["history"]] == ["Bonjour"]
        assert welcome["quiet"] == ["bob"]
        told = await alice.sees("slots", slots + 1)
        assert {slot["participant"] for slot in told["slots"]} == {"bob"}
        assert not bob.heard("joined"), "nobody else hears of it"
        await asyncio.gather(alice.close(), bob.close())

    run_story(story)


def test_a_greeting_tells_whose_line_is_broken_off() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        await alice.plays()
        room = worker.rooms["room"]
        # Its clock would see twice a second that Bob is there after all.
        room.tick = lambda *_, **__: None  # type: ignore[method-assign]
        session = room.sessions[bob.session_id]
        session.interrupted = session.away = True
        alice.say({"type": "hello"})
        welcome = await alice.sees("welcome", 2)
        assert (welcome["interrupted"], welcome["away"]) == (["bob"], ["bob"])
        await asyncio.gather(alice.close(), bob.close())

    run_story(story)


def test_who_is_replaced_by_themselves_and_never_comes_has_left() -> None:
    """Or the others would sit before a picture of nobody for ever."""

    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        again = Browser("bob", Role.ADVISER)
        session_id, _ = await worker.join(
            room_id="room",
            participant=again.participant,
            offer=await again.offer(),
            ends_at=float("inf"),
        )
        assert (await alice.sees("left"))["reason"] == "replaced"
        room = worker.rooms["room"]
        room.session_lost(room.sessions[session_id], "timeout")
        assert (await alice.sees("left", 2))["reason"] == "timeout"
        assert not alice.heard("joined")[1:]
        for browser in (alice, bob, again):
            await browser.close()

    run_story(story)


def test_a_long_conversation_fits_into_one_message() -> None:
    """A browser closes the channel of a longer one, and nobody would be greeted."""

    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        line = ChatLine("bob", "Bob", "é" * 2000, "2026-01-01T10:00:00.000+00:00")
        alice = Browser("alice")
        _, answer = await worker.join(
            room_id="room",
            participant=alice.participant,
            offer=await alice.offer(),
            ends_at=float("inf"),
            history=[line] * 199 + [ChatLine("bob", "Bob", "Bonjour", line.at)],
        )
        await alice.accept(answer)
        history = (await alice.sees("welcome"))["history"]
        assert history[-1]["text"] == "Bonjour"
        assert 20 < len(history) < 200
        assert len(json.dumps(history, ensure_ascii=False).encode()) < 256 * 1024
        await alice.close()

    run_story(story)


def test_who_lost_messages_is_greeted_when_they_have_read_the_rest() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        control = worker.rooms["room"].sessions[alice.session_id].control
        for _ in range(MAX_QUEUED // 1_000 + 40):
            control.send({"type": "typing", "from": "bob", "text": "x" * 1_000})
        assert worker.counters.drops["control_queue"]
        await alice.sees("welcome", 2)
        await asyncio.gather(alice.close(), bob.close())

    run_story(story)
