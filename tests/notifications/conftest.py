"""A real SMTP server on a free port, and Alice's bookings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.cast import World, make_world
from tests.notifications.post_office import PostOffice, opened


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def post_office(settings: Settings) -> Iterator[PostOffice]:
    """Django's SMTP backend delivers here, over a socket."""
    with opened() as office:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = office.host
        settings.EMAIL_PORT = office.port
        settings.EMAIL_HOST_USER = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 2
        yield office
