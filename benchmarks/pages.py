"""The customer's way in a real browser: `./run bench pages [--quick] [KEY…]`.

With keys, only what they need is measured; `--keep FOLDER` keeps a picture of each look
that axe-core has. The invented shop is served as production
serves it (hashed files, compressed beforehand; pages as the web process sends them),
in a database of its own.

`taps_first_available` and `taps_deep_link` are activations to the confirmation, from
the shop's first page and from the times of one topic by one channel; typing is not
counted. `first_view_kb`, `first_view_js_kb`, `room_kb` and `widget_kb` are what comes
over the wire with an empty cache, heads of answers too. `interactive_first_s` and
`interactive_next_s`: on 400 kbit/s with 400 ms, until a page is painted and its
modules have run, with nothing known and on the page after it.

`server_p95_ms` is that of the slowest page (`server_slowest`) of a customer at a brand
of 10,000 stores. `axe_violations` are those of every screen (`axe_looks` of them) in
two schemes, two languages and two widths; each is printed on stderr.

`promises_acted` of a simulated day on which half of the advisers do not come: broken
promises whose page showed the ways out and for which a message left, or which the
board showed on top; `promise_exit_p95_s` from the broken moment until a customer's
page, which looks as often as it does, showed them. `freed_filled` is measured by the
simulation of freed hours, where the house has one.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone

from benchmarks._machine import machine
from benchmarks._pages_axe import say, share_of, violations
from benchmarks._pages_promises import promises_kept_up
from benchmarks._pages_screens import SCREENS
from benchmarks._pages_server import server_times
from benchmarks._pages_site import Site, new_visit, path_of, site
from benchmarks._pages_walk import taps
from benchmarks._pages_weight import seconds_to_use, size_of, weights
from booking.links import permanent_url
from video import services
from video.access import room_of

GOALS: dict[str, float] = {
    "taps_first_available": 5,
    "taps_deep_link": 2,
    "first_view_kb": 45,
    "first_view_js_kb": 6,
    "room_kb": 100,
    "widget_kb": 6,
    "interactive_first_s": 3.0,
    "interactive_next_s": 1.2,
    "server_p95_ms": 100,
    "axe_violations": 0,
    "freed_filled": 0.95,
    "promises_acted": 1.0,
    "promise_exit_p95_s": 60,
}
QUICK_SCREENS = 2
FREED = "benchmarks._pages_freed"
Figures = dict[str, object]


@dataclass(frozen=True)
class Sought:
    """What is asked for, and how thoroughly."""

    keys: frozenset[str]
    quick: bool
    keep: Path | None

    def wants(self, *keys: str) -> bool:
        return bool(self.keys & set(keys))


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench pages", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    parser.add_argument("keys", nargs="*", metavar="KEY")
    chosen = parser.parse_args(argv)
    if unknown := set(chosen.keys) - set(GOALS):
        parser.error(f"no such key: {', '.join(sorted(unknown))}")
    sought = Sought(frozenset(chosen.keys or GOALS), chosen.quick, chosen.keep)
    figures: Figures = {}
    if any(sought.wants(*keys) for keys in IN_A_BROWSER):
        with site() as found:
            for keys, part in IN_A_BROWSER.items():
                if sought.wants(*keys):
                    figures |= _told(part(found, sought))
    for keys, measured in ON_THE_SERVER.items():
        if sought.wants(*keys):
            figures |= _told(measured(sought))
    figures |= {**machine(), "goals": GOALS, "quick": chosen.quick}
    print(json.dumps(figures), flush=True)
    return 0


def _told(figures: Figures) -> Figures:
    """The same figures, said at once: the whole takes many minutes."""
    print(json.dumps(figures), file=sys.stderr, flush=True)
    return figures


def _way(site: Site, sought: Sought) -> Figures:
    return {
        "taps_first_available": taps(site.browser, site.door),
        "taps_deep_link": taps(site.browser, f"{site.address}{site.shop.path}video/"),
    }


def _weight(site: Site, sought: Sought) -> Figures:
    first = weights(site.browser, site.door)
    visit = new_visit(site.shop, minutes=2)
    room, now = room_of(visit), timezone.now()
    services.say_here(room=room, now=now)
    services.admit(room=room, now=now)
    link = site.address + path_of(permanent_url(visit))
    page = f"{site.door}appointments/{visit.pk}/room/"
    return {
        "first_view_kb": _kb(first["all"]),
        "first_view_js_kb": _kb(first["Script"]),
        "room_kb": _kb(weights(site.browser, link, page)["all"]),
        "widget_kb": _widget_kb(site),
    }


def _widget_kb(site: Site) -> float | None:
    """None where the house has no script for other sites."""
    size = size_of(f"{site.address}/widget.js")
    if size is None:
        say(["widget_kb: this house has no widget.js"])
        return None
    return _kb(size)


def _kb(size: int) -> float:
    return round(size / 1024, 1)


def _line(site: Site, sought: Sought) -> Figures:
    first, following = seconds_to_use(site.browser, site.door)
    return {"interactive_first_s": first, "interactive_next_s": following}


def _axe(site: Site, sought: Sought) -> Figures:
    screens = share_of(SCREENS, QUICK_SCREENS) if sought.quick else SCREENS
    wrong, looks = violations(
        site.browser, site.address, site.shop, screens, keep=sought.keep
    )
    say(wrong)
    return {
        "axe_violations": len(wrong),
        "axe_looks": looks,
        "axe_screens": len(screens),
    }


def _server(sought: Sought) -> Figures:
    found = server_times(quick=sought.quick, rounds=3 if sought.quick else 20)
    slowest = next(iter(found))
    say([f"{page}: {ms} ms" for page, ms in found.items()])
    return {"server_p95_ms": found[slowest], "server_slowest": slowest}


def _promises(sought: Sought) -> Figures:
    if sought.quick:
        return promises_kept_up(hours=1, advisers=2)
    return promises_kept_up(hours=3, advisers=6)


def _freed(sought: Sought) -> Figures:
    if importlib.util.find_spec(FREED) is None:
        say(["freed_filled: this house does not offer freed hours yet"])
        return {"freed_filled": None}
    measured = importlib.import_module(FREED).measure()
    return measured if isinstance(measured, dict) else {"freed_filled": measured}


IN_A_BROWSER: Mapping[tuple[str, ...], Callable[[Site, Sought], Figures]] = {
    ("taps_first_available", "taps_deep_link"): _way,
    ("first_view_kb", "first_view_js_kb", "room_kb", "widget_kb"): _weight,
    ("interactive_first_s", "interactive_next_s"): _line,
    ("axe_violations",): _axe,
}
ON_THE_SERVER: Mapping[tuple[str, ...], Callable[[Sought], Figures]] = {
    ("promises_acted", "promise_exit_p95_s"): _promises,
    ("freed_filled",): _freed,
    ("server_p95_ms",): _server,
}
