"""An earlier hour on a customer's phone: wished, offered, gone, taken by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from booking.links import permanent_url
from booking.models import WishOffer
from booking.wishes.clock import offer_freed_hours
from tests.booking.customers import path_of
from tests.booking.wishes.lines import MINUTE, at, give_back, told, visit_on
from tests.cast import World, make_world, now_utc
from tests.live.chromium import PHONE
from tests.live.pages.looks import look
from tests.live.widths import TOO_WIDE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def seen(page: Page, name: str) -> None:
    """In both schemes and on the narrowest screen."""
    look(page, f"c15-{name}", whole=True)
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
    seen(page, "earlier")
    page.get_by_role("button", name="Me prévenir").press("Enter")
    expect(page.get_by_text("Vous êtes sur la liste")).to_be_visible()

    for hour in (11, 12):
        give_back(visit_on(world, at(world, hour), now_utc()), morning)
    offer_freed_hours(now=morning)
    page.goto(f"{link}/earlier")
    seen(page, "offer")
    [offer] = told(morning)
    WishOffer.objects.for_brand(world.brand).update(
        told_at=now_utc() - 16 * MINUTE, ends_at=now_utc() - MINUTE
    )
    page.get_by_role("button", name="Prendre cette heure").press("Enter")
    expect(page.get_by_text("Votre rendez-vous n’a pas bougé.")).to_be_visible()
    seen(page, "gone")

    WishOffer.objects.for_brand(world.brand).update(
        told_at=offer.told_at, ends_at=offer.ends_at
    )
    page.goto(f"{link}/earlier")
    page.get_by_role("button", name="Prendre cette heure").press("Enter")
    expect(page.get_by_text("votre rendez-vous est maintenant")).to_be_visible()
    visit.refresh_from_db()
    assert visit.starts_at == offer.freed.starts_at
