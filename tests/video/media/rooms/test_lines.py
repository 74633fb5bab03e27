"""The room's words about lines: once for each change, and again in a greeting."""

from tests.video.media.browser import Browser, RecordingObserver, until
from tests.video.media.rooms.stories import pair, run_story
from video.media.config import MediaConfig
from video.media.rtp.limits import Rung
from video.media.worker import MediaWorker

ANOTHER = 1


def test_a_publisher_is_told_what_the_others_lines_take() -> None:
    async def story(worker: MediaWorker, _: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        room = next(iter(worker.rooms.values()))
        session = room.sessions[alice.session_id]
        camera = session.camera
        sound = next(r for r in session.receivers.values() if r.kind == "audio")
        assert camera is not None
        camera.keep_to(ANOTHER, Rung(50_000, 180, 10, 40_000))
        sound.keep_to(ANOTHER, Rung(16_000))
        await until(lambda: said(alice)["sound"] == 16_000, "a small sound")
        assert said(alice)["camera"] == {
            "height": 180,
            "frames": 10,
            "bitrate": 50_000,
            "limit": 90_000,
        }
        count = len(alice.heard("encoding"))
        alice.say({"type": "hello"})
        await alice.sees("encoding", count + 1)
        camera.limits.forget(ANOTHER)
        sound.limits.forget(ANOTHER)
        await until(lambda: said(alice)["camera"] is None, "the whole picture")
        await until(lambda: said(alice)["sound"] is None, "the whole sound")
        assert not bob.heard("encoding"), "nobody's line is narrow"
        await alice.close()
        await bob.close()

    run_story(story, MediaConfig(tick=0.05))


def said(browser: Browser) -> dict[str, object]:
    found = browser.heard("encoding")
    return found[-1] if found else {"camera": None, "sound": None}
