"""A customer's phone at the front door, at a counter, and after a visit."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from booking.links import permanent_url
from booking.models import VisitRating
from booking.spoken.pairs import words_of
from tests.booking.after.visits import visit_done
from tests.booking.customers import path_of, visit_in
from tests.cast import World, make_world, now_utc
from tests.live.pages.looks import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIT = """const lock = navigator.wakeLock;
window.lit = 0;
lock.request = async () => ((window.lit += 1), { release: () => (window.lit -= 1) });"""


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def test_the_screen_stays_lit_while_the_code_is_shown(
    world: World, live_server: LiveServer, page: Page
) -> None:
    page.add_init_script(LIT)
    visit = visit_in(world, minutes=24 * 60)
    page.goto(live_server.url + path_of(permanent_url(visit)))
    page.get_by_role("link", name="Montrer mon dossier").click()
    look(page, "c16-code-before", whole=True)
    assert page.evaluate("window.lit") == 0
    page.get_by_role("button", name="Ouvrir pendant 15 minutes").click()
    page.wait_for_function("window.lit === 1")
    look(page, "c16-code", whole=True)
    page.evaluate("document.querySelector('vv-lit').remove()")
    assert page.evaluate("window.lit") == 0


def test_a_bad_word_leads_to_a_promise_with_its_words_and_reason(
    world: World, live_server: LiveServer, page: Page
) -> None:
    visit = visit_done(world, now_utc())
    page.goto(live_server.url + path_of(permanent_url(visit)))
    look(page, "c11-after", whole=True)
    page.get_by_role("button", name="Moyen").click()
    expect(page.get_by_text(words_of(visit))).to_be_visible()
    page.get_by_role("button", name="La réponse").click()
    chosen = page.get_by_role("button", name="La réponse", pressed=True)
    expect(chosen).to_be_visible()
    look(page, "c11-recovery", whole=True)
    assert VisitRating.objects.get().reason == "answer"


def test_the_front_door_has_the_next_hour_and_the_ways_in(
    world: World, live_server: LiveServer, page: Page
) -> None:
    page.goto(f"{live_server.url}/{world.brand.slug}/")
    expect(page.get_by_role("link", name="Prendre rendez-vous")).to_be_visible()
    look(page, "c0-doors", whole=True)
