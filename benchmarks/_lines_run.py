"""One run of `./run bench lines`: its parts in turn, on this checkout and another."""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright

from benchmarks._lines_busy import Busy
from benchmarks._lines_call import Place
from benchmarks._lines_camera import Props
from benchmarks._lines_netns import NoNamespaces, kernel_lines
from benchmarks._lines_others import NotHere
from benchmarks._lines_relay import RelayLines
from benchmarks._lines_shape import Lines
from benchmarks._lines_weak import Figures, Size
from benchmarks._media_browser import NoBrowser

Part = Callable[[Place, Size], Awaitable[Figures]]
Parts = dict[tuple[str, ...], Part]
EXPECTED = (NotHere, NoBrowser, NoNamespaces, PlaywrightError, TimeoutError)


def say(keys: dict[str, Any], goals: Figures) -> None:
    for key, value in keys.items():
        goal = f" (goal {goals[key]})" if key in goals else ""
        print(f"{key} {json.dumps(value)}{goal}", file=sys.stderr, flush=True)


@asynccontextmanager
async def opened_lines(kind: str) -> AsyncIterator[Lines]:
    """The kernel's where they can be had; raises NoNamespaces where they must be."""
    async with AsyncExitStack() as stack:
        lines: Lines = RelayLines()
        if kind != "relay":
            try:
                lines = await stack.enter_async_context(kernel_lines())
            except NoNamespaces as why:
                if kind == "netns":
                    raise
                print(f"lines: relay, for {why}", file=sys.stderr)
        yield lines


async def one(place: Place, size: Size, keys: tuple[str, ...], part: Part) -> Figures:
    """A part's figures, or nulls with their reason, and how busy the machine was."""
    load, began = os.getloadavg()[0], time.monotonic()
    reasons: dict[str, str] = {}
    async with Busy() as busy:
        try:
            found = await part(place, size)
        except EXPECTED as error:
            why = str(error).partition("\n")[0] or type(error).__name__
            found, reasons = dict.fromkeys(keys), dict.fromkeys(keys, why)
    for key in keys:
        if found[key] is None:
            reasons.setdefault(key, "did not come while it was looked at")
    seconds = round(time.monotonic() - began)
    about = {"load1": round(load, 1), **busy.told(), "seconds": seconds}
    return {
        "found": found,
        "reasons": reasons,
        "about": about,
        "busy": [keys[0]] * busy.by_others,
    }


def is_busy(found: Figures) -> bool:
    earlier = found.get("before", {}).get("busy_parts", [])
    return bool(found["busy_parts"] or earlier)


class Found:
    """The figures of one checkout, and what is to be known of them."""

    def __init__(self) -> None:
        self.figures: Figures = {}
        self.reasons: dict[str, str] = {}
        self.parts: dict[str, Any] = {}
        self.busy: list[str] = []

    def take(self, measured: Figures, name: str) -> None:
        self.figures |= measured["found"]
        self.reasons |= measured["reasons"]
        self.parts[name] = measured["about"]
        self.busy += measured["busy"]

    def told(self) -> Figures:
        about = {"reasons": self.reasons, "parts": self.parts, "busy_parts": self.busy}
        return self.figures | about


async def measure(
    chosen: argparse.Namespace, size: Size, parts: Parts, goals: Figures
) -> Figures:
    """Each part of another checkout right before that of the one measured: the machine
    is then the same for both, as far as it can be."""
    found = {root: Found() for root in (chosen.before, chosen.root) if root}
    with tempfile.TemporaryDirectory(prefix="visavis-lines-") as folder:
        async with (
            opened_lines(chosen.lines) as lines,
            async_playwright() as playwright,
        ):
            props = Props(Path(folder))
            for keys, part in parts.items():
                for root, taken in found.items():
                    place = Place(
                        lines, root, props, playwright, size.patience, chosen.rows
                    )
                    measured = await one(place, size, keys, part)
                    taken.take(measured, keys[0])
                    say(measured["found"] | {root.name: measured["about"]}, goals)
    told = found[chosen.root].told() | {"lines": lines.kind}
    return told | ({"before": found[chosen.before].told()} if chosen.before else {})
