"""A colleague from the desk to the first customer: made, invited, in, and bookable."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live.e2e.people import PATIENCE, reload_until
from tests.live.e2e.windows import window
from tests.live.stack.launched import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

ADMIN = "camille@tilleul.example"
PASSWORD = "four words are better"
TIMES = "/tilleul/lille/premier-velo/in_store/"
"""Where a customer chooses with whom."""


def sign_in(page: Page, stack: RunningStack) -> None:
    page.goto(f"{stack.base_url}/accounts/login/")
    page.locator("[name=login]").fill(ADMIN)
    password = (stack.state / "demo-password").read_text().strip()
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(re.compile("/desk/"))


def add_to_the_team(page: Page, stack: RunningStack, name: str, email: str) -> None:
    """As Marion, who works in Lille and knows everything there."""
    page.goto(f"{stack.base_url}/desk/team/")
    page.locator("select[name=store]").select_option(label="Lille, rue de Metz")
    page.get_by_role("button", name="Afficher").click()
    page.get_by_role("link", name="Nouvelle personne").click()
    page.locator("[name=first_name]").fill(name)
    page.locator("[name=last_name]").fill("Martin")
    page.locator("select[name=like]").select_option(index=1)
    for topic in page.locator("input[name=topics]").all():
        topic.check(force=True)
    page.locator("[name=email]").fill(email)
    page.get_by_role("button", name="Ajouter à l’équipe").click()
    expect(page.locator("h1")).to_have_text(f"{name} Martin")
    reload_until(page, "text=remis")


def open_the_mail(page: Page, stack: RunningStack, email: str) -> None:
    page.goto(f"{stack.base_url}/dev/mailbox/")
    row = f'a.row:has-text("{email}")'
    reload_until(page, row)
    page.locator(row).first.click()
    page.locator('.mail-text a[href*="/r/invitation/"]').first.click()
    expect(page).to_have_url(re.compile("/accounts/invitation/$"))


def choose_a_password(page: Page) -> None:
    for name in ("new_password1", "new_password2"):
        page.locator(f"[name={name}]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/staff/$"))


@pytest.mark.timeout(300)
def test_a_colleague_comes_in_and_is_offered_to_customers(
    chromium: Browser, running_stack: RunningStack
) -> None:
    name = f"Zoé{uuid.uuid4().hex[:4]}"
    email = f"{name.lower().replace('é', 'e')}@tilleul.example"
    with (
        window(chromium, 1180, 820) as desk,
        window(chromium, 1180, 820) as tablet,
        window(chromium, 640, 900) as phone,
    ):
        sign_in(desk, running_stack)
        add_to_the_team(desk, running_stack, name, email)
        phone.goto(f"{running_stack.base_url}{TIMES}")
        offered = phone.locator('a[href*="with="]', has_text=name)
        expect(offered).to_have_count(0)
        open_the_mail(tablet, running_stack, email)
        choose_a_password(tablet)
        expect(tablet.locator(".me")).to_have_text(name)
        desk.reload()
        expect(desk.locator("aside .badge.ok")).to_be_visible(timeout=PATIENCE)
        phone.reload()
        expect(offered).to_have_count(1)
