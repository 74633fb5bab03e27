"""How a stay in a room ends: by silence, by time, by a closed door. On loopback."""

import asyncio
import gc
import time
import weakref

import pytest

from tests.video.media.browser import Browser, RecordingObserver, until
from tests.video.media.rooms.stories import pair, run_story
from video.media.config import MediaConfig
from video.media.errors import RoomUnknown
from video.media.worker import MediaWorker


def test_silence_makes_away_then_lost() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        session = worker.rooms["room"].sessions[bob.session_id]
        consent = session.ice.last_consent
        worker.rooms["room"].sessions[alice.session_id].ice.last_consent += 61
        await worker.check_deadlines(consent + 31)
        assert (await alice.sees("away"))["participant"]["id"] == "bob"
        session.ice.last_consent = consent + 31
        await worker.check_deadlines(consent + 32)
        await alice.sees("back")
        await worker.check_deadlines(consent + 31 + 61)
        assert (await alice.sees("left"))["reason"] == "lost"
        await alice.close()
        await bob.close()

    run_story(story)


def test_a_line_that_breaks_off_is_told_and_its_return_too() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        await alice.plays()
        session = worker.rooms["room"].sessions[bob.session_id]
        await worker.check_deadlines(session.leg.media_at + 2.5)
        assert (await alice.sees("interrupted"))["participant"]["id"] == "bob"
        assert (await alice.sees("resumed"))["participant"]["id"] == "bob"
        # Who only listens reports now and then; that is no broken line.
        for receiver in session.leg.receivers:
            receiver.arrived_at -= 60
        assert not session.leg.is_silent(session.leg.heard_at + 5)
        await alice.close()
        await bob.close()

    run_story(story)


def test_a_room_ends_for_all_at_its_time() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        room = worker.rooms["room"]
        assert 3500 < room.ends_at - time.monotonic() <= 3600
        room.ends_at = time.monotonic()
        for browser in (alice, bob):
            assert (await browser.sees("ended"))["reason"] == "room_ended"
        await until(lambda: not worker.rooms, "the room to be forgotten")
        with pytest.raises(RoomUnknown):
            await worker.close_room("room")
        await alice.close()
        await bob.close()

    run_story(story)


def test_who_never_connects_is_dropped_and_told_once() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        browser = Browser("alice")
        await worker.join(
            room_id="room",
            participant=browser.participant,
            offer=await browser.offer(),
            ends_at=float("inf"),
        )
        await until(lambda: not worker.rooms, "the deadline")
        await until(lambda: len(observer.told) == 2, "the observer")
        assert [entry[0] for entry in observer.told] == ["left", "closed"]
        assert observer.told[0][-1] == "timeout"
        await browser.close()

    run_story(story, MediaConfig(connect_timeout=0.2))


def test_a_wrong_certificate_gets_no_keys() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        browser = Browser("mallory")
        offer = await browser.offer()
        lines = [
            line[:-2] + ("00" if line[-2:] != "00" else "11")
            if line.startswith("a=fingerprint:sha-256")
            else line
            for line in offer.splitlines()
        ]
        _, answer = await worker.join(
            room_id="room",
            participant=browser.participant,
            offer="\r\n".join(lines),
            ends_at=float("inf"),
        )
        await browser.accept(answer)
        await until(lambda: not worker.rooms, "the refusal")
        await until(lambda: len(observer.told) == 2, "the observer")
        assert observer.told[0][-1] == "failed"
        await browser.close()

    run_story(story)


def test_a_closed_session_is_let_go_of() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        await asyncio.gather(alice.plays(), bob.plays())
        sessions = worker.rooms["room"].sessions
        ghosts: list[weakref.ref[object]] = []
        for session in sessions.values():
            ghosts += [weakref.ref(session), weakref.ref(session.leg.receivers[1])]
            del session
        await worker.close_room("room")
        await alice.close()
        await bob.close()
        await until(lambda: gc.collect() >= 0 and not any(g() for g in ghosts), "rest")

    run_story(story)
