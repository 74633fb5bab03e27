"""Who has no picture is heard: sound waits for no camera, before or after a return."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live.e2e.media import hears_more
from tests.live.e2e.people import PATIENCE, Adviser, await_room, enters
from tests.live.e2e.windows import window
from tests.live.stack.launched import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def sees(page: Page, role: str, state: str) -> None:
    tile = page.locator(f'.person[data-role="{role}"][data-state="{state}"]')
    expect(tile).to_be_visible(timeout=PATIENCE)


def switches_the_camera_off(pc: Page) -> None:
    camera = pc.locator('.ctl[data-part="camera"]')
    expect(camera).to_have_attribute("data-state", "on", timeout=PATIENCE)
    camera.click()
    expect(camera).to_have_attribute("data-state", "off", timeout=PATIENCE)


def test_an_adviser_who_comes_back_without_camera_and_a_successor_are_heard(
    chromium: Browser, running_stack: RunningStack
) -> None:
    with (
        window(chromium) as phone,
        window(chromium, 1180, 820) as pc,
        window(chromium, 1180, 820) as colleague,
    ):
        address = enters(phone, pc, running_stack)
        visit = address.rstrip("/").rpartition("/")[2]
        sees(phone, "adviser", "picture")
        assert hears_more(phone)

        switches_the_camera_off(pc)
        sees(phone, "adviser", "sound")
        assert hears_more(phone)

        pc.locator('[data-part="leave"]').click()
        await_room(pc, "ended")
        expect(phone.locator(".person")).to_have_count(0, timeout=PATIENCE)
        pc.locator('[data-part="rejoin"]').click()
        await_room(pc, "connected")
        sees(phone, "adviser", "sound")
        assert hears_more(phone)

        pc.locator('[data-part="leave"]').click()
        await_room(pc, "ended")
        expect(phone.locator(".person")).to_have_count(0, timeout=PATIENCE)
        Adviser(colleague, running_stack).signs_in("Camille")
        colleague.goto(f"{running_stack.base_url}/staff/rooms/{visit}/")
        await_room(colleague, "connected")
        sees(phone, "supervisor", "sound")
        assert hears_more(phone)
