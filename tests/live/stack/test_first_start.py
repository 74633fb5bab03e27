"""The first start of an empty Visavis in a real browser: the code from the terminal,
brand, store, hours, topics, a colleague, and a customer who books."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live.axe import finds_nothing
from tests.live.chromium import takes_the_first_hour
from tests.live.stack.launched import RunningStack, launched, run_command

pytestmark = [pytest.mark.stack, pytest.mark.browser]

PASSWORD = "trois mots de passe"
SETTLED = "Promise.all(document.getAnimations().map((one) => one.finished))"
CODE = re.compile(r"set-up code +(\S{4}-\S{4})")


@pytest.fixture(scope="module")
def empty_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    folder = Path(tmp_path_factory.mktemp("empty"))
    with launched(folder, {"VISAVIS_DEMO": "0"}) as stack:
        yield stack


def code_in(text: str) -> str:
    found = CODE.search(text)
    assert found, text
    return found[1]


def go_on(page: Page, name: str, leads_to: str) -> None:
    """Leaves a page in which axe-core finds nothing."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        # Colours that still change are nobody's to judge.
        page.evaluate(SETTLED)
        finds_nothing(page)
    page.get_by_role("button", name=name, exact=True).last.click()
    page.wait_for_url(f"**{leads_to}")


def test_from_an_empty_database_to_a_booked_trial(
    empty_stack: RunningStack, chromium: Browser
) -> None:
    site = empty_stack.base_url
    first = code_in(empty_stack.output())
    printed = run_command(empty_stack.env, "setup_code")
    code = code_in(printed.stdout)
    assert code != first
    shop = chromium.new_context(locale="en-GB")
    page = shop.new_page()
    open_visavis(page, site, code, used_up=first)
    set_the_shop_up(page)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open my page in a second window").click()
    book(opened.value)
    line = page.get_by_role("status", name="Your try").get_by_role("listitem")
    expect(line.nth(1).locator("time")).to_be_visible(timeout=30_000)
    page.reload()
    go_on(page, "Remove the trial visit", "/desk/setup/trial/")
    expect(page.get_by_text("1 trial visit is removed.")).to_be_visible()
    go_on(page, "Done, to the agenda", "/desk/")
    assert page.goto(f"{site}/setup/").status == 404  # type: ignore[union-attr]
    shop.close()
    a_customer_books(chromium, f"{site}/maison-tilleul/")


def open_visavis(page: Page, site: str, code: str, *, used_up: str) -> None:
    page.goto(f"{site}/desk/hours/")
    assert page.url == f"{site}/setup/"
    page.get_by_label("Set-up code").fill(used_up)
    page.get_by_label("Name of the brand").fill("Maison Tilleul")
    page.get_by_label("Your e-mail address").fill("sarah@tilleul.example")
    page.get_by_role("button", name="Continue: password").click()
    expect(page.get_by_text("4 tries are left")).to_be_visible()
    assert page.get_by_label("Name of the brand").input_value() == "Maison Tilleul"
    page.get_by_label("Set-up code").fill(code.lower().replace("-", " "))
    go_on(page, "Continue: password", "/setup/password/")
    page.get_by_label("Your name").fill("Sarah Delattre")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The password once more").fill(PASSWORD)
    go_on(page, "Open Visavis", "/desk/setup/store/")


def set_the_shop_up(page: Page) -> None:
    page.get_by_label("Name of the store").fill("Lille, rue de Metz")
    page.get_by_label("Address").fill("18 rue de Metz")
    page.get_by_label("Postcode", exact=True).fill("59800")
    page.get_by_label("Town").fill("Lille")
    go_on(page, "Continue: your hours", "/desk/setup/hours/")
    for day in ("Monday", "Sunday"):
        page.get_by_label(day, exact=True).check()
    go_on(page, "Continue: your topics", "/desk/setup/topics/")
    go_on(page, "Continue: your team", "/desk/setup/colleague/")
    page.get_by_label("First name").fill("Inès")
    page.get_by_label("E-mail").fill("ines@tilleul.example")
    go_on(page, "Add and continue", "/desk/setup/trial/")


def a_customer_books(chromium: Browser, address: str) -> None:
    """A telephone that never came by the link of the trial."""
    phone = chromium.new_context(locale="en-GB", viewport={"width": 360, "height": 740})
    page = phone.new_page()
    page.goto(address)
    book(page)
    expect(page.get_by_text("Trial visit")).to_have_count(0)
    phone.close()


def book(page: Page) -> None:
    """The first topic by video, at the first hour."""
    page.get_by_role("link", name=re.compile("Find the right product")).click()
    page.get_by_role("link", name=re.compile("Video", re.IGNORECASE)).first.click()
    page.wait_for_url("**/video/**")
    takes_the_first_hour(page)
    page.get_by_label("Your name").fill("Alice Moreau")
    page.get_by_label("Your e-mail").fill("alice@customer.example")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/booked/**")
