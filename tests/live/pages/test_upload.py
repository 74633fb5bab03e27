"""Photographs in a real browser: each with a bar of its own, then as the server shows
them; a line that fails loses nothing."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, expect
from pytest_django.live_server_helper import LiveServer

from booking.models import Photo
from tests.cast import make_world
from tests.live.chromium import PHONE, takes_the_first_hour

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BARS = """() => {
  window.bars = [];
  new MutationObserver(() => document.querySelectorAll("progress").forEach((bar) => {
    const words = bar.closest("label").textContent.trim();
    if (!window.bars.includes(words)) window.bars.push(words);
  })).observe(document.body, { childList: true, subtree: true });
}"""


def picture(name: str, colour: str) -> FilePayload:
    kept = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(kept, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": kept.getvalue()}


def test_each_photograph_shows_how_far_it_is(
    chromium: Browser, live_server: LiveServer
) -> None:
    make_world()
    context = chromium.new_context(viewport=PHONE, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{live_server.url}/tilleul/lille/premier-velo/video/")
    takes_the_first_hour(page)
    page.wait_for_url(re.compile("/holds/"))
    page.fill("#id_name", "Alice Moreau")
    page.locator("summary", has_text=re.compile("photos", re.IGNORECASE)).click()
    page.evaluate(BARS)
    add = page.get_by_role("button", name="Ajouter")

    context.set_offline(True)
    page.set_input_files("#id_photos", picture("un.jpg", "red"))
    add.click()
    expect(page.locator("vv-upload .error")).to_have_text(
        "La photo n’est pas arrivée. Réessayez."
    )
    context.set_offline(False)
    broken: FilePayload = {
        "name": "deux.jpg",
        "mimeType": "image/jpeg",
        "buffer": b"no",
    }
    page.set_input_files("#id_photos", [picture("un.jpg", "red"), broken])
    add.click()

    expect(page.locator("vv-upload img")).to_have_count(1)
    expect(page.locator("vv-upload .error")).to_contain_text("deux.jpg")
    assert page.evaluate("window.bars") == ["un.jpg", "deux.jpg"]
    assert page.locator("progress").count() == 0
    expect(page.locator("#id_name")).to_have_value("Alice Moreau")
    assert "/photos/" not in page.url, "no page was loaded"
    assert Photo.objects.count() == 1
    context.close()
