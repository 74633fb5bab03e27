"""The cast at work; a test whose people are others says so in its own module."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from booking.models import Appointment, BookingCount
from booking.services import budgets
from stores.calendar.recurrence import instant
from stores.models import Membership, Role
from tests.booking.at_the_desk import coming_day, signed_in
from tests.cast import World, make_user, make_visit, now_utc


@pytest.fixture
def now() -> dt.datetime:
    return now_utc()


@pytest.fixture
def dora(world: World) -> Client:
    """Head office."""
    return signed_in(world.dora)


@pytest.fixture
def bob(world: World) -> Client:
    """An adviser."""
    return signed_in(world.bob.user)


@pytest.fixture
def manager(world: World) -> Client:
    """Of Lille alone."""
    user = make_user("mia@tilleul.example", "Mia Blin")
    Membership.objects.create(
        brand=world.brand, user=user, store=world.store, role=Role.MANAGER
    )
    return signed_in(user)


@pytest.fixture
def visit(world: World) -> Appointment:
    """Alice's with Bob, in three days at three in the afternoon."""
    at = instant(coming_day(world.store), dt.time(15), world.store.zone)
    return make_visit(world, starts_at=at, now=now_utc())


@pytest.fixture
def one_contact_books_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """More often than one may on a day: for tests about something else."""
    for scope in BookingCount.Scope:
        monkeypatch.setitem(budgets.MOST, scope, 1000)
