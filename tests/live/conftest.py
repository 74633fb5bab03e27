"""A real Chromium, and a whole running product."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.live.chromium import FLAGS, chromium_path
from tests.live.stack.launched import RunningStack, launched

SIZE = {"width": 640, "height": 360}


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A headless Chromium with a fake camera and microphone.

    Without one on the machine the test is skipped (in CI a skipped one has failed).
    Ask for `browser_context` unless you need several visitors. It ends with this
    package: while it lives, `asyncio.run` is refused to every test of the process.
    """
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium here (install Debian's, or set VISAVIS_CHROMIUM)")
    # Playwright runs an event loop in this thread, in which Django would refuse the
    # database to the same test.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()
        # To Django this thread was another one meanwhile, with connections of its own.
        connections.close_all()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def browser_context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh visitor: own cookies, camera and microphone allowed, 640x360."""
    context = chromium.new_context(
        viewport={"width": SIZE["width"], "height": SIZE["height"]},
        permissions=["camera", "microphone"],
    )
    yield context
    context.close()


@pytest.fixture(scope="session")
def running_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The whole product as `./run` starts it, on a state folder of its own; its end
    is part of the promise: no process may be left."""
    folder = Path(tmp_path_factory.mktemp("stack"))
    with launched(folder) as stack:
        yield stack
