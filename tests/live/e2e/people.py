"""What a customer and an adviser do, one step per method, by what they can see."""

from __future__ import annotations

import re
import time
import unicodedata
import uuid
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

from tests.live.stack.launched import RunningStack

PATIENCE = 60_000
"""Milliseconds, for every state that is waited for: four browsers, the product and
other tests may share two slow cores. Nobody waits longer for it than it takes."""
QUESTION = "Un premier vélo pour ma fille de 4 ans."


def reload_until(page: Page, selector: str) -> None:
    """For pages that do not change by themselves."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not page.locator(selector).count():
        assert time.monotonic() < deadline, f"no {selector} on {page.url}"
        page.reload()


def await_room(page: Page, state: str) -> None:
    expect(page.locator(f'html[data-room-state="{state}"]')).to_be_attached(
        timeout=PATIENCE
    )


def say(page: Page, text: str) -> None:
    page.locator("#chat-text").fill(text)
    page.locator("#chat-text").press("Enter")


def await_message(page: Page, text: str) -> None:
    line = page.locator(".msg:not(.mine)", has_text=text)
    expect(line).to_be_visible(timeout=PATIENCE)


BOOKED_OR_ASKED_AGAIN = """() =>
    location.pathname.includes("/booked/") ||
    document.querySelector("button[name=start]")
"""


@dataclass
class Lea:
    """A customer with a phone. `page` is her only tab; each Léa has her own address,
    or the second would be asked whether she wants two visits at one time."""

    page: Page
    stack: RunningStack
    email: str = field(
        default_factory=lambda: f"lea.{uuid.uuid4().hex[:8]}@customer.example"
    )

    def books_the_first_video_time(self) -> None:
        """Store, topic, channel, the plate, two fields. An hour that begins while she
        types is offered no more: she takes the next, as a customer does."""
        self._goes_to_the_video_times()
        for _ in range(3):
            self._takes_the_hour_on_the_plate()
            self._says_who_she_is()
            self.page.wait_for_function(BOOKED_OR_ASKED_AGAIN)
            if "/booked/" in self.page.url:
                return
        raise AssertionError("Three hours in a row were gone.")

    def books_a_video_time_of_another_day(self) -> None:
        """For what needs no open room: the hours near now are few."""
        self._goes_to_the_video_times()
        self.page.locator("ul.days a").last.click()
        self.page.locator("label.slot").last.click()
        self.page.locator('[data-part="go"]').click()
        self._says_who_she_is()
        expect(self.page).to_have_url(re.compile("/booked/"))

    def _goes_to_the_video_times(self) -> None:
        page = self.page
        page.goto(f"{self.stack.base_url}/tilleul/stores/")
        page.locator('section[aria-labelledby="remote"] a').first.click()
        page.locator("ul.rows a").first.click()
        page.locator('ul.rows a[href$="/video/"]').first.click()

    def _says_who_she_is(self) -> None:
        page = self.page
        page.locator("input[name=name]").fill("Léa Martin")
        page.locator("input[name=email]").fill(self.email)
        if not page.locator("[name=question]").is_visible():
            page.locator("details:has([name=question]) > summary").click()
        page.locator("[name=question]").fill(QUESTION)
        page.locator("#who .bar button[type=submit].btn-lg").click()

    def _takes_the_hour_on_the_plate(self) -> None:
        """An hour may begin, and be gone, between the page and the press; the answer
        offers others."""
        for _ in range(3):
            self.page.locator("button[name=start]").first.click()
            if "/holds/" in self.page.url:
                return

    def opens_the_link_of_her_confirmation(self) -> None:
        """Reads the mail that really arrived, and comes by its link alone."""
        page = self.page
        page.context.clear_cookies()
        page.goto(f"{self.stack.base_url}/dev/mailbox/")
        row = f'a.row:has-text("{self.email}")'
        reload_until(page, row)
        page.locator(row).first.click()
        page.locator('.mail-text a[href*="/r/"]').first.click()
        expect(page).to_have_url(re.compile("/tilleul/appointments/[0-9a-f-]+/$"))

    def adviser_name(self) -> str:
        section = self.page.locator("section.line.keep b")
        return section.first.inner_text()

    def checks_her_device(self) -> None:
        page = self.page
        page.locator('a[href$="/device/"]').first.click()
        ready = page.locator('vv-device-check[data-state="ready"]')
        expect(ready).to_be_attached(timeout=PATIENCE)
        heard = page.locator('[data-part="microphone"][data-state="heard"]')
        expect(heard).to_be_attached(timeout=PATIENCE)
        page.locator('[data-part="camera-switch"]').check()
        mirror = page.locator('[data-part="mirror"][data-state="on"]')
        expect(mirror).to_be_attached(timeout=PATIENCE)

    def says_that_she_is_ready(self) -> None:
        self.page.locator(".bar form button").click()
        expect(self.page.locator('[data-waiting="waiting"]')).to_be_visible()

    def comes_in(self) -> None:
        expect(self.page).to_have_url(re.compile("/room/$"), timeout=PATIENCE)
        await_room(self.page, "connected")


@dataclass
class Adviser:
    """One of the remote team, at a PC."""

    page: Page
    stack: RunningStack

    def signs_in(self, name: str) -> None:
        letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore")
        password = (self.stack.state / "demo-password").read_text().strip()
        self.page.goto(f"{self.stack.base_url}/staff/")
        self.page.locator("[name=login]").fill(
            f"{letters.decode().lower()}@tilleul.example"
        )
        self.page.locator("[name=password]").fill(password)
        self.page.locator("[name=password]").press("Enter")
        expect(self.page).to_have_url(re.compile("/staff/$"))

    def joins(self, visit: str) -> None:
        self.page.locator(f"#join-{visit}").first.click()
        await_room(self.page, "connected")

    def lets_her_in(self) -> None:
        waiting = self.page.locator('[data-door="waiting"]')
        expect(waiting).to_be_visible(timeout=PATIENCE)
        waiting.locator("#door-admit").click()

    def leaves(self) -> None:
        self.page.locator('[data-part="leave"]').click()
        await_room(self.page, "ended")

    def records_that_she_was_advised(self, visit: str) -> None:
        self.page.locator('[data-part="ended"] a').click()
        self.page.locator(f"#advised-{visit}").click()
        expect(self.page.locator(f"#advised-{visit}")).to_have_count(0)


def enters(phone: Page, pc: Page, stack: RunningStack) -> str:
    """Léa is let in and connected; the address of her appointment."""
    lea, adviser = Lea(phone, stack), Adviser(pc, stack)
    lea.books_the_first_video_time()
    address = phone.url.removesuffix("booked/")
    name = lea.adviser_name()
    phone.goto(f"{address}waiting/")
    phone.locator("form button.btn-wide").click()
    adviser.signs_in(name)
    adviser.joins(address.rstrip("/").rpartition("/")[2])
    adviser.lets_her_in()
    lea.comes_in()
    return address
