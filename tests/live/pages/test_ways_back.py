"""A customer's phone: a visit that nobody of the staff came to, and a lost link."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from booking.links import permanent_url
from booking.models import Promise
from booking.promises.clock import run_clock
from booking.states import Status
from tests.booking.asking import MINUTE
from tests.booking.customers import path_of, visit_in
from tests.cast import World, make_world
from tests.live.pages.looks import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def test_a_visit_that_nobody_came_to_becomes_a_call_that_is_made(
    world: World, live_server: LiveServer, page: Page
) -> None:
    visit = visit_in(world, minutes=-10, status=Status.ARRIVED)
    page.goto(live_server.url + path_of(permanent_url(visit)))
    expect(
        page.get_by_role("heading", name="Personne ne vous a rejoint")
    ).to_be_visible()
    expect(page.get_by_text("Sans réponse de votre part")).to_be_visible()
    look(page, "c7-alone")

    # Nothing is chosen: the page shows by itself what the clock has promised.
    run_clock(now=visit.starts_at + 5 * MINUTE)
    assert run_clock(now=visit.starts_at + 10 * MINUTE) == 1
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("heading", name="On vous appelle")).to_be_visible()
    look(page, "c7-call-owed")

    page.get_by_role("button", name="Ne pas m’appeler").click()
    expect(page.get_by_role("link", name="Une autre heure")).to_be_visible()
    assert not Promise.objects.exists()


def test_a_wrong_link_leads_to_the_lost_one(
    world: World, live_server: LiveServer, page: Page
) -> None:
    visit = visit_in(world, minutes=240)
    page.goto(live_server.url + path_of(permanent_url(visit)))
    page.goto(f"{live_server.url}/r/{'x' * 22}")
    look(page, "c7-link-unknown")
    page.get_by_role("button", name="Recevoir mon lien").click()
    expect(page.get_by_text("Donnez un mobile ou un e-mail.").first).to_be_visible()
    page.get_by_label("Votre mobile ou votre e-mail").fill(visit.customer.email)
    look(page, "c7-lost")
    page.keyboard.press("Enter")
    expect(page.locator("#sent")).to_be_focused()
    expect(page.get_by_text(f"avec {visit.customer.email}, son lien")).to_be_visible()
    look(page, "c7-lost-sent")
    assert visit.deliveries.filter(kind="link").count() == 1
