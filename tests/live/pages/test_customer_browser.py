"""The customer's path in a real Chromium: with scripts off, and what they add."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from booking.models import Appointment
from tests.cast import World, make_world
from tests.live.chromium import PHONE, takes_the_first_hour

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TIMES = "/tilleul/lille/premier-velo/video/"


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def page_of(chromium: Browser, *, scripts: bool) -> Iterator[Page]:
    """A French phone; whatever the policy refuses fails the test."""
    context = chromium.new_context(
        viewport=PHONE, locale="fr-FR", java_script_enabled=scripts
    )
    page = context.new_page()
    refused: list[str] = []
    page.on(
        "console",
        lambda message: (
            refused.append(message.text)
            if "Content Security Policy" in message.text
            else None
        ),
    )
    yield page
    context.close()
    assert not refused


@pytest.fixture
def plain_page(chromium: Browser) -> Iterator[Page]:
    yield from page_of(chromium, scripts=False)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    yield from page_of(chromium, scripts=True)


def test_a_customer_books_without_scripts(
    world: World, live_server: LiveServer, plain_page: Page
) -> None:
    page = plain_page
    page.goto(f"{live_server.url}/tilleul/")
    page.get_by_role("link", name="Prendre rendez-vous").click()
    page.get_by_role("link", name="Lille").click()
    page.get_by_role("link", name="En visio").first.click()
    takes_the_first_hour(page)

    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_text("Indiquez votre nom.").first).to_be_visible()
    page.get_by_label("Votre nom").fill("Alice Moreau")
    page.get_by_label("Votre e-mail").fill("alice@customer.example")
    page.get_by_role("button", name="Confirmer").click()

    expect(page.get_by_role("heading", name="C’est réservé, Alice")).to_be_visible()
    assert Appointment.objects.get().customer.name == "Alice Moreau"


def test_the_bar_follows_the_chosen_hour(
    world: World, live_server: LiveServer, page: Page
) -> None:
    page.goto(f"{live_server.url}{TIMES}")
    go = page.locator("[data-part=go]")
    expect(go).to_be_hidden()
    chip = page.locator(".slot").last
    words = chip.locator("input").get_attribute("data-words") or "?"
    chip.click()
    expect(go).to_be_visible()
    expect(go).to_contain_text(words)
    expect(page.locator("#say")).to_contain_text(words)
    go.click()
    expect(page.locator(".plate").first).to_have_text(words[-5:])


@pytest.mark.parametrize("address", ["/tilleul/", TIMES])
def test_nothing_is_wider_than_a_small_phone(
    world: World, live_server: LiveServer, page: Page, address: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{live_server.url}{address}")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320


def test_a_hold_says_that_it_ends_and_that_it_has_ended(
    world: World, live_server: LiveServer, page: Page
) -> None:
    page.clock.install()
    page.goto(f"{live_server.url}{TIMES}")
    # An hour that begins sooner would end the hold sooner.
    page.locator(".slot").last.click()
    page.locator("[data-part=go]").click()
    held = page.locator('vv-hold [data-part="words"]')
    expect(held).to_contain_text("Gardée jusqu’à")
    page.clock.fast_forward("08:40")
    expect(held).to_contain_text("Moins de 2 minutes")
    page.clock.fast_forward("01:30")
    expect(held).to_contain_text("n’est plus gardée")
