"""Messages of pages about what they show, and of people about signing."""

import json
from collections.abc import Sequence

import pytest

from tests.video.media.browser import Browser, RecordingObserver, until
from tests.video.media.rooms.stories import pair, run_story
from video.media.config import MediaConfig
from video.media.errors import MessageRefused
from video.media.rooms.channel import SHOWS_BURST
from video.media.rooms.messages import Shows, read_message
from video.media.rooms.session import RTCSession
from video.media.rtp.receiver import ForwardingReceiver
from video.media.rtp.showing import WHOLE, Showing
from video.media.worker import MediaWorker

QUICK = MediaConfig(tick=0.05)
ZEROS = {"height": 0, "frames": 0, "bitrate": 0, "limit": 0}


def of(
    who: str, lines: object, *, source: object = "camera", pinned: object = False
) -> dict[str, object]:
    return {"participant": who, "source": source, "lines": lines, "pinned": pinned}


def shows(*pictures: object) -> dict[str, object]:
    return {"type": "shows", "pictures": list(pictures)}


def session_of(worker: MediaWorker, browser: Browser) -> RTCSession:
    (room,) = worker.rooms.values()
    return room.sessions[browser.session_id]


def camera_asked(browser: Browser) -> object:
    found = browser.heard("encoding")
    return found[-1]["camera"] if found else None


def shown_by(worker: MediaWorker, browser: Browser) -> Sequence[Showing]:
    slots = session_of(worker, browser).leg.senders
    return [one.showing for one in slots if one.kind == "video" and one.source]


@pytest.mark.parametrize(
    ("pictures", "code"),
    [
        (None, "bad_picture"),
        ({"bob": 3}, "bad_picture"),
        (["bob"], "bad_picture"),
        ([of("bob", "180")], "bad_picture"),
        ([of("bob", 1.5)], "bad_picture"),
        ([of("bob", True)], "bad_picture"),
        ([of("bob", None)], "bad_picture"),
        ([of("bob", 180, source="window")], "bad_picture"),
        ([of("bob", 180, source=["camera"])], "bad_picture"),
        ([of("", 180)], "bad_text"),
        ([of("b" * 65, 180)], "bad_text"),
        ([{"source": "camera", "lines": 1}], "bad_text"),
        ([of(f"{n}", 180) for n in range(9)], "bad_picture"),
        ([of("a", 9, pinned=True), of("b", 9, pinned=True)], "bad_picture"),
    ],
)
def test_what_is_no_picture_is_refused_by_name(pictures: object, code: str) -> None:
    with pytest.raises(MessageRefused) as refusal:
        read_message(json.dumps({"type": "shows", "pictures": pictures}))
    assert refusal.value.code == code


def test_numbers_are_taken_within_reason() -> None:
    told = [of("a", -5), of("b", 10**30), of("b", 7, source="screen", pinned=1)]
    message = read_message(json.dumps(shows(*told)))
    assert message == Shows(
        {
            ("a", False): Showing(0),
            ("b", False): Showing(WHOLE),
            ("b", True): Showing(7),
        }
    )


def test_what_nobody_sees_is_not_sent_and_is_back_at_once() -> None:
    async def story(worker: MediaWorker, _: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        await bob.plays(video=5)
        bob.say(shows(of("alice", 0)))
        await until(lambda: camera_asked(alice) == ZEROS, "a word to the publisher")
        camera = session_of(worker, alice).camera
        assert isinstance(camera, ForwardingReceiver)
        assert not camera.senders
        heard = bob.heard("pictures")
        assert not any(one["paused"] for one in heard), "no line is to blame"
        asked = camera.keyframe_requests
        bob.say(shows(of("alice", 180, pinned=True)))
        await until(lambda: camera_asked(alice) is None, "a word that it is seen")
        await until(lambda: camera.keyframe_requests > asked, "a key frame")
        assert shown_by(worker, bob) == [Showing(180, pinned=True)]
        await bob.plays(video=5)
        await alice.close()
        await bob.close()

    run_story(story, QUICK)


def test_who_looks_away_takes_it_from_nobody_else() -> None:
    async def story(worker: MediaWorker, _: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        carol = await Browser("carol", slots=1).join(worker, "room")
        await carol.sees("welcome")
        await carol.plays(video=5)
        bob.say(shows(of("alice", 0)))
        await until(lambda: Showing(0) in shown_by(worker, bob), "bob's wish")
        await carol.plays(video=5)
        assert camera_asked(alice) is None
        carol.say(shows(of("alice", 0)))
        await until(lambda: camera_asked(alice) == ZEROS, "nobody at all")
        await carol.close()
        bob.say({"type": "bye"})
        await until(lambda: camera_asked(alice) is None, "ready for the next")
        for one in (alice, bob):
            await one.close()

    run_story(story, QUICK)


def test_a_page_that_comes_back_is_shown_everything() -> None:
    async def story(worker: MediaWorker, _: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        bob.say(shows(of("alice", 0)))
        await until(lambda: shown_by(worker, bob) == [Showing(0)], "bob's wish")
        again = await Browser("bob").join(worker, "room")
        await again.sees("welcome")
        await again.plays(video=5)
        for one in (alice, bob, again):
            await one.close()

    run_story(story, QUICK)


def test_ids_of_nobody_are_ignored() -> None:
    async def story(worker: MediaWorker, _: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        bob.say(shows(of("mallory", 0), of("alice", 360), of("bob", 0)))
        await until(lambda: shown_by(worker, bob) == [Showing(360)], "what is real")
        known = session_of(worker, bob).leg.downlink.shown
        assert {who for who, _ in known} == {"alice", "bob"}
        assert shown_by(worker, alice) == [Showing()], "their own picture is no wish"
        await alice.close()
        await bob.close()

    run_story(story, QUICK)


def test_a_flood_of_wishes_is_not_answered_and_the_talk_goes_on() -> None:
    async def story(worker: MediaWorker, _: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        before, count = worker.counters.messages_refused, int(SHOWS_BURST)
        for number in range(2 * count):
            bob.say(shows(of("alice", number % 2 * 400)))
            bob.say({"type": "signs", "signs": number % 2 == 0})
        bob.say({"type": "chat", "text": "still here"})
        await alice.sees("chat")
        assert worker.counters.messages_refused >= before + 2 * count
        assert not bob.heard("error")
        assert len(alice.heard("signs")) <= count
        await alice.close()
        await bob.close()

    run_story(story, QUICK)


def test_everybody_knows_who_signs() -> None:
    async def story(worker: MediaWorker, _: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        alice.say({"type": "signs", "signs": True})
        told = await bob.sees("signs")
        assert (told["participant"]["id"], told["signs"]) == ("alice", True)
        await until(lambda: shown_by(worker, bob) == [Showing(signs=True)], "the slot")
        carol = await Browser("carol", slots=1).join(worker, "room")
        assert (await carol.sees("welcome"))["signing"] == ["alice"]
        await until(
            lambda: Showing(signs=True) in shown_by(worker, carol), "carol's slot"
        )
        alice.say({"type": "signs", "signs": True})
        alice.say({"type": "signs", "signs": "no"})
        assert (await bob.sees("signs", 2))["signs"] is False, "told once for each"
        for one in (alice, bob, carol):
            await one.close()

    run_story(story, QUICK)
