"""axe-core on a page, as it is."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def finds_nothing(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    told = [
        f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]
    ]
    assert not told, "\n".join(told)
