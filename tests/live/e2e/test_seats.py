"""One person, two devices: the seat is the last one's who took it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live.e2e.people import Adviser, Lea, await_room
from tests.live.e2e.shots import shoot
from tests.live.e2e.windows import window
from tests.live.stack.launched import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def enters(phone: Page, pc: Page, stack: RunningStack) -> str:
    """Léa is let in and connected; the address of her appointment."""
    lea, adviser = Lea(phone, stack), Adviser(pc, stack)
    lea.books_the_first_video_time()
    address = phone.url.removesuffix("booked/")
    name = lea.adviser_name()
    phone.goto(f"{address}waiting/")
    phone.locator("form button.btn-wide").click()
    adviser.signs_in(name)
    adviser.joins(address.rstrip("/").rpartition("/")[2])
    adviser.lets_her_in()
    lea.comes_in()
    return address


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
