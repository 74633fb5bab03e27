"""A passkey in a real Chromium with its virtual authenticator, at localhost."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from stores.models import WhoNeedsFactor
from tests.cast import PASSWORD, World
from tests.live.axe import finds_nothing
from tests.live.chromium import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def signs_in_by_password(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_it_is_made_and_then_signs_in_alone(
    chromium: Browser, live_server: LiveServer, world: World
) -> None:
    world.brand.second_factor = WhoNeedsFactor.ALL
    world.brand.save()
    url = live_server.url.replace("127.0.0.1", "localhost")
    context = chromium.new_context(viewport=PHONE, locale="en", base_url=url)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto("/accounts/login/?next=/staff/callbacks/")
    signs_in_by_password(page, world.bob.user.email)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Make the passkey").click()
    kept = page.get_by_role("button", name="I have put them away")
    expect(kept).to_be_visible()
    finds_nothing(page)
    kept.click()
    expect(page).to_have_url(f"{url}/staff/callbacks/")
    assert Authenticator.objects.filter(user=world.bob.user, type="webauthn").exists()
    context.clear_cookies()
    page.goto("/accounts/login/?next=/staff/callbacks/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{url}/staff/callbacks/")
    # As the second step after a password, too; and without it, words.
    context.clear_cookies()
    page.goto("/accounts/login/")
    signs_in_by_password(page, world.bob.user.email)
    mine = page.get_by_role("button", name="Use my passkey")
    expect(mine).to_be_visible()
    finds_nothing(page)
    page.route("**/passkey/options/", lambda route: route.abort())
    mine.click()
    # In the page, and said to who cannot see it.
    told = page.locator("main").get_by_text("The device gave no passkey")
    expect(told).to_be_visible()
    context.close()
