"""Browser windows of people: each a visitor of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.live.chromium import NAVIGATES_WITHIN

REFUSAL = """{
  const { mediaDevices } = navigator;
  const ask = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (wanted) => {
    if (wanted.%s) throw new DOMException("Permission denied", "NotAllowedError");
    return ask(wanted);
  };
  navigator.permissions.query = async () => ({ state: "prompt" });
}"""
"""Headless Chromium asks nobody: its fake answer is always yes."""


@contextmanager
def window(
    chromium: Browser,
    width: int = 640,
    height: int = 360,
    *,
    refusing: str = "",
) -> Iterator[Page]:
    """In French; `refusing` "audio" or "video" is a person who says no to that
    question of the browser. No script may fail in it."""
    context = chromium.new_context(
        locale="fr-FR",
        permissions=["camera", "microphone"],
        viewport={"width": width, "height": height},
    )
    if refusing:
        context.add_init_script(REFUSAL % refusing)
    context.set_default_navigation_timeout(NAVIGATES_WITHIN)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page
    finally:
        context.close()
    assert not complaints
