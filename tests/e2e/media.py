"""Whether people see and hear each other, as their browsers count it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

WINDOW = 5_000.0
"""Milliseconds of media time over which a rise is measured."""
PATIENCE = 60.0
"""Seconds of ours: two encoders and two decoders may share one slow core."""


@dataclass(frozen=True)
class Received:
    """What a page has received so far, at the browser's own time (milliseconds)."""

    at: float
    frames: int
    sound: float


def received(page: Page) -> Received:
    inbound = page.evaluate("visavisRoom.stats()")["inbound"]
    return Received(
        at=max((stream["timestamp"] for stream in inbound), default=0.0),
        frames=int(_sum(inbound, "framesDecoded")),
        sound=_sum(inbound, "totalAudioEnergy"),
    )


def _sum(streams: list[dict[str, Any]], name: str) -> float:
    return float(sum(stream.get(name) or 0 for stream in streams))


def frames_in_five_seconds(page: Page, *, wanted: int) -> int:
    """The best rise of decoded frames within any five seconds, measured until it is
    as wanted or our patience ends; sound must be heard by then, too."""
    seen = [received(page)]
    deadline = time.monotonic() + PATIENCE
    best = 0
    while time.monotonic() < deadline:
        now = received(page)
        if now.at == seen[-1].at:
            continue
        seen = [one for one in seen if now.at - one.at <= WINDOW] + [now]
        best = max(best, now.frames - seen[0].frames)
        if best >= wanted and now.sound > 0:
            return best
    return best if received(page).sound > 0 else 0


def hears_more(page: Page) -> bool:
    """Whether the sound that this page has heard rises before our patience ends."""
    before = received(page).sound
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if received(page).sound > before:
            return True
    return False
