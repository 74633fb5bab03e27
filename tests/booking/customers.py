"""What the tests of customer pages do before they look: book, open the link, read."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from booking.links import issue_link, permanent_url
from booking.models import Appointment
from booking.states import Status
from tests.cast import World, make_visit, next_step


def visit_in(
    world: World,
    *,
    minutes: int,
    channel: str = "video",
    status: str = Status.CONFIRMED,
) -> Appointment:
    now = timezone.now()
    starts_at = next_step(now, minutes=minutes)
    made = make_visit(
        world, starts_at=starts_at, now=now, channel=channel, status=status
    )
    issue_link(made, now=now)
    return made


def opened(client: Client, visit: Appointment) -> str:
    """Opens the permanent link in this browser; the address that it leads to."""
    response = client.get(path_of(permanent_url(visit)))
    assert response.status_code == 303
    return str(response["Location"])


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()
