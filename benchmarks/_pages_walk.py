"""Activations from an address to the confirmation: what one would press, page by page.

Who walks wants the first hour that is free. On each page they press what leads to it,
else what stands out: the hour on the plate, the main button, the first of the choices.
What has to be typed is typed, and not counted.
"""

from __future__ import annotations

import secrets

from playwright.sync_api import Browser, Locator, Page

MOST = 12
WIDTH, HEIGHT = 360, 740
PHONE = "06 39 98 00 10"
MAIN = (
    "main a[data-part=soonest]:visible",
    "main button[name=start]:visible",
    "main form:has(input[name=name]) .bar button.btn-lg:visible",
    "main .plate :is(a, button).btn:visible",
    "main :is(a, button).btn-lg:visible",
    "main ul.rows a:visible",
    "main a.btn:visible",
)
"""What stands out on a page, most of all first."""


def taps(browser: Browser, address: str, *, scripts: bool = True) -> int:
    """How many it took; LookupError where the way ends before the confirmation.
    Each walk is another customer's: nobody is asked for two visits at one time."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        locale="fr-FR",
        java_script_enabled=scripts,
    )
    page, who = context.new_page(), f"{secrets.token_hex(4)}@customer.example"
    try:
        page.goto(address)
        for done in range(MOST):
            if "/booked/" in page.url:
                return done
            _types(page, {"name": "Alice Moreau", "email": who, "phone": PHONE})
            _main(page).click()
            page.wait_for_load_state()
    finally:
        context.close()
    raise LookupError(f"No confirmation after {MOST} activations: {page.url}")


def _main(page: Page) -> Locator:
    for selector in MAIN:
        found = page.locator(selector)
        if found.count():
            return found.first
    raise LookupError(f"Nothing to press: {page.url}")


def _types(page: Page, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        field = page.locator(f"main input[name={name}]:visible")
        if field.count():
            field.fill(text)
