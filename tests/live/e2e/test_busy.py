"""All media workers are full: the customer waits with words, has a way out, and is in
as soon as there is room."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.live.e2e.people import PATIENCE, await_room, enters
from tests.live.e2e.shots import shoot
from tests.live.e2e.windows import window
from tests.live.stack.launched import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]
OFFERS = re.compile(r"/sessions\?as=customer$")
LONG = 50_000
"""Milliseconds after which the telephone is offered."""


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
        phone.clock.fast_forward(LONG)
        offered = phone.locator('vv-line [data-part="phone"]')
        expect(offered.locator("form")).to_be_visible(timeout=PATIENCE)
        expect(waiting).to_be_visible()
        shoot(phone, "servers-full")
        phone.unroute(OFFERS)
        phone.clock.fast_forward(LONG)
        await_room(phone, "connected")
        expect(offered).to_be_hidden(timeout=PATIENCE)
