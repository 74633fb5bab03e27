"""Dragging on the day's grid with a real mouse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.booking.desk.grids import tomorrow, week_url
from tests.cast import World, make_visit, make_world, now_utc


@pytest.fixture
def world(live_server: LiveServer) -> World:
    return make_world()


@pytest.fixture
def desk(chromium: Browser, live_server: LiveServer, world: World) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale="en", base_url=live_server.url
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    session = Client()
    session.force_login(world.dora)
    context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": session.cookies[settings.SESSION_COOKIE_NAME].value,
                "url": live_server.url,
            }
        ]
    )
    yield page
    context.close()
    assert not problems


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_mouse_drags_a_visit_an_hour_on(world: World, desk: Page) -> None:
    visit = make_visit(world, starts_at=tomorrow(world, 12), now=now_utc())
    desk.goto(week_url(world, visit))
    block = desk.locator('[data-part="visit"]')
    block.scroll_into_view_if_needed()
    box, column = block.bounding_box(), desk.locator(".col").first.bounding_box()
    assert box and column
    rows = int(desk.locator("vv-drag").get_attribute("data-rows") or 0)
    hour = 12 * column["height"] / rows
    x, y = box["x"] + 30, box["y"] + 4
    desk.mouse.move(x, y)
    desk.mouse.down()
    desk.mouse.move(x, y + 20)
    desk.mouse.move(x, y + hour, steps=4)
    expect(desk.locator('[data-part="target"]')).to_have_text("13:00 · Bob")
    desk.mouse.up()
    expect(desk.get_by_text("The visit is moved.")).to_be_visible()
    visit.refresh_from_db()
    assert visit.starts_at == tomorrow(world, 13)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_escape_lets_go_and_a_click_still_opens(world: World, desk: Page) -> None:
    visit = make_visit(world, starts_at=tomorrow(world, 12), now=now_utc())
    desk.goto(week_url(world, visit))
    block = desk.locator('[data-part="visit"]')
    block.scroll_into_view_if_needed()
    box = block.bounding_box()
    assert box
    desk.mouse.move(box["x"] + 30, box["y"] + 4)
    desk.mouse.down()
    desk.mouse.move(box["x"] + 30, box["y"] + 60, steps=3)
    desk.keyboard.press("Escape")
    desk.mouse.up()
    visit.refresh_from_db()
    assert visit.starts_at == tomorrow(world, 12)
    block.click()
    expect(desk.get_by_role("link", name="Move…")).to_be_visible()
