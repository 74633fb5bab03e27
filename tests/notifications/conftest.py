"""A real SMTP server on a free port, and Alice's bookings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from booking.models import BookingCount
from booking.services import budgets
from tests.cast import World, make_world
from tests.notifications import gateway_twin
from tests.notifications.bookings import by_day
from tests.notifications.gateway_twin import GatewayTwin
from tests.notifications.post_office import PostOffice, opened


@pytest.fixture
def world(db: None) -> World:
    return by_day(make_world())


@pytest.fixture(autouse=True)
def alice_books_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """More often than one contact may: the tests are about what she is told."""
    monkeypatch.setitem(budgets.MOST, BookingCount.Scope.CONTACT, 1000)


@pytest.fixture
def post_office(settings: Settings) -> Iterator[PostOffice]:
    """Django's SMTP backend delivers here, over a socket."""
    with opened() as office:
        settings.EMAIL_BACKEND = "notifications.channels.smtp.Backend"
        settings.EMAIL_HOST = office.host
        settings.EMAIL_PORT = office.port
        settings.EMAIL_HOST_USER = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 2
        yield office


@pytest.fixture
def gateway(settings: Settings) -> Iterator[GatewayTwin]:
    """Text messages go here, over HTTP."""
    with gateway_twin.opened() as twin:
        settings.SMS_PROVIDER = "notifications.channels.sms_gateway.GatewayProvider"
        settings.SMS_GATEWAY_URL = twin.url
        settings.SMS_GATEWAY_KEY = gateway_twin.KEY
        yield twin
