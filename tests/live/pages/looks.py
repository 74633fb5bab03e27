"""A look at a page in both schemes, which may be kept as its picture."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.live.axe import finds_nothing

SCREENS = Path(__file__).resolve().parents[3] / "docs" / "screens"


def look(page: Page, name: str, *, whole: bool = False) -> None:
    """Asks for violations; `VISAVIS_SCREENS=1` keeps what it saw, the `whole` page or
    its first screen."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        finds_nothing(page)
        if os.environ.get("VISAVIS_SCREENS") == "1":
            dark = "-dark" if scheme == "dark" else ""
            page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=SCREENS / f"{name}{dark}.png", full_page=whole)
    page.emulate_media(color_scheme="light")
