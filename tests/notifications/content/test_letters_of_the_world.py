"""Mail to addresses with other letters than ASCII, through a real SMTP server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from booking.models import Appointment, Customer
from notifications.models import Delivery
from notifications.outbox.dispatch import sweep
from notifications.wording import PROBLEMS
from tests.booking.customers import opened as page_of
from tests.cast import World, now_utc
from tests.notifications.bookings import DAY, book, on_the_grid, the
from tests.notifications.post_office import PostOffice, opened, part_of

NOW = now_utc()
State = Delivery.State


@pytest.fixture
def ascii_office(post_office: PostOffice, settings: Settings) -> Iterator[PostOffice]:
    """A relay without SMTPUTF8."""
    with opened(takes_letters=False) as office:
        settings.EMAIL_PORT = office.port
        yield office


def booked(world: World, email: str) -> Appointment:
    start = on_the_grid(NOW + 3 * DAY)
    visit = book(world, starts_at=start, now=NOW, email=email, phone="")
    sweep(now=NOW)
    return visit


@pytest.mark.parametrize(
    ("email", "envelope"),
    [
        ("jörg@example.org", "jörg@example.org"),
        ("josé@müller.example", "josé@xn--mller-kva.example"),
        ("lea@straße.example", "lea@xn--strae-oqa.example"),
    ],
)
def test_it_arrives(
    world: World, post_office: PostOffice, email: str, envelope: str
) -> None:
    visit = booked(world, email)
    [mail] = post_office.arrived
    assert the(visit, "confirmed").state == State.SENT
    assert str(mail["X-Envelope-To"]) == str(mail["To"]) == envelope
    for kind in ("plain", "html"):
        assert "C’est réservé, Alice" in part_of(mail, kind)


def test_a_relay_that_knows_ascii_only_still_takes_foreign_hosts(
    world: World, ascii_office: PostOffice
) -> None:
    booked(world, "lea@müller.example")
    [mail] = ascii_office.arrived
    assert str(mail["X-Envelope-To"]) == "lea@xn--mller-kva.example"


def test_what_it_cannot_write_to_is_said(
    client: Client, world: World, ascii_office: PostOffice
) -> None:
    visit = booked(world, "jörg@example.org")
    sent = the(visit, "confirmed")
    assert (sent.state, sent.problem) == (State.DEAD, "relay_ascii_only")
    assert sent.problem in PROBLEMS
    assert ascii_office.arrived == []
    assert Customer.objects.all_brands().get(pk=visit.customer_id).email_failed_at
    page = client.get(page_of(client, visit)).content.decode()
    assert "/contact/" in page
