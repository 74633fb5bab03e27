"""The line ladder's decisions, in the browser that will take them: samples in, rungs
out. What a step does to the sender is seen in test_room_states.py."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.live.e2e.windows import window
from tests.live.stack.launched import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

WALK = """async (samples) => {
  const { LineLadder } = await import("/static/video/ladder.js");
  const ladder = new LineLadder();
  return samples.map(([count, sample]) => {
    const base = {
      line: "good", share: 0, sentShare: 0, trip: 0.1, available: null, limited: true,
    };
    let at;
    for (let n = 0; n < count; n += 1) at = ladder.take({ ...base, ...sample });
    return at.rung.name + (at.phone ? " phone" : "");
  });
}"""

WAY_OUT = """async (samples) => {
  const { WayOut } = await import("/static/video/ladder.js");
  const out = new WayOut();
  const take = ([available, limited]) => out.take({ available, limited });
  return samples.map((sample) => [take(sample), out.isNarrow]);
}"""

PROBING = """async (samples) => {
  const { Prober } = await import("/static/video/ladder.js");
  const prober = new Prober();
  const calm = { limited: true, trip: 0.1, sentShare: 0 };
  const take = (sample) => prober.take({ ...calm, ...sample }, false).at(-1) ?? 0;
  return samples.map(take);
}"""
"""The cap that a sample ends with, 0 where it does not probe."""

# What may be sent, whether the line holds it down: is the sound small from then on?
WAYS_OUT = [
    (120_000, False),
    (120_000, True),
    (180_000, True),
    (None, False),
    (300_000, False),
    (200_000, False),
    (300_000, False),
    (300_000, False),
    (180_000, True),
]
SMALL_SOUND = [False, True, True, True, True, True, True, False, False]
NARROW = {"available": 100_000}
LOSSY = {"share": 0.2, "sentShare": 0.2}
STORIES: list[tuple[str, list[tuple[int, dict[str, Any]]], list[str]]] = [
    (
        "a new line finds its speed, then each step needs two samples",
        [(5, NARROW), (1, NARROW), (1, {"available": 500_000}), (1, {})],
        ["720p", "720p", "480p", "480p"],
    ),
    (
        "a small estimate of a sender that sends little proves nothing",
        [(20, {**NARROW, "limited": False})],
        ["720p"],
    ),
    (
        "up goes one rung at a time, after five good samples",
        [(7, {"available": 200_000}), (5, {"available": 900_000}), (5, {})],
        ["360p", "480p", "720p"],
    ),
    (
        "a line for little more than sound has a small picture beside it",
        [(7, NARROW), (5, {"available": 200_000})],
        ["180p", "360p"],
    ),
    (
        "sound alone tries a picture after three calm samples",
        [(5, {}), (2, {"available": 40_000}), (2, {}), (1, {})],
        ["720p", "audio", "audio", "360p"],
    ),
    (
        "far more than the next rung takes leads there at once",
        [(7, NARROW), (1, {"available": 400_000}), (1, {"available": 1_100_000})],
        ["180p", "360p", "480p"],
    ),
    (
        "with a picture Chromium never says less than 67 kbit/s",
        [(7, {"available": 66_800})],
        ["audio"],
    ),
    (
        "ten seconds without hope offer the telephone, one good sample takes it back",
        [(4, LOSSY), (1, LOSSY), (1, {})],
        ["720p", "720p phone", "720p"],
    ),
    (
        "a line on which nothing comes says nothing",
        [(30, {"line": None, **LOSSY})],
        ["720p"],
    ),
]

SMALL, LEAST = {"available": 70_000}, 450_000
PROBES: dict[str, tuple[list[dict[str, Any]], list[int]]] = {
    "what comes through is probed on at once": (
        [SMALL, {"available": 380_000}, {"available": 1_000_000}],
        [LEAST, 1_140_000, 3_000_000],
    ),
    "in vain: half as often each time": (
        7 * [SMALL],
        [LEAST, 0, LEAST, 0, 0, 0, LEAST],
    ),
    "more than ever is no longer in vain": (
        [*4 * [SMALL], {"available": 90_000}],
        [LEAST, 0, LEAST, 0, LEAST],
    ),
    "a queue, or loss, is left alone": (
        [{**SMALL, "trip": 0.5}, {**SMALL, "sentShare": 0.1}, SMALL],
        [0, 0, LEAST],
    ),
    "a small estimate where little is sent": ([{**SMALL, "limited": False}], [0]),
    "nothing is known beside sound alone": ([{"available": None}], [0]),
}


def test_the_ladder_steps_as_promised(
    chromium: Browser, running_stack: RunningStack
) -> None:
    with window(chromium) as page:
        page.goto(f"{running_stack.base_url}/tilleul/")
        for name, samples, expected in STORIES:
            assert page.evaluate(WALK, samples) == expected, name
        assert page.evaluate(WAY_OUT, WAYS_OUT) == [
            [before != after, after]
            for before, after in pairwise([False, *SMALL_SOUND])
        ]


def test_a_browser_is_made_to_probe_a_calm_line(
    chromium: Browser, running_stack: RunningStack
) -> None:
    with window(chromium) as page:
        page.goto(f"{running_stack.base_url}/tilleul/")
        for name, (samples, caps) in PROBES.items():
            assert page.evaluate(PROBING, samples) == caps, name
