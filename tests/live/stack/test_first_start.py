"""The first start of an empty Visavis in a real browser: the code from the terminal,
brand, store, hours, topics, a colleague, and a customer who books."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks._first_walk import (
    Hand,
    books,
    books_the_trial,
    opens_visavis,
    sets_the_shop_up,
)
from benchmarks.moving_in import GOALS
from tests.live.axe import finds_nothing
from tests.live.chromium import NAVIGATES_WITHIN, PHONE
from tests.live.stack.launched import RunningStack, launched, run_command

pytestmark = [pytest.mark.stack, pytest.mark.browser]

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


def finds_nothing_in(page: Page) -> None:
    """In the light and in the dark."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        # Colours that still change are nobody's to judge.
        page.evaluate(SETTLED)
        finds_nothing(page)


def test_from_an_empty_database_to_a_booked_trial(
    empty_stack: RunningStack, chromium: Browser
) -> None:
    site = empty_stack.base_url
    first = code_in(empty_stack.output())
    printed = run_command(empty_stack.env, "setup_code")
    code = code_in(printed.stdout)
    assert code != first
    shop = chromium.new_context(locale="en-GB")
    shop.set_default_navigation_timeout(NAVIGATES_WITHIN)
    page = shop.new_page()
    page.goto(f"{site}/desk/hours/")
    assert page.url == f"{site}/setup/"
    a_code_that_is_used_up_costs_a_try(page, first)
    hand = Hand(page, leaves=finds_nothing_in)
    opens_visavis(hand, code.lower().replace("-", " "))
    sets_the_shop_up(hand)
    books_the_trial(hand)
    assert hand.clicks <= GOALS["clicks"]
    assert hand.fields <= GOALS["fields"]
    line = page.get_by_role("status", name="Your try").get_by_role("listitem")
    expect(line.nth(1).locator("time")).to_be_visible(timeout=30_000)
    page.reload()
    hand = Hand(page, leaves=finds_nothing_in)
    hand.goes_on("Remove the trial visit", "/desk/setup/trial/")
    expect(page.get_by_text("1 trial visit is removed.")).to_be_visible()
    hand.goes_on("Done, to the agenda", "/desk/")
    assert page.goto(f"{site}/setup/").status == 404  # type: ignore[union-attr]
    shop.close()
    a_customer_books(chromium, f"{site}/maison-tilleul/")


def a_code_that_is_used_up_costs_a_try(page: Page, code: str) -> None:
    hand = Hand(page)
    hand.fills("Set-up code", code)
    hand.fills("Name of the brand", "Maison Tilleul")
    hand.fills("Your e-mail address", "sarah@tilleul.example")
    hand.presses(page.get_by_role("button", name="Continue: password"))
    expect(page.get_by_text("4 tries are left")).to_be_visible()
    assert page.get_by_label("Name of the brand").input_value() == "Maison Tilleul"


def a_customer_books(chromium: Browser, address: str) -> None:
    """A telephone that never came by the link of the trial."""
    phone = chromium.new_context(locale="en-GB", viewport=PHONE)
    page = phone.new_page()
    page.goto(address)
    books(Hand(page))
    expect(page.get_by_text("Trial visit")).to_have_count(0)
    phone.close()
