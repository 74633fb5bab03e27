"""Alice's visit with Bob begins in five minutes: the room's door is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client

from booking.links import issue_link
from booking.models import Appointment
from booking.visitors import LINKS_COOKIE
from stores.models import User
from tests.cast import World, make_visit, make_world, now_utc
from tests.video.relay import Relay, running_relay
from tests.video.running_worker import RunningWorker

OFFER = (Path(__file__).parent / "media" / "offers" / "chromium.sdp").read_text()


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def visit(world: World) -> Appointment:
    now = now_utc()
    return make_visit(world, starts_at=now + dt.timedelta(minutes=5), now=now)


@pytest.fixture(scope="session")
def shared_worker() -> Iterator[RunningWorker]:
    with RunningWorker() as running:
        yield running


@pytest.fixture
def worker(shared_worker: RunningWorker, db: None) -> RunningWorker:
    shared_worker.node()
    return shared_worker


@dataclass
class Visitor:
    """A browser that sends its CSRF token, as the room's page does."""

    client: Client
    token: str = ""

    def post(self, path: str, data: object = None, **extra: str) -> int:
        return int(self.send("post", path, data, **extra).status_code)

    def send(self, method: str, path: str, data: object = None, **extra: str):  # type: ignore[no-untyped-def]  # Django's test response has no public type
        call = getattr(self.client, method)
        headers = {"X-CSRFToken": self.token, **extra}
        return call(path, data, content_type="application/json", headers=headers)


def visitor() -> Visitor:
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.CSRF_COOKIE_NAME] = token = "c" * 32
    return Visitor(client, token)


def with_link(visit: Appointment) -> Visitor:
    """Who has opened the appointment's permanent link."""
    link = issue_link(visit, now=now_utc())
    there = visitor()
    known = signing.dumps({link.id.hex: link.generation}, salt=LINKS_COOKIE)
    there.client.cookies[LINKS_COOKIE] = known
    return there


def signed_in(user: User) -> Visitor:
    there = visitor()
    there.client.force_login(user)
    return there


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    with running_relay(Path(tmp_path_factory.mktemp("turn"))) as running:
        yield running
