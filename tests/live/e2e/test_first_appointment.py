"""A first appointment, end to end: booked, confirmed, met, over."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live.e2e.media import sees_more
from tests.live.e2e.people import Adviser, Lea, await_message, await_room, say
from tests.live.e2e.shots import shoot
from tests.live.e2e.windows import window
from tests.live.stack.launched import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

FRAMES = 75
"""More than any buffer on the way holds, so the picture goes on."""


def talk(lea: Page, adviser: Page) -> None:
    """Both see and hear each other."""
    assert sees_more(lea, frames=FRAMES)
    assert sees_more(adviser, frames=FRAMES)


def write(lea: Page, adviser: Page) -> None:
    lea.locator('.ctl[data-part="chat"]').click()
    say(lea, "Bonjour, vous me voyez ?")
    await_message(adviser, "Bonjour, vous me voyez ?")
    say(adviser, "Très bien, bonjour Léa.")
    await_message(lea, "Très bien, bonjour Léa.")


@pytest.mark.timeout(300)
def test_lea_books_meets_her_adviser_and_it_is_over(
    chromium: Browser, running_stack: RunningStack
) -> None:
    with window(chromium, 640, 360) as phone, window(chromium, 1180, 820) as pc:
        lea, adviser = Lea(phone, running_stack), Adviser(pc, running_stack)
        lea.books_the_first_video_time()
        lea.opens_the_link_of_her_confirmation()
        link, visit = phone.url, phone.url.rstrip("/").rpartition("/")[2]
        name = lea.adviser_name()
        lea.checks_her_device()
        lea.says_that_she_is_ready()

        adviser.signs_in(name)
        adviser.joins(visit)
        adviser.lets_her_in()
        lea.comes_in()
        talk(phone, pc)
        write(phone, pc)

        phone.locator('[data-part="leave"]').click()
        await_room(phone, "ended")
        expect(pc.locator('[data-door="left"]')).to_be_visible(timeout=30_000)
        phone.locator('[data-part="rejoin"]').click()
        await_room(phone, "connected")
        talk(phone, pc)
        phone.locator('[data-part="leave"]').click()
        await_room(phone, "ended")

        adviser.leaves()
        adviser.records_that_she_was_advised(visit)
        phone.goto(link)
        expect(phone.locator("h1")).to_have_text(re.compile("comment c’était"))
        phone.goto(f"{link}room/")
        await_room(phone, "ended")
        expect(phone.locator("h1")).to_have_text(re.compile("terminé"))
        shoot(phone, "over")
