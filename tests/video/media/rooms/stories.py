"""Two people in a room of a real worker, and a story that they live there."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.video.media.browser import Browser, RecordingObserver
from video.media.config import MediaConfig
from video.media.rooms.participant import Role
from video.media.worker import MediaWorker


def run_story(
    story: Callable[[MediaWorker, RecordingObserver], Awaitable[None]],
    config: MediaConfig | None = None,
) -> None:
    """Run a story; whatever happened in it, closing leaves nothing behind."""

    async def run() -> None:
        observer = RecordingObserver()
        worker = MediaWorker(config or MediaConfig(), observer)
        try:
            await story(worker, observer)
        finally:
            await worker.close()
            await worker.close()
        assert not worker.rooms
        assert worker.mux.transports == 0
        assert worker.counters.drops["error"] == 0
        assert worker.counters.drops["control_error"] == 0
        assert worker.counters.observer_failures == 0
        names = {getattr(t.get_coro(), "__qualname__", "") for t in asyncio.all_tasks()}
        assert not {name for name in names if "MediaWorker" in name or "RTCS" in name}

    asyncio.run(run())


async def pair(worker: MediaWorker) -> tuple[Browser, Browser]:
    alice = await Browser("alice").join(worker, "room")
    await alice.sees("welcome")
    bob = await Browser("bob", Role.ADVISER).join(worker, "room")
    await bob.sees("welcome")
    await alice.sees("joined")
    return alice, bob
