"""The walk from the address of an empty Visavis to a booked trial, with its effort."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

PASSWORD = "trois mots de passe"  # noqa: S105 - of a shop that lives for a minute
# The keystroke model of Card, Moran and Newell, in seconds: a key of somebody who types
# now and then, a pointing with the hand on the mouse, the thought before a field.
KEY, POINTING, THOUGHT = 0.28, 1.1, 1.35


def nothing(_: Page) -> None:
    """Looks at no page."""


@dataclass
class Hand:
    """Acts on a page and counts: `fields` filled in, `clicks` with those into fields,
    and keys. `leaves` sees each page before its last press."""

    page: Page
    leaves: Callable[[Page], None] = nothing
    keys: int = 0
    clicks: int = 0
    fields: int = field(default=0)

    @property
    def seconds(self) -> float:
        """The time of a person; none of it is waiting."""
        return KEY * self.keys + POINTING * self.clicks + THOUGHT * self.fields

    def fills(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)
        self.fields += 1
        self.clicks += 1
        self.keys += len(text)

    def presses(self, what: Locator) -> None:
        what.click()
        self.clicks += 1

    def goes_on(self, name: str, leads_to: str) -> None:
        self.leaves(self.page)
        self.presses(self.page.get_by_role("button", name=name, exact=True).last)
        self.page.wait_for_url(f"**{leads_to}")

    def takes_the_first_hour(self) -> None:
        """An hour may begin, and be gone, between the page and the press; the answer
        offers others, and one of them is taken then."""
        details = self.page.locator("input[name=name]")
        hours = self.page.locator("button[name=start]")
        for _ in range(3):
            self.presses(hours.first)
            expect(details.or_(self.page.get_by_role("alert")).first).to_be_visible()
            if details.is_visible():
                return
        expect(details).to_be_visible()


def opens_visavis(hand: Hand, code: str) -> None:
    """On the page of the set-up code."""
    hand.fills("Set-up code", code)
    hand.fills("Name of the brand", "Maison Tilleul")
    hand.fills("Your e-mail address", "sarah@tilleul.example")
    hand.goes_on("Continue: password", "/setup/password/")
    hand.fills("Your name", "Sarah Delattre")
    hand.fills("Password", PASSWORD)
    hand.fills("The password once more", PASSWORD)
    hand.goes_on("Open Visavis", "/desk/setup/store/")


def sets_the_shop_up(hand: Hand) -> None:
    hand.fills("Name of the store", "Lille, rue de Metz")
    hand.fills("Address", "18 rue de Metz")
    hand.fills("Postcode", "59800")
    hand.fills("Town", "Lille")
    hand.goes_on("Continue: your hours", "/desk/setup/hours/")
    for day in ("Monday", "Sunday"):
        hand.presses(hand.page.get_by_label(day, exact=True))
    hand.goes_on("Continue: your topics", "/desk/setup/topics/")
    hand.goes_on("Continue: your team", "/desk/setup/colleague/")
    hand.fills("First name", "Inès")
    hand.fills("E-mail", "ines@tilleul.example")
    hand.goes_on("Add and continue", "/desk/setup/trial/")


def books_the_trial(hand: Hand) -> None:
    """In a second window, whose page the hand is on afterwards."""
    with hand.page.expect_popup() as opened:
        hand.presses(
            hand.page.get_by_role("link", name="Open my page in a second window")
        )
    hand.page = opened.value
    books(hand)


def books(hand: Hand) -> None:
    """The first topic by video, at the first hour."""
    page = hand.page
    hand.presses(page.get_by_role("link", name="Book an appointment"))
    hand.presses(page.get_by_role("link", name=re.compile("Find the right product")))
    hand.presses(page.get_by_role("link", name=re.compile("Video", re.I)).first)
    page.wait_for_url("**/video/**")
    hand.takes_the_first_hour()
    hand.fills("Your name", "Alice Moreau")
    hand.fills("Your e-mail", "alice@customer.example")
    hand.presses(page.locator("main form button[type=submit]").last)
    page.wait_for_url("**/booked/**")
