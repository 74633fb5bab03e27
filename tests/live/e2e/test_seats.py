"""One person, two devices: the seat is the last one's who took it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.live.e2e.people import await_room, enters
from tests.live.e2e.shots import shoot
from tests.live.e2e.windows import window
from tests.live.stack.launched import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def test_the_device_before_says_so_and_may_take_the_seat_back(
    chromium: Browser, running_stack: RunningStack
) -> None:
    with window(chromium) as phone, window(chromium, 1180, 820) as pc:
        address = enters(phone, pc, running_stack)
        phone.goto(address)
        link = str(phone.locator("vv-copy").get_attribute("data-text"))
        phone.goto(f"{address}room/")
        await_room(phone, "connected")
        with window(chromium) as tablet:
            tablet.goto(link)
            expect(tablet).to_have_url(re.compile("/appointments/"))
            tablet.goto(f"{address}room/")
            await_room(tablet, "connected")
            await_room(phone, "ended")
            words = "Ouvert sur un autre appareil ou une autre page"
            expect(phone.get_by_text(words)).to_be_visible()
            shoot(phone, "replaced")
            phone.locator('[data-part="rejoin"]').click()
            await_room(phone, "connected")
            await_room(tablet, "ended")
