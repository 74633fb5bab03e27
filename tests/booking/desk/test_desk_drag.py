"""Dragging on the day's grid: what the page carries, and a real mouse in Chromium."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from booking.models import Appointment
from tests.cast import World, make_adviser, make_visit, make_world, now_utc

ROW = dt.timedelta(minutes=5)


def tomorrow(world: World, hour: int) -> dt.datetime:
    local = now_utc().astimezone(world.store.zone) + dt.timedelta(days=1)
    at = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return at.astimezone(dt.UTC)


def week_url(world: World, visit: Appointment) -> str:
    day = visit.local_start.date().isoformat()
    return f"/desk/?store={world.store.pk}&day={day}"


@pytest.mark.django_db
def test_the_grid_says_where_it_begins_and_what_may_be_taken_along() -> None:
    world = make_world()
    visit = make_visit(world, starts_at=tomorrow(world, 12), now=now_utc())
    over = make_visit(
        world, starts_at=tomorrow(world, 14), now=now_utc(), status="done"
    )
    dora = Client()
    dora.force_login(world.dora)
    page = dora.get(week_url(world, visit))
    html = page.content.decode()
    assert reverse("booking:move_visit", args=[visit.pk]) in html
    assert reverse("booking:move_visit", args=[over.pk]) not in html
    grid = page.context["grid"]
    assert grid.starts_at + grid.rows * ROW >= visit.ends_at
    assert f'data-member="{world.bob.staff_member.pk}"' in html


@pytest.mark.django_db
def test_what_a_drop_sends_moves_the_visit_or_says_why_not() -> None:
    world = make_world()
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    visit = make_visit(world, starts_at=tomorrow(world, 12), now=now_utc())
    taken = make_visit(world, starts_at=tomorrow(world, 16), now=now_utc(), adviser=ann)
    dora = Client(headers={"accept-language": "en"})
    dora.force_login(world.dora)

    def drop(at: dt.datetime) -> int:
        sent = {
            "start": at.isoformat(),
            "staff_member": str(ann.staff_member.pk),
            "channel": "video",
            "back": "week",
        }
        address = reverse("booking:move_visit", args=[visit.pk])
        return dora.post(address, sent).status_code

    assert drop(taken.starts_at) == 409
    assert drop(tomorrow(world, 15)) == 302
    visit.refresh_from_db()
    assert visit.staff_member == ann.staff_member
    assert visit.starts_at == tomorrow(world, 15)


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
