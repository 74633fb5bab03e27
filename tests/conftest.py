"""What every test may ask for: the cast, a media worker, a relay."""

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis
from pytest_django import DjangoDbBlocker
from xdist.remote import Producer

from stores.towns import known as towns
from tests import flushing
from tests.cast import World, make_world
from tests.order import FilesInOrder
from tests.template import use_template
from tests.video.relay import Relay, running_relay
from tests.video.running_worker import RunningWorker
from visavis.setup.door import known

RELAY = shutil.which("turnserver")

flushing.take_over()
# The whole list stands only where Visavis was installed with a network.
towns.LIST = Path(__file__).parent / "stores" / "towns" / "towns.tsv"
# An example takes as long as the machine needs for it.
hypothesis.register_profile("any machine", deadline=None)
hypothesis.load_profile("any machine")


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


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """Before pytest-django makes this worker's database."""
    with django_db_blocker.unblock():
        use_template()


@pytest.fixture(autouse=True)
def past_the_first_start() -> None:
    """As a process that has seen a brand; else every address leads to /setup/."""
    known.see_brand()


@pytest.fixture
def empty_installation(db: None) -> Iterator[None]:
    """As a process that has just begun, on a database without a brand."""
    known.forget()
    yield
    known.see_brand()


@pytest.fixture
def world(db: None) -> World:
    """The cast, made anew for each test."""
    return make_world()


@pytest.fixture(scope="session")
def shared_worker() -> Iterator[RunningWorker]:
    with RunningWorker() as running:
        yield running


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    with running_relay(Path(tmp_path_factory.mktemp("turn"))) as running:
        yield running
