"""An earlier hour on a customer's phone: wished, offered, gone, taken by keyboard."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from booking.links import permanent_url
from booking.models import WishOffer
from booking.wishes.clock import offer_freed_hours
from tests.booking.customers import path_of
from tests.booking.wishes.lines import MINUTE, at, give_back, told, visit_on
from tests.cast import World, make_world, now_utc
from tests.live.axe import finds_nothing
from tests.live.chromium import PHONE
from tests.live.widths import TOO_WIDE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENS = Path(__file__).resolve().parents[3] / "docs" / "screens"


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=PHONE, locale="fr-FR")
    yield context.new_page()
    context.close()


def look(page: Page, name: str) -> None:
    """Both schemes and the narrowest screen; `VISAVIS_SCREENS=1` keeps what it saw."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        finds_nothing(page)
        if os.environ.get("VISAVIS_SCREENS") == "1":
            dark = "-dark" if scheme == "dark" else ""
            page.screenshot(path=SCREENS / f"c15-{name}{dark}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(TOO_WIDE) == []
    page.set_viewport_size(PHONE)


def test_a_wish_an_offer_and_one_that_has_gone(
    world: World, live_server: LiveServer, page: Page
) -> None:
    visit, morning = visit_on(world, at(world, 15), now_utc()), at(world, 9)
    link = live_server.url + path_of(permanent_url(visit))
    page.goto(link)
    page.get_by_role("link", name="Être prévenu d’une heure plus tôt").click()
    look(page, "earlier")
    page.get_by_role("button", name="Me prévenir").press("Enter")
    expect(page.get_by_text("Vous êtes sur la liste")).to_be_visible()

    for hour in (11, 12):
        give_back(visit_on(world, at(world, hour), now_utc()), morning)
    offer_freed_hours(now=morning)
    page.goto(f"{link}/earlier")
    look(page, "offer")
    [offer] = told(morning)
    WishOffer.objects.for_brand(world.brand).update(
        told_at=now_utc() - 16 * MINUTE, ends_at=now_utc() - MINUTE
    )
    page.get_by_role("button", name="Prendre cette heure").press("Enter")
    expect(page.get_by_text("Votre rendez-vous n’a pas bougé.")).to_be_visible()
    look(page, "gone")

    WishOffer.objects.for_brand(world.brand).update(
        told_at=offer.told_at, ends_at=offer.ends_at
    )
    page.goto(f"{link}/earlier")
    page.get_by_role("button", name="Prendre cette heure").press("Enter")
    expect(page.get_by_text("votre rendez-vous est maintenant")).to_be_visible()
    visit.refresh_from_db()
    assert visit.starts_at == offer.freed.starts_at
