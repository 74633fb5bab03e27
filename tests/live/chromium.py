"""The Chromium of the machine, with a fake camera and microphone; a customer in it."""

from __future__ import annotations

import os
import shutil

from playwright.sync_api import Page, ViewportSize

from benchmarks._first_walk import Hand
from benchmarks._media_browser import WITHOUT

PHONE = ViewportSize(width=360, height=740)
NAVIGATES_WITHIN = 90_000
"""Milliseconds until a page is there, on a machine that has other work."""
FLAGS = [
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream=fps=25",
    "--autoplay-policy=no-user-gesture-required",
    WITHOUT,
    "--disable-dev-shm-usage",
    # For the relay of the tests, which signs its certificate itself.
    "--ignore-certificate-errors",
]


def chromium_path() -> str | None:
    """None where none is installed."""
    named = os.environ.get("VISAVIS_CHROMIUM", "/usr/bin/chromium")
    return named if shutil.which(named) else None


def takes_the_first_hour(page: Page) -> None:
    """The first of those that are offered."""
    Hand(page).takes_the_first_hour()
