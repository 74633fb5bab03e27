"""What people do to each other in a room: mute, ask to show, write letter by letter."""

import asyncio

import pytest

from tests.video.media.browser import Browser, RecordingObserver, until
from tests.video.media.rooms.stories import pair, run_story
from video.media.errors import MessageRefused
from video.media.rooms.conversation import Conversation
from video.media.rooms.messages import Mute, read_message
from video.media.rooms.participant import ChatLine, Participant, Role
from video.media.worker import MediaWorker

ALICE = Participant("alice", Role.CUSTOMER, "Alice")
BOB = Participant("bob", Role.ADVISER, "Bob")
EVE = Participant("eve", Role.GUEST, "Eve")


def sound_packets_to(worker: MediaWorker, browser: Browser) -> int:
    session = worker.rooms["room"].sessions[browser.session_id]
    return sum(s.packets for s in session.slots.values() if s.kind == "audio")


def test_who_is_muted_by_staff_is_heard_by_nobody() -> None:
    async def story(worker: MediaWorker, _: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        await asyncio.gather(alice.plays(), bob.plays())
        loop = asyncio.get_running_loop()
        pressed = loop.time()
        bob.say({"type": "mute", "participant": "alice", "muted": True})
        told = await alice.sees("muted")
        assert loop.time() - pressed < 0.5
        assert (told["by"]["name"], told["locked"]) == ("Bob", False)
        before = sound_packets_to(worker, bob)
        await bob.plays(audio=0, video=15)
        assert sound_packets_to(worker, bob) == before
        alice.say({"type": "unmute"})
        await bob.sees("unmuted")
        await until(lambda: sound_packets_to(worker, bob) > before, "her voice")
        await asyncio.gather(alice.close(), bob.close())

    run_story(story)


def test_a_lock_outlasts_a_re_join_and_only_staff_open_it() -> None:
    async def story(worker: MediaWorker, _: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        bob.say({"type": "mute", "participant": "alice", "muted": True, "locked": True})
        await alice.sees("muted")
        alice.say({"type": "unmute"})
        assert (await alice.sees("error"))["code"] == "locked"
        again = await Browser("alice").join(worker, "room")
        welcome = await again.sees("welcome")
        assert welcome["muted"] == [
            {"participant": "alice", "by": "Bob", "locked": True}
        ]
        await again.plays()
        before = sound_packets_to(worker, bob)
        await bob.plays(audio=0)
        assert sound_packets_to(worker, bob) == before
        bob.say({"type": "mute", "participant": "alice", "muted": False})
        await again.sees("unmuted")
        await asyncio.gather(alice.close(), again.close(), bob.close())

    run_story(story)


def test_everybody_sees_who_turned_their_own_microphone_off() -> None:
    async def story(worker: MediaWorker, _: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        alice.say({"type": "microphone", "open": False})
        alice.say({"type": "microphone", "open": False})  # said twice, told once
        told = await bob.sees("microphone")
        assert (told["participant"]["id"], told["open"]) == ("alice", False)
        eve = await Browser("eve", Role.GUEST).join(worker, "room")
        welcome = await eve.sees("welcome")
        assert (welcome["quiet"], welcome["muted"]) == (["alice"], [])
        alice.say({"type": "microphone", "open": True})
        assert (await bob.sees("microphone", 2))["open"] is True
        assert not alice.heard("microphone")
        await asyncio.gather(alice.close(), bob.close(), eve.close())

    run_story(story)


def test_everybody_sees_why_somebodys_picture_is_small_or_off() -> None:
    async def story(worker: MediaWorker, _: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        weak = {"type": "camera", "state": "on", "limit": "line"}
        alice.say(weak)
        alice.say(weak)  # said twice, told once
        told = await bob.sees("camera")
        assert told["participant"]["id"] == "alice"
        assert (told["state"], told["limit"]) == ("on", "line")
        eve = await Browser("eve", Role.GUEST).join(worker, "room")
        welcome = await eve.sees("welcome")
        assert welcome["cameras"] == [
            {"participant": "alice", "state": "on", "limit": "line"}
        ]
        alice.say({"type": "camera", "state": "off"})
        told = await bob.sees("camera", 2)
        assert (told["state"], told["limit"]) == ("off", "")
        assert not alice.heard("camera")
        for wrong in ({"state": "burning"}, {"state": "on", "limit": "weather"}, {}):
            alice.say({"type": "camera", **wrong})
        await alice.sees("error", 3)
        assert {one["code"] for one in alice.heard("error")} <= {
            "bad_text",
            "unknown_type",
        }
        await asyncio.gather(alice.close(), bob.close(), eve.close())

    run_story(story)


def test_letters_arrive_as_they_are_typed_and_lines_are_kept() -> None:
    async def story(worker: MediaWorker, _: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        loop = asyncio.get_running_loop()
        pressed = loop.time()
        alice.say({"type": "typing", "text": "Bonj"})
        assert (await bob.sees("typing"))["text"] == "Bonj"
        assert loop.time() - pressed < 0.5
        alice.say({"type": "chat", "text": "Bonjour"})
        await bob.sees("chat")
        assert not alice.heard("typing")
        again = await Browser("alice").join(worker, "room")
        history = (await again.sees("welcome"))["history"]
        assert [line["text"] for line in history] == ["Bonjour"]
        await asyncio.gather(alice.close(), again.close(), bob.close())

    run_story(story)


def test_a_customer_is_asked_to_show_and_asks_nobody() -> None:
    async def story(worker: MediaWorker, _: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        bob.say({"type": "ask", "participant": "alice", "what": "camera"})
        assert (await alice.sees("asked"))["by"]["name"] == "Bob"
        alice.say({"type": "ask", "participant": "bob", "what": "camera"})
        assert (await alice.sees("error"))["code"] == "not_yours"
        alice.say({"type": "mute", "participant": "bob", "muted": True})
        assert (await alice.sees("error", 2))["code"] == "not_yours"
        assert not bob.heard("muted")
        await asyncio.gather(alice.close(), bob.close())

    run_story(story)


def test_four_people_are_told_how_many_sections_carry_everybody() -> None:
    async def story(worker: MediaWorker, _: RecordingObserver) -> None:
        roles = [Role.CUSTOMER, Role.ADVISER, Role.GUEST, Role.SUPERVISOR]
        people = [Browser(role.value, role, slots=2) for role in roles]
        for person in people:
            await person.join(worker, "room")
            await person.sees("welcome")

        def all_bound() -> bool:
            for person in people:
                told = person.heard("slots")
                if not told:
                    return False
                cameras = [s for s in told[-1]["slots"] if s["source"] == "camera"]
                if told[-1]["wanted"] != {"audio": 3, "video": 3} or len(cameras) != 3:
                    return False
            return True

        await until(all_bound, "everybody to have everybody")
        await asyncio.gather(*(person.close() for person in people))

    run_story(story)


def test_a_history_from_elsewhere_never_replaces_newer_lines() -> None:
    conversation = Conversation()
    conversation.seed([ChatLine("alice", "Alice", "un", "2026-01-01T00:00:00Z")])
    conversation.post(BOB, "deux")
    conversation.seed([ChatLine("alice", "Alice", "trois", "2026-01-01T00:00:00Z")])
    assert [line.text for line in conversation.lines] == ["un", "deux"]


def test_only_staff_mute_and_a_guest_may_be_muted_once() -> None:
    conversation = Conversation()
    wish = Mute("eve", muted=True, locked=False)
    with pytest.raises(MessageRefused, match="not_yours"):
        conversation.mute(ALICE, EVE, wish)
    assert conversation.mute(BOB, EVE, wish) is not None
    assert conversation.mute(BOB, EVE, wish) is None
    assert conversation.unmute_self(EVE) is not None
    assert conversation.unmute_self(EVE) is None


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ('{"type": "ask", "participant": "a", "what": "wallet"}', "unknown_type"),
        ('{"type": "mute"}', "bad_text"),
        ('{"type": "mute", "participant": ""}', "bad_text"),
        ('{"type": "typing", "text": 3}', "bad_text"),
        ('{"type": "typing", "text": "%s"}' % ("x" * 2001), "too_long"),
        ('{"type": ["chat"]}', "unknown_type"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(raw: str, code: str) -> None:
    with pytest.raises(MessageRefused, match=code):
        read_message(raw)
