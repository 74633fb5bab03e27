"""All media workers are full: the customer waits with words, and has a way out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.e2e.people import PATIENCE, await_room
from tests.e2e.test_seats import enters
from tests.e2e.windows import window
from tests.stack.launched import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]
OFFERS = re.compile(r"/sessions\?as=customer$")
GIVEN_UP = 50_000


def full(route: Route) -> None:
    """As tests/video/test_placement.py shows that the server answers."""
    route.fulfill(status=503, json={"code": "nodes_full", "detail": "", "fields": {}})


def test_a_full_house_says_you_are_next_and_then_by_phone(
    chromium: Browser, running_stack: RunningStack
) -> None:
    with window(chromium) as phone, window(chromium, 1180, 820) as pc:
        address = enters(phone, pc, running_stack)
        phone.goto(address)
        phone.clock.install()
        phone.route(OFFERS, full)
        phone.goto(f"{address}room/")
        waiting = phone.locator('[data-part="absence"] [data-when="busy"]')
        expect(waiting).to_be_visible(timeout=PATIENCE)
        expect(waiting).to_have_text(re.compile("bientôt à vous"))
        for _ in range(2):  # the pause that runs, then the end of all tries
            phone.clock.fast_forward(GIVEN_UP)
        await_room(phone, "ended")
        tray = phone.locator('[data-part="ended"]')
        expect(tray.locator('h2 [data-when="busy"]')).to_be_visible()
        expect(tray.locator("a").last).to_be_visible()
        phone.unroute(OFFERS)
        phone.locator('[data-part="rejoin"]').click()
        await_room(phone, "connected")
