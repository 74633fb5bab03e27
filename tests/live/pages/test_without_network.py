"""One visit in a real browser: kept on the phone and read without a network, and as it
comes out on paper."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from booking.links import permanent_url
from booking.models import Actor, Appointment
from tests.booking.customers import path_of, visit_in
from tests.cast import World
from tests.live.axe import finds_nothing
from tests.live.chromium import PHONE
from tests.live.widths import TOO_WIDE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT = "Gardé sur ce téléphone"
OURS = "Votre rendez-vous, sans réseau"
NAMES = "async () => (await caches.keys()).length"
WORKERS = """async () => (await navigator.serviceWorker.getRegistrations()).length"""


COLOURS = """() => [...document.querySelectorAll("html, body, main *")].filter(one => {
  const { color, backgroundColor } = getComputedStyle(one);
  const [light, dark] = [backgroundColor, color].map(
    (text) => Math.max(...text.match(/[\\d.]+/g).slice(0, 3).map(Number)));
  const isClear = backgroundColor === "rgba(0, 0, 0, 0)";
  return one.getClientRects().length && !one.closest("svg, .i, .face, .vh")
    && ((!isClear && light < 200) || dark > 190);
}).map((one) => one.outerHTML.slice(0, 120))"""
WAYS_AROUND = """() => [...document.querySelectorAll(
    "header a, footer, main .btn, main a.row, main details, main button")]
  .filter((one) => one.getClientRects().length)
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def visit(world: World) -> Appointment:
    world.store.phone = "+33320000000"
    world.store.save(update_fields=["phone"])
    return visit_in(world, minutes=120)


@pytest.fixture
def context(chromium: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """A phone whose owner likes the dark."""
    made = chromium.new_context(
        viewport=PHONE, locale="fr-FR", color_scheme="dark", base_url=live_server.url
    )
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, visit: Appointment) -> Page:
    page = context.new_page()
    page.goto(path_of(permanent_url(visit)))
    return page


def shows_the_copy(page: Page, visit: Appointment) -> None:
    expect(page.get_by_role("heading", name=OURS)).to_be_visible()
    expect(page.locator(".plate-h")).to_have_text(f"{visit.local_start:%H:%M}")
    expect(page.get_by_role("link", name="03 20 00 00 00")).to_be_visible()
    expect(page.get_by_text("Dernier état connu")).to_be_visible()
    expect(page.get_by_text("Bob")).to_have_count(0)


def test_kept_read_in_a_lift_renewed_and_dropped(
    page: Page, context: BrowserContext, visit: Appointment
) -> None:
    assert page.evaluate(WORKERS) == 0, "nothing is kept that nobody asked to keep"
    page.get_by_role("button", name="Garder sur ce téléphone").click()
    expect(page.get_by_role("button", name=KEPT)).to_be_visible()

    context.set_offline(True)
    page.reload()
    shows_the_copy(page, visit)
    assert page.evaluate(TOO_WIDE) == []
    finds_nothing(page)

    context.set_offline(False)
    visit.starts_at += dt.timedelta(minutes=30)
    visit.ends_at += dt.timedelta(minutes=30)
    Appointment.objects.filter(pk=visit.pk).update(
        starts_at=visit.starts_at, ends_at=visit.ends_at
    )
    page.get_by_role("link", name="Réessayer").click()
    expect(page.get_by_role("button", name=KEPT)).to_be_visible()
    expect(page.get_by_role("heading", name=OURS)).to_have_count(0)
    page.wait_for_function(f"({NAMES})().then((n) => n === 1)")
    context.set_offline(True)
    page.reload()
    shows_the_copy(page, visit)

    context.set_offline(False)
    visit.refresh_from_db()
    visit.cancel(by=Actor.customer(), now=timezone.now())
    page.reload()
    page.wait_for_function(f"({NAMES})().then((n) => n === 0)")
    page.wait_for_function(f"({WORKERS})().then((n) => n === 0)")


def test_on_paper_it_is_black_on_white_without_ways_around(
    page: Page, visit: Appointment
) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    own = page.url
    for name in ("", "booked/", "card/"):
        page.goto(own + name)
        assert page.evaluate(COLOURS) == []
        assert page.evaluate(WAYS_AROUND) == []
        assert f"{visit.local_start:%H}" in page.locator("main").inner_text()
    expect(page.get_by_role("img", name="Code à scanner")).to_be_visible()
    assert pages_of(page.pdf(format="A5")) == 1


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))
