"""Enter in a form, in a real Chromium: it takes what is chosen, and nothing else."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from booking.errors import SlotTaken
from booking.links import permanent_url
from booking.models import Appointment, Hold
from booking.services.holding import hold_slot
from tests.booking.customers import path_of, visit_in
from tests.cast import World, make_world, now_utc
from tests.live.chromium import PHONE, takes_the_first_hour

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TIMES = "/tilleul/lille/premier-velo/video/"
HELD = re.compile(r"/holds/")


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture(params=["with scripts", "without scripts"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    scripts = request.param == "with scripts"
    context = chromium.new_context(
        viewport=PHONE, locale="fr-FR", java_script_enabled=scripts
    )
    yield context.new_page()
    context.close()


def take_all(world: World, starts_at: dt.datetime) -> None:
    """Others hold that start with everybody who is free."""
    for n in range(20):
        try:
            hold_slot(
                store=world.store,
                topic=world.topic,
                channel="video",
                starts_at=starts_at,
                visitor=f"other {n}",
                network="others",
                now=now_utc(),
            )
        except SlotTaken:
            return


def enter_on_the_last_hour(page: Page) -> str:
    """Chooses it as people without a mouse do; the instant that it stands for."""
    hour = page.locator(".slot input").last
    hour.focus()
    page.keyboard.press("Space")
    expect(hour).to_be_checked()
    chosen = hour.get_attribute("value") or "?"
    page.keyboard.press("Enter")
    return chosen


def test_enter_holds_the_hour_that_is_checked(
    world: World, live_server: LiveServer, page: Page
) -> None:
    page.goto(f"{live_server.url}{TIMES}")
    chosen = enter_on_the_last_hour(page)
    page.wait_for_url(HELD)
    assert Hold.objects.get().starts_at.isoformat() == chosen


def test_enter_moves_to_the_hour_that_is_checked(
    world: World, live_server: LiveServer, page: Page
) -> None:
    visit = visit_in(world, minutes=120)
    page.goto(live_server.url + path_of(permanent_url(visit)))
    page.goto(f"{page.url.split('?')[0]}move/")
    chosen = enter_on_the_last_hour(page)
    page.wait_for_url(re.compile(r"(?<!move)/$"))
    visit.refresh_from_db()
    assert visit.starts_at.isoformat() == chosen


def test_enter_takes_the_checked_hour_and_not_the_nearest_plate(
    world: World, live_server: LiveServer, page: Page
) -> None:
    page.goto(f"{live_server.url}{TIMES}")
    page.locator(".slot input").last.wait_for(state="attached")
    hour = page.locator(".slot input").last.get_attribute("value") or "?"
    take_all(world, dt.datetime.fromisoformat(hour))
    enter_on_the_last_hour(page)
    expect(page.locator(".plates .plate")).to_have_count(3)

    chosen = enter_on_the_last_hour(page)

    page.wait_for_url(HELD)
    held = Hold.objects.exclude(network="others").get()
    assert held.starts_at.isoformat() == chosen


def test_enter_in_the_name_books(
    world: World, live_server: LiveServer, page: Page
) -> None:
    page.goto(f"{live_server.url}{TIMES}")
    takes_the_first_hour(page)
    page.get_by_label("Votre e-mail").fill("alice@customer.example")
    page.get_by_label("Votre nom").fill("Alice Moreau")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="C’est réservé, Alice")).to_be_visible()
    assert Appointment.objects.get().customer.name == "Alice Moreau"
