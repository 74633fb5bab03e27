"""What people would notice: measured in two tabs of a real Chromium."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Any

from playwright.async_api import Browser

from benchmarks._media_browser import Room
from benchmarks._media_rooms import running_worker
from visavis.devstack.inventory import cpu_seconds

SETTLED_AFTER = 4.0
LOSS = 0.05
Figures = dict[str, Any]


async def pixels(browser: Browser, seconds: float) -> list[float]:
    """Milliseconds from drawn to seen, both ways."""
    async with running_worker() as worker:
        room = Room(browser, "pixels", [worker])
        await room.open("a", "b")
        await room.enter("clock")
        await asyncio.sleep(SETTLED_AFTER)
        await room.ask("bench.ages.length = 0")
        await asyncio.sleep(seconds)
        ages = await room.ask("bench.ages")
        await room.close()
    return [age for tab in ages for age in tab]


async def first_frames(browser: Browser, rounds: int) -> list[float]:
    """Seconds from the click of the second to join until the other is seen; from the
    page that stands, camera and microphone allowed."""
    found = []
    async with running_worker() as worker:
        for number in range(rounds):
            room = Room(browser, f"join-{number}", [worker])
            await room.open("a", "b")
            first, second = room.pages
            enter = "([room, name]) => bench.enter(room, name, 'camera')"
            await first.evaluate(enter, [room.name, "first"])
            await second.evaluate(enter, [room.name, "second"])
            await room.see(1)
            found.append(await second.evaluate("bench.firstFrames[0]") / 1000)
            await room.close()
    return found


async def under_loss(browser: Browser, seconds: float, *, nack: bool) -> Figures:
    options = ["--loss", str(LOSS), *([] if nack else ["--without-nack"])]
    async with running_worker(*options) as worker:
        room = Room(browser, "loss", [worker])
        await room.open("a", "b")
        await room.enter()
        await asyncio.sleep(SETTLED_AFTER)
        before = await room.ask("bench.stats()")
        await asyncio.sleep(seconds)
        after = await room.ask("bench.stats()")
        mended = await worker.ask("state")
        await room.close()
    gains = [Gain(*both) for both in zip(before, after, strict=True)]
    return {
        "loss5_min_fps": round(min(gain.fps for gain in gains), 1),
        "loss5_freezes": sum(gain.freezes for gain in gains),
        "loss5_concealed": round(max(gain.concealed for gain in gains), 4),
        "loss5_recovered": mended["recovered"],
        "loss5_retransmitted": mended["retransmitted"],
    }


class Gain:
    """What a tab received between two looks at its statistics."""

    def __init__(self, before: Figures, after: Figures) -> None:
        self._before, self._after = (
            {stream["kind"]: stream for stream in one["inbound"]}
            for one in (before, after)
        )

    def _of(self, kind: str, name: str) -> float:
        before, after = self._before.get(kind, {}), self._after.get(kind, {})
        return float(after.get(name) or 0) - float(before.get(name) or 0)

    @property
    def fps(self) -> float:
        seconds = self._of("video", "timestamp") / 1000
        return self._of("video", "framesDecoded") / max(seconds, 0.001)

    @property
    def freezes(self) -> int:
        return int(self._of("video", "freezeCount"))

    @property
    def concealed(self) -> float:
        """The share of sound that was made up; 1 when none was played at all."""
        samples = self._of("audio", "totalSamplesReceived")
        return self._of("audio", "concealedSamples") / samples if samples else 1.0

    @property
    def packets(self) -> float:
        return self._of("audio", "packetsReceived") + self._of(
            "video", "packetsReceived"
        )


async def recoveries(browser: Browser, kills: int) -> list[float]:
    """Seconds from `kill -9` of the worker until both see each other in the second."""
    found: list[float] = []
    async with AsyncExitStack() as workers:
        first = await workers.enter_async_context(running_worker())
        room = Room(browser, "kills", [first])
        await room.open("a", "b")
        await room.enter()
        for _ in range(kills):
            second = await workers.enter_async_context(running_worker())
            await second.ask("state")
            victim, room.workers = room.workers[0], [second]
            await room.ask("bench.firstFrames.length = 0")
            began = time.monotonic()
            victim.process.kill()
            await room.see(1)
            found.append(time.monotonic() - began)
        await room.close()
    return found


async def relay_cost(browser: Browser, seconds: float) -> Figures:
    """Microseconds of aiortc's MediaRelay per packet that the tabs received."""
    async with running_worker(module="benchmarks._media_relay") as relay:
        room = Room(browser, "relay", [relay])
        await room.open("a", "b")
        await room.enter()
        await asyncio.sleep(SETTLED_AFTER)
        before, cpu = await room.ask("bench.stats()"), cpu_seconds(relay.process.pid)
        await asyncio.sleep(seconds)
        used = cpu_seconds(relay.process.pid) - cpu
        after = await room.ask("bench.stats()")
        await room.close()
    packets = sum(Gain(*both).packets for both in zip(before, after, strict=True))
    return {"relay_us_per_packet": round(used / max(packets, 1.0) * 1e6, 1)}
