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
A_BEEP = 0.01
"""Of `totalAudioEnergy`; a fake microphone gives twenty times as much a second."""
PLAYED = """() => {
  const found = [...document.querySelectorAll(".person :is(audio, video)")];
  const sound = found.filter((one) => !one.muted && one.srcObject?.getAudioTracks()[0]);
  return Math.max(0, ...sound.map((one) => one.currentTime));
}"""
"""Seconds that the sound of somebody has been played for."""


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
    """Whether somebody is heard before our patience ends: more sound has come than a
    decoder makes up by itself, and what plays it has moved on. Either alone proves
    nothing: sound that arrives may be played by nobody."""
    before, played = received(page).sound, page.evaluate(PLAYED)
    moved = False
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        now = page.evaluate(PLAYED)
        moved, played = moved or now > played > 0, now
        if moved and received(page).sound > before + A_BEEP:
            return True
    return False
