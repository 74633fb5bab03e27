"""Who comes to a room's door, as browsers that send their CSRF token."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core import signing
from django.test import Client

from booking.links import issue_link
from booking.models import Appointment
from booking.visitors import LINKS_COOKIE
from stores.models import User
from tests.cast import World, make_visit, now_utc

OFFER = (Path(__file__).parent / "media" / "offers" / "chromium.sdp").read_text()


def visit_soon(world: World) -> Appointment:
    """Alice's with Bob; it begins in five minutes, so the room's door is open."""
    now = now_utc()
    return make_visit(world, starts_at=now + dt.timedelta(minutes=5), now=now)


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
