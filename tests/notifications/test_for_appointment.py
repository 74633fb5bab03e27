"""What staff may see of the messages of an appointment."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import Actor, Appointment
from booking.services.cancelling import cancel_appointment
from notifications.models import Delivery
from notifications.outbox.dispatch import sweep
from tests.cast import World, now_utc
from tests.notifications.bookings import DAY, HOUR, book, on_the_grid
from tests.notifications.post_office import PostOffice


@pytest.fixture
def visit(world: World, post_office: PostOffice) -> Appointment:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    sweep(now=now)
    cancel_appointment(appointment=visit, by=Actor.customer(), now=now + HOUR)
    post_office.to_recipient = "550 no such user"
    sweep(now=now + HOUR)
    return visit


def messages_of(visit: Appointment) -> str:
    return reverse("notifications:for_appointment", args=[visit.pk])


def test_staff_read_what_was_sent_and_why_not(
    client: Client, world: World, visit: Appointment
) -> None:
    client.force_login(world.bob.user)
    client.cookies["django_language"] = "en"
    page = client.get(messages_of(visit)).content.decode()
    assert "Sent by e-mail" in page
    assert "Not sent: the appointment has changed." in page
    assert "Not delivered: this address takes no mail." in page
    assert visit.customer.email not in page


def test_each_state_has_words(client: Client, world: World, visit: Appointment) -> None:
    client.force_login(world.bob.user)
    client.cookies["django_language"] = "en"
    visit.deliveries.update(state=Delivery.State.DUE, problem="")
    visit.deliveries.filter(kind="confirmed").update(problem="server_hangs")
    page = client.get(messages_of(visit)).content.decode()
    assert "Planned for" in page
    assert "Not delivered yet: the server does not answer. We keep trying." in page


@pytest.mark.parametrize("who", ["charlie", "eve"])
def test_other_staff_learn_nothing(
    client: Client, world: World, visit: Appointment, who: str
) -> None:
    client.force_login(getattr(world, who).user)
    assert client.get(messages_of(visit)).status_code == 404


def test_nobody_reads_it_without_signing_in(client: Client, visit: Appointment) -> None:
    assert client.get(messages_of(visit)).status_code == 302


def test_the_list_asks_no_more_for_more_messages(
    client: Client, world: World, visit: Appointment
) -> None:
    client.force_login(world.bob.user)
    few = _queries(client, visit)
    visit.deliveries.filter(kind="cancelled").delete()
    assert _queries(client, visit) == few


def _queries(client: Client, visit: Appointment) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(messages_of(visit))
    return len(captured)
