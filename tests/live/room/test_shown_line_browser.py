"""Real Chromiums on a real worker: who is chosen or signs keeps their picture on a line
that takes only one, and a picture that nobody sees rests at its source.

The narrow line is a relay of datagrams with a queue (benchmarks/_lines_relay.py).
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.live.room.shown_call import ShownCall, shown_call
from video.media.downlink.rungs import CAMERA, SIGNER

pytestmark = pytest.mark.browser

HALF = 180
"""Lines of the tiles: two small pictures are the most that is asked for."""
TAKES = {"pinned": 60_000, "signs": 75_000}
"""Bits a second that carry one small picture and not another beside it."""


def chooses(call: ShownCall, how: str, person: str, other: str) -> None:
    if how == "pinned":
        call.pins("lea", person)
    else:
        call.says(other, {"type": "signs", "signs": False})
        call.says(person, {"type": "signs", "signs": True})


@pytest.mark.parametrize("how", TAKES)
def test_a_line_that_takes_one_picture_shows_who_is_chosen(
    chromium: Browser, how: str
) -> None:
    least = CAMERA if how == "pinned" else SIGNER
    assert least[0].rate < TAKES[how] < 0.9 * (least[0].rate + CAMERA[0].rate)
    with shown_call(chromium) as call:
        call.enters("zoe")
        call.enters("bob")
        # Two who look at each other would only cost the processor.
        call.shows("bob", zoe=0)
        call.enters("lea", shows=False, narrow=True)
        call.shows("zoe", bob=0)
        call.shows("lea", zoe=HALF, bob=HALF)
        for person in ("zoe", "bob"):
            call.moves("lea", person)
        chooses(call, how, "zoe", "bob")
        call.narrows(TAKES[how])
        keeps(call, "zoe", "bob")
        chooses(call, how, "bob", "zoe")
        keeps(call, "bob", "zoe")


def keeps(call: ShownCall, person: str, other: str) -> None:
    """One is shown and the other is not."""
    call.until(
        lambda: call.slot("lea", other).paused and not call.slot("lea", person).paused,
        f"{person} alone",
    )
    call.moves("lea", person)


def test_what_nobody_sees_is_not_encoded_and_is_back_with_one_key_frame(
    chromium: Browser,
) -> None:
    with shown_call(chromium) as call:
        zoe = call.enters("zoe")
        call.enters("lea", shows=False)
        call.moves("lea", "zoe")
        assert zoe.evaluate("seat.sends()")
        call.shows("lea", zoe=0)
        call.until(lambda: not zoe.evaluate("seat.sends()"), "rest at the source")
        call.until(lambda: call.slot("lea", "zoe").paused, "rest on the line")
        seen, whole = call.frames("lea", "zoe"), call.whole("lea", "zoe")
        call.shows("lea", zoe=360)
        call.until(lambda: bool(zoe.evaluate("seat.sends()")), "the encoder")
        call.until(lambda: call.frames("lea", "zoe") > seen, "a picture")
        call.moves("lea", "zoe")
        assert 1 <= call.whole("lea", "zoe") - whole <= 2, "no more than it takes"
