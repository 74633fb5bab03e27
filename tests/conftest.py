"""What every test may ask for: the cast, a Chromium, a media worker, a relay, and a
whole running product."""

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from xdist.remote import Producer

from tests import flushing
from tests.cast import World, make_world
from tests.live.chromium import FLAGS, chromium_path
from tests.live.stack.launched import RunningStack, launched
from tests.order import FilesInOrder
from tests.video.relay import Relay, running_relay
from tests.video.running_worker import RunningWorker

SIZE = {"width": 640, "height": 360}
RELAY = shutil.which("turnserver")

flushing.take_over()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a browser test that was skipped, wherever and why ever, has failed."""
    report = yield
    browser = item.get_closest_marker("browser") or "chromium" in getattr(
        item, "fixturenames", ()
    )
    # Without a relay on the machine there was nothing to show to a browser.
    no_relay = "relay" in getattr(item, "fixturenames", ()) and not RELAY
    if report.skipped and browser and not no_relay and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesInOrder:
    return FilesInOrder(config, log)


@pytest.fixture
def world(db: None) -> World:
    """The cast, made anew for each test."""
    return make_world()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium with a fake camera and microphone.

    Without one on the machine the test is skipped (in CI a skipped one has failed).
    Ask for `browser_context` unless you need several visitors. It ends with the
    module: while it lives, `asyncio.run` is refused to every test of the process.
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


@pytest.fixture(scope="session")
def shared_worker() -> Iterator[RunningWorker]:
    with RunningWorker() as running:
        yield running


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    with running_relay(Path(tmp_path_factory.mktemp("turn"))) as running:
        yield running
