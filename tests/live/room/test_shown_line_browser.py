"""Real Chromiums on a real worker: a picture that nobody sees rests at its source."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.live.room.shown_call import shown_call

pytestmark = pytest.mark.browser


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
