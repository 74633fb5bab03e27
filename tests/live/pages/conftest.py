"""A customer's telephone, in French."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.live.chromium import PHONE


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(
        viewport=PHONE, locale="fr-FR", reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()
