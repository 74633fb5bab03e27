"""The bar at the foot of a page: its button stands in the middle of a wide window."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from tests.cast import World
from tests.live.room.room_page import served
from tests.video.visitors import visitor

pytestmark = pytest.mark.browser


def test_the_button_of_a_bar_stands_in_the_middle(
    chromium: Browser, world: World
) -> None:
    topic = world.topic.slug
    address = reverse(
        "booking:times", args=[world.brand.slug, world.store.slug, topic, "video"]
    )
    with served(chromium, visitor(), address, width=1280, height=820) as room:
        room.page.locator("label.slot").first.click()
        button = room.page.locator('.bar [data-part="go"]')
        expect(button).to_be_visible()
        box = button.bounding_box()
        assert box is not None
        middle = box["x"] + box["width"] / 2
        assert abs(middle - 640) < 10
