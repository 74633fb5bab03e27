"""Typed words outlive a reload on the device, and the booking ends that."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import make_world
from tests.live.chromium import PHONE, takes_the_first_hour

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_was_typed_is_there_after_a_reload_until_it_is_booked(
    chromium: Browser, live_server: LiveServer
) -> None:
    make_world()
    context = chromium.new_context(viewport=PHONE, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{live_server.url}/tilleul/lille/premier-velo/video/")
    takes_the_first_hour(page)
    page.wait_for_url(re.compile("/holds/"))
    page.fill("#id_name", "Alice Moreau")
    page.fill("#id_email", "alice@customer.example")
    page.get_by_text("Un besoin", exact=True).click()
    page.get_by_label("Langue des signes").check()
    page.reload()
    expect(page.locator("#id_name")).to_have_value("Alice Moreau")
    expect(page.get_by_label("Langue des signes")).to_be_checked()
    kept = page.evaluate("localStorage.getItem('typed:tilleul')")
    assert "csrf" not in kept
    assert "wanted" not in kept
    page.get_by_role("button", name=re.compile("^Confirmer")).last.click()
    page.wait_for_url(re.compile("/booked/"))
    page.wait_for_function("localStorage.getItem('typed:tilleul') === null")
    context.close()
