"""How many presses it takes to an appointment, by a real browser without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from stores.models import Competence
from tests.cast import World, make_offers, make_topic, make_world
from tests.live.chromium import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_FIRST_AVAILABLE, MOST_DEEP_LINK = 5, 2


@pytest.fixture
def world(transactional_db: None) -> World:
    """Two stores, two subjects, three channels: no question has its answer."""
    world = make_world()
    topic = make_topic(world.brand, "lost", "Carte perdue", "Lost card")
    make_offers(topic)
    for adviser in (world.bob, world.charlie):
        Competence.objects.create(
            brand=world.brand, staff_member=adviser.staff_member, topic=topic
        )
    return world


class Thumb:
    """Presses, and counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def press(self, what: Locator) -> None:
        self.taps += 1
        what.click()

    def books_the_hour_on_the_plate(self) -> None:
        self.press(self.page.locator(".plate-xl button[name=start]"))
        self.page.locator("input[name=name]").fill("Alice Moreau")
        self.page.locator("input[name=email]").fill("alice@customer.example")
        self.press(self.page.get_by_role("button", name="Confirmer"))
        title = self.page.get_by_role("heading", name="C’est réservé, Alice")
        expect(title).to_be_visible()


def test_few_presses_lead_to_an_appointment(
    world: World, live_server: LiveServer, chromium: Browser
) -> None:
    context = chromium.new_context(
        viewport=PHONE, locale="fr-FR", java_script_enabled=False
    )
    page = context.new_page()
    thumb = Thumb(page)
    page.goto(f"{live_server.url}/tilleul/")
    thumb.press(page.get_by_role("link", name="Au plus tôt"))
    thumb.press(page.get_by_role("link", name="Carte perdue"))
    thumb.books_the_hour_on_the_plate()
    assert thumb.taps <= MOST_FIRST_AVAILABLE

    again = Thumb(page)
    given = "?store=arras&topic=lost&channel=video"
    page.goto(f"{live_server.url}/tilleul/{given}")
    again.books_the_hour_on_the_plate()
    assert again.taps <= MOST_DEEP_LINK

    # By the store that was chosen last, as somebody who comes back.
    last = Thumb(page)
    page.goto(f"{live_server.url}/tilleul/")
    last.press(page.get_by_role("link", name="Prendre rendez-vous"))
    last.press(page.get_by_role("link", name="Premier vélo"))
    last.press(page.get_by_role("link", name="En visio").first)
    expect(page.locator(".plate-xl button[name=start]")).to_be_visible()
    assert last.taps + 2 <= MOST_FIRST_AVAILABLE
    context.close()
