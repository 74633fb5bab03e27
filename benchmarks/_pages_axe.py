"""axe-core over every screen of a customer, in both schemes and languages, narrow and
wide."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from benchmarks._pages_screens import SCREENS, Screen
from benchmarks._pages_site import Shop

LANGUAGES, SCHEMES, WIDTHS = ("fr-FR", "en-GB"), ("light", "dark"), (360, 1280)
HEIGHT = 740
SEED = 11
RULES = {"resultTypes": ["violations"]}


def share_of(screens: Sequence[Screen], count: int, seed: int = SEED) -> list[Screen]:
    """So many of them, by a fixed seed, in their order."""
    chosen = random.Random(seed).sample(range(len(screens)), min(count, len(screens)))
    return [screens[number] for number in sorted(chosen)]


def violations(
    browser: Browser,
    address: str,
    shop: Shop,
    screens: Sequence[Screen] = SCREENS,
    *,
    keep: Path | None = None,
) -> tuple[list[str], int]:
    """What is wrong, and how many looks were taken: each screen in two languages, two
    schemes and two widths. Pictures of them are kept in the folder `keep`."""
    wrong: list[str] = []
    looks = 0
    for screen in screens:
        for language in LANGUAGES:
            for told in _looks(browser, address, shop, screen, language, keep=keep):
                looks += 1
                wrong += told
    return wrong, looks


def _looks(
    browser: Browser,
    address: str,
    shop: Shop,
    screen: Screen,
    language: str,
    *,
    keep: Path | None,
) -> Iterator[list[str]]:
    context = browser.new_context(
        base_url=address,
        locale=language,
        viewport={"width": WIDTHS[0], "height": HEIGHT},
        permissions=["camera", "microphone"],
        reduced_motion="reduce",
    )
    page = context.new_page()
    try:
        screen.way(shop, page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                if keep:
                    name = re.sub(r"\W+", "-", screen.name)
                    name = f"{name}-{language[:2]}-{width}-{scheme}.png"
                    page.screenshot(path=keep / name, full_page=True)
                yield [
                    f"{screen.name} ({language[:2]} {scheme} {width}): {told}"
                    for told in found_on(page)
                ]
    finally:
        context.close()


def found_on(page: Page) -> list[str]:
    """Rule and element of each violation."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found
        for node in rule["nodes"]
    ]


def say(told: Sequence[str]) -> None:
    for line in told:
        print(line, file=sys.stderr, flush=True)
