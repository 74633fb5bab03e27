"""Camera or microphone refused: the visit goes on without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.live.e2e.people import PATIENCE, Lea
from tests.live.e2e.windows import window
from tests.live.stack.launched import RunningStack

SCRIPT = re.compile("vv-device-check")
pytestmark = [pytest.mark.stack, pytest.mark.browser]


def opens_the_check(page: Page, stack: RunningStack) -> None:
    Lea(page, stack).books_the_first_video_time()
    page.locator('a[href$="/device/"]').click()


def part(page: Page, name: str, state: str) -> None:
    row = page.locator(f'[data-part="{name}"][data-state="{state}"]')
    expect(row).to_be_attached(timeout=PATIENCE)


def test_without_a_camera_she_goes_on_by_voice(
    chromium: Browser, running_stack: RunningStack
) -> None:
    with window(chromium, refusing="video") as page:
        opens_the_check(page, running_stack)
        page.locator('[data-part="ask"]').click()
        part(page, "microphone", "heard")
        # The switch goes back by itself, which `check` would call a failure.
        page.locator('[data-part="camera-switch"]').click()
        part(page, "camera", "refused")
        expect(page.locator('[data-part="camera-switch"]')).not_to_be_checked()
        words = page.get_by_text("Pas de souci, on se parle sans image.")
        expect(words).to_be_visible()
        page.locator(".bar form button").click()
        expect(page).to_have_url(re.compile("/waiting/$"))


def test_without_a_microphone_she_is_told_what_remains(
    chromium: Browser, running_stack: RunningStack
) -> None:
    with window(chromium, refusing="audio") as page:
        opens_the_check(page, running_stack)
        page.locator('[data-part="ask"]').click()
        part(page, "microphone", "refused")
        expect(page.get_by_text("Sans micro, vous pouvez écouter")).to_be_visible()
        button = page.get_by_role("button", name="Continuer sans micro")
        button.click()
        expect(page).to_have_url(re.compile("/waiting/$"))


def test_nothing_can_be_pressed_before_it_is_heard(
    chromium: Browser, running_stack: RunningStack
) -> None:
    with window(chromium, refusing="audio") as page:
        held: list[Route] = []

        # Playwright cannot mark a builtin such as `held.append`.
        def hold(route: Route) -> None:
            held.append(route)

        page.route(SCRIPT, hold)
        with page.expect_request(SCRIPT):
            Lea(page, running_stack).books_a_video_time_of_another_day()
            page.locator('a[href$="/device/"]').click()
        ask = page.locator('[data-part="ask"]')
        expect(ask).to_be_disabled()
        held[0].continue_()
        ask.click()
        part(page, "microphone", "refused")
