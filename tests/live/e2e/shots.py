"""Screenshots of the room's states, made anew on demand.

`VISAVIS_SCREENS=1` writes them under docs/screens/; else the tests look and write
nothing, so that running them leaves the tree as it was.
"""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

SCREENS = Path(__file__).resolve().parents[3] / "docs" / "screens"


def shoot(page: Page, name: str) -> None:
    if os.environ.get("VISAVIS_SCREENS") == "1":
        page.screenshot(path=SCREENS / f"room-{name}.png")
