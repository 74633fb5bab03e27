"""The customer's path over HTTP, as far as a test needs it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.test import Client
from django.utils import timezone

from booking.availability.query import StartQuery
from booking.models import Appointment
from tests.booking.starts import bookable_starts
from tests.cast import World

ALICE = {"name": "Alice Moreau", "reach": "email", "email": "alice@customer.example"}
TIMES = "/tilleul/lille/premier-velo/{channel}/"


def first_start(world: World, channel: str = "video") -> str:
    """The first start a quarter of an hour from now: still to come when the test is
    through, whatever the clock does meanwhile."""
    now = timezone.now()
    query = StartQuery(offer=world.offers[channel], store=world.store, now=now)
    soon = now + dt.timedelta(minutes=15)
    found = bookable_starts(query, until=(now + dt.timedelta(days=2)).date())
    return next(s.starts_at.isoformat() for s in found if s.starts_at > soon)


def take(client: Client, start: str, channel: str = "video") -> Any:
    return client.post(TIMES.format(channel=channel), {"start": start})


def held(client: Client, world: World, channel: str = "video") -> str:
    """Takes the first hour; the address of the details page."""
    response = take(client, first_start(world, channel), channel)
    assert response.status_code == 303
    return str(response["Location"])


def booked(client: Client, world: World, channel: str = "video") -> Appointment:
    details = dict(ALICE, phone="06 39 98 00 10")
    client.post(held(client, world, channel), details)
    return Appointment.objects.get()


def wanted(client: Client, address: str) -> str:
    """The hidden facts of the details form."""
    page = client.get(address).content.decode()
    found = re.search(r'name="wanted"\s+value="([^"]+)"', page)
    assert found is not None
    return found[1]
