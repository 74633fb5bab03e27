"""The widget in a page of another origin, which lets in our script and little else."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from stores.models import Brand
from tests.cast import World
from tests.live.axe import finds_nothing
from tests.live.chromium import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHOP = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Draisienne Pomme</title>
<script src="{home}/widget.js" defer></script>
<main><h1>Draisienne Pomme</h1>
<a href="{home}/tilleul/" data-visavis="tilleul" data-visavis-store="lille"
 data-visavis-topic="{topic}" data-visavis-channel="video"
 data-visavis-form="inline">Talk about it</a></main>
<footer><a href="{home}/tilleul/" data-visavis="tilleul" data-visavis-store="lille"
 data-visavis-topic="{topic}" data-visavis-form="button">Ask us</a></footer></html>"""
POLICY = (
    "default-src 'none'; script-src {home}; connect-src {home}; frame-src {frames}; "
    "require-trusted-types-for 'script'"
)


class Site:
    """A shop's own site on this machine: what it serves may be changed."""

    def __init__(self, home: str) -> None:
        self.home, self.topic, self.frames = home, "premier-velo", home
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = SHOP.format(home=site.home, topic=site.topic).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                policy = POLICY.format(home=site.home, frames=site.frames)
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *said: object) -> None:
                """Into nobody's output."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def site(live_server: LiveServer, world: World) -> Iterator[Site]:
    made = Site(live_server.url)
    Brand.objects.filter(pk=world.brand.pk).update(widget_sites=[made.origin])
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    context = chromium.new_context(locale="en")
    yield context.new_page()
    context.close()


def test_from_a_shops_page_to_the_details_with_its_product(
    page: Page, site: Site
) -> None:
    page.goto(f"{site.origin}/pomme?basket=42#top")
    expect(page.get_by_role("listitem")).to_have_count(3)
    button = page.locator("a.f", has_text="Ask us")
    expect(button).to_be_visible()
    finds_nothing(page)

    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Ask us")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("“Draisienne Pomme” goes along.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    assert not dialog.evaluate("one => one.matches(':modal')")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()

    page.keyboard.press("Enter")
    take = frame.get_by_role("link", name="Take this time")
    take.focus()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    assert not page.context.cookies()
    assert page.frames[-1].evaluate("localStorage.length + sessionStorage.length") == 0
    take.click()
    page.wait_for_url(re.compile(r"/video/\?start="))
    assert page.url.startswith(site.home)
    page.locator(".plate-xl").get_by_role("button").click()
    product = page.get_by_label("Link or reference of the product")
    expect(product).to_have_value(f"Draisienne Pomme {site.origin}/pomme")


def test_without_hours_or_a_frame_each_link_stays_a_link(
    page: Page, site: Site, world: World
) -> None:
    site.topic = "no-such-topic"
    with page.expect_event("requestfailed"):
        page.goto(site.origin)
    expect(page.get_by_role("link")).to_have_count(2)
    expect(page.get_by_role("link", name="Ask us")).to_have_attribute(
        "href", f"{site.home}/tilleul/"
    )
    site.topic, site.frames = "premier-velo", "'none'"
    page.goto(site.origin)
    expect(page.get_by_role("listitem")).to_have_count(3)
    page.locator("a.f", has_text="Ask us").click()
    page.wait_for_url(f"{site.home}/tilleul/lille/premier-velo/")
    # Other hours than those that the browser keeps for a minute.
    site.frames, site.topic = site.home, ""
    Brand.objects.filter(pk=world.brand.pk).update(widget_sites=[])
    page.goto(site.origin)
    expect(page.get_by_role("listitem")).to_have_count(3)
    page.locator("a.f", has_text="Ask us").click()
    page.wait_for_url(f"{site.home}/tilleul/lille/")


def test_on_a_telephone_it_is_a_sheet_and_the_button_waits_below(
    page: Page, site: Site
) -> None:
    page.set_viewport_size(PHONE)
    page.goto(site.origin)
    expect(page.get_by_role("listitem")).to_have_count(3)
    expect(page.get_by_role("link", name="Ask us")).to_be_hidden()
    page.get_by_role("link", name="Another time").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("one => one.matches(':modal')")
    expect(page.frame_locator("iframe").locator(".plate-xl")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    inside = page.frames[-1]
    assert inside.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    finds_nothing(page)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("link", name="Another time")).to_be_focused()
