"""A week on paper as Chromium prints it: A4 across, black on white, no navigation."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Literal

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from stores.calendar.recurrence import instant
from tests.booking.at_the_desk import coming_day
from tests.cast import World, make_adviser, make_visit, now_utc
from tests.live.axe import finds_nothing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FULL_DAY = range(8, 18)
SCHEMES: list[Literal["light", "dark"]] = ["light", "dark"]


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, world: World) -> Iterator[Page]:
    """Of Dora, whose machine is dark; Bob's day is full."""
    day = coming_day(world.store)
    for hour in FULL_DAY:
        at = instant(day, dt.time(hour), world.store.zone)
        make_visit(world, starts_at=at, now=now_utc())
    client = Client()
    client.force_login(world.dora)
    context = chromium.new_context(
        locale="en", base_url=live_server.url, color_scheme="dark"
    )
    name = settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"/desk/paper/?store={world.store.pk}&day={day.isoformat()}")
    yield page
    context.close()


def sizes_of(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page, in points."""
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


def test_one_store_of_one_person_is_one_page_across(page: Page) -> None:
    sizes = sizes_of(page.pdf(prefer_css_page_size=True))
    assert len(sizes) == 1
    width, height = sizes[0]
    assert abs(width - 842) <= 2
    assert abs(height - 595) <= 2


def test_on_the_screen_nothing_keeps_somebody_out(page: Page) -> None:
    paper = page.url
    for address in (paper, paper.replace("/paper/", "/day/")):
        for scheme in SCHEMES:
            # Loaded in its colours: a change of them takes a moment to be drawn.
            page.emulate_media(color_scheme=scheme)
            page.goto(address)
            finds_nothing(page)


def test_many_people_go_on_on_further_pages(page: Page, world: World) -> None:
    for n in range(30):
        make_adviser(world.store, f"Name{n}", topics=[world.topic])
    page.reload()
    sizes = sizes_of(page.pdf(prefer_css_page_size=True))
    assert 2 <= len(sizes) <= 6
    assert len(set(sizes)) == 1


def test_only_the_sheet_goes_on_paper_black_on_white(page: Page) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    for away in (".rail", ".noprint"):
        assert not page.locator(away).first.is_visible()
    assert page.locator("article.paper h1").is_visible()
    colours = page.evaluate(
        """() => [document.documentElement, document.body,
                  document.querySelector('.paper'), document.querySelector('.paper b')]
             .map(one => [getComputedStyle(one).backgroundColor,
                          getComputedStyle(one).color])"""
    )
    white = ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert all(background in white for background, _ in colours)
    assert all(colour == "rgb(0, 0, 0)" for _, colour in colours[2:])
