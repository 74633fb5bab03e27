"""Whether people see and hear each other, as their browsers count it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

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
    """What a page has received so far."""

    frames: int
    sound: float


def received(page: Page) -> Received:
    inbound = page.evaluate("visavisRoom.stats()")["inbound"]
    return Received(
        frames=int(_sum(inbound, "framesDecoded")),
        sound=_sum(inbound, "totalAudioEnergy"),
    )


def _sum(streams: list[dict[str, Any]], name: str) -> float:
    return float(sum(stream.get(name) or 0 for stream in streams))


def sees_more(page: Page, *, frames: int, silent: bool = False) -> bool:
    """Whether so many more frames are decoded, and sound is heard unless all are
    `silent`, before our patience ends. How fast they come is a figure of the machine,
    so the benchmark's; what stops before that number does not pass. A new line counts
    from nothing again."""
    last, more = received(page).frames, 0
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        now = received(page)
        more += now.frames - last if now.frames >= last else now.frames
        last = now.frames
        if more >= frames and (silent or now.sound > 0):
            return True
    return False


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
