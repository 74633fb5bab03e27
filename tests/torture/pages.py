"""Every page of a customer, in hard conditions: `./run torture pages`.

Each screen and state (`benchmarks/_pages_screens.py`), in both languages, as production
serves it. Keys, each a number of faults that are printed on stderr: `axe` (axe-core, in
both schemes, narrow and wide), `too_wide` (at 320 pixels, which a zoom of 400 %
leaves), `too_long` (each word longer by 35 %), `mirrored` (from right to left),
`keyboard` (not reached by Tab, no ring, or under something else), `unseen` (no heading
without scripts), `unbooked` (channels by which nobody books without scripts).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from playwright.sync_api import Browser, Error

from benchmarks._pages_axe import LANGUAGES, share_of, violations
from benchmarks._pages_screens import SCREENS, Screen
from benchmarks._pages_site import Shop, site
from benchmarks._pages_walk import taps
from stores.models import Channel
from tests.torture._page_proofs import by_keyboard, mirrored, too_long, too_wide
from tests.torture._place import chosen, report, say

PROOFS = {
    "keyboard": by_keyboard,
    "too_wide": too_wide,
    "mirrored": mirrored,
    "too_long": too_long,
}
"""In this order: the last one leaves the page changed."""
GOALS: dict[str, object] = dict.fromkeys(["axe", *PROOFS, "unseen", "unbooked"], 0)
QUICK = 4


def proven(
    browser: Browser, address: str, shop: Shop, screens: Sequence[Screen]
) -> dict[str, list[str]]:
    """The faults of each proof."""
    found: dict[str, list[str]] = {name: [] for name in PROOFS}
    for screen in screens:
        for language in LANGUAGES:
            context = browser.new_context(
                base_url=address,
                locale=language,
                viewport={"width": 360, "height": 740},
                permissions=["camera", "microphone"],
                reduced_motion="reduce",
            )
            page = context.new_page()
            screen.way(shop, page)
            for name, proof in PROOFS.items():
                place = f"{screen.name} ({language[:2]})"
                found[name] += [f"{place}: {told}" for told in proof(page)]
            context.close()
    return found


def without_scripts(
    browser: Browser, address: str, shop: Shop, screens: Sequence[Screen]
) -> list[str]:
    """Screens that say nothing to who runs no scripts."""
    found = []
    for screen in screens:
        context = browser.new_context(
            base_url=address, locale="fr-FR", java_script_enabled=False
        )
        page = context.new_page()
        screen.way(shop, page)
        if not page.locator("h1:visible").count():
            found.append(f"{screen.name}: no heading")
        context.close()
    return found


def unbooked(browser: Browser, address: str, shop: Shop) -> list[str]:
    """Channels by which the walk ends before the confirmation, without scripts."""
    found = []
    for channel in Channel.values:
        try:
            taps(browser, f"{address}{shop.path}{channel}/", scripts=False)
        except (LookupError, Error) as error:
            found.append(f"{channel}: {error}")
    return found


def main(argv: list[str]) -> int:
    choice = chosen("pages", argv)
    screens = share_of(SCREENS, choice.pick(QUICK, len(SCREENS)), choice.seed)
    plain = [screen for screen in screens if not screen.needs_scripts]
    with site() as found:
        place = (found.browser, found.address, found.shop)
        faults = proven(*place, screens)
        faults["unseen"] = without_scripts(*place, plain)
        faults["unbooked"] = unbooked(*place)
        faults["axe"], looks = violations(*place, screens)
    for name, told in faults.items():
        for one in told:
            say(f"{name}: {one}")
    counts = Counter({name: len(told) for name, told in faults.items()})
    return report(choice, GOALS, **counts, screens=len(screens), looks=looks)
