"""More lines than the room takes at once: all arrive, each once, in order."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.live.e2e.people import PATIENCE, enters, say
from tests.live.e2e.windows import window
from tests.live.stack.launched import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

LINES = [f"ligne {number}" for number in range(30)]


def test_thirty_lines_at_once_reach_the_adviser(
    chromium: Browser, running_stack: RunningStack
) -> None:
    with window(chromium, 360, 740) as phone, window(chromium, 1180, 820) as pc:
        enters(phone, pc, running_stack)
        phone.locator('.ctl[data-part="chat"]').click()
        for text in LINES:
            say(phone, text)
        there = pc.locator('[data-part="lines"] [data-part="text"]')
        expect(there).to_have_text(LINES, timeout=PATIENCE)
        mine = phone.locator('[data-part="lines"] .mine [data-part="text"]')
        expect(mine).to_have_text(LINES, timeout=PATIENCE)
