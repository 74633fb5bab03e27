"""A page that was opened before somebody else changed the appointment: what is sent
from it is asked again and not done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from booking.models import Appointment
from booking.states import Status
from tests.booking.at_the_desk import signed_in
from tests.booking.customers import opened, visit_in
from tests.booking.meanwhile import changed_meanwhile, filled, page_text
from tests.cast import World, now_utc
from tests.sent_forms import SentForm, answer_to, copy_of, forms_on
from tests.shares import some
from video.models import Participant, Room

pytestmark = pytest.mark.django_db

CHANGES_NOTHING = {
    "video:invite",
    "video:staff_invite",
    "video:remove",
    "booking:write_message",
    "booking:answer_message",
}
"""Forms about a person at the page, or words, and not about the appointment."""


@dataclass(frozen=True)
class Scenario:
    status: str
    channel: str
    minutes: int

    def __str__(self) -> str:
        return f"{self.status}-{self.channel}-{self.minutes}"


SCENARIOS = [
    *(Scenario(Status.CONFIRMED, channel, 240) for channel in ("video", "callback")),
    Scenario(Status.REQUESTED, "in_store", 240),
    *(
        Scenario(Status.CONFIRMED, channel, 5)
        for channel in ("video", "callback", "in_store")
    ),
    *(Scenario(Status.CONFIRMED, channel, -5) for channel in ("video", "in_store")),
    *(Scenario(Status.ARRIVED, channel, 5) for channel in ("video", "in_store")),
    *(
        Scenario(Status.IN_PROGRESS, channel, -5)
        for channel in ("video", "callback", "in_store")
    ),
    *(Scenario(status, "video", -60) for status in ("missed_by_customer", "done")),
    Scenario(Status.MISSED_BY_STAFF, "in_store", -60),
    Scenario(Status.CANCELLED_BY_CUSTOMER, "video", 240),
    Scenario(Status.DECLINED, "video", 240),
]


@dataclass(frozen=True)
class Place:
    """A visit, its customer's browser and the adviser's."""

    visit: Appointment
    customer: Client
    bob: Client
    world: World


@pytest.fixture
def place(request: pytest.FixtureRequest, world: World) -> Place:
    wanted: Scenario = request.param
    visit = visit_in(
        world,
        minutes=wanted.minutes,
        channel=wanted.channel,
        status=wanted.status,
    )
    room = Room.objects.create(id=visit.pk, brand=world.brand, appointment=visit)
    if wanted.status in (Status.ARRIVED, Status.IN_PROGRESS):
        Participant.objects.create(
            brand=world.brand, room=room, role="customer", waiting_since=now_utc(),
            present_at=now_utc(),
            admitted_at=now_utc() if wanted.status == Status.IN_PROGRESS else None,
        )  # fmt: skip
    customer = Client()
    opened(customer, visit)
    return Place(visit, customer, signed_in(world.bob.user), world)


def pages_of(place: Place) -> Iterator[tuple[Client, str]]:
    visit = place.visit
    mine = f"/tilleul/appointments/{visit.pk}/"
    for page in (
        *("", "cancel/", "move/", "move/?channel=callback", "contact/"),
        *("device/", "waiting/", "room/"),
    ):
        yield place.customer, mine + page
    staff = f"/staff/appointments/{visit.pk}/"
    for page in ("", "cancel/", "move/", "decline/"):
        yield place.bob, staff + page
    yield place.bob, "/staff/?who=store"
    yield place.bob, "/staff/callbacks/?who=store"
    yield place.bob, f"/staff/rooms/{visit.pk}/"


def forms_of(place: Place) -> list[tuple[Client, SentForm]]:
    """All that can be pressed about the visit, on every page that shows it."""
    found = []
    for client, address in pages_of(place):
        response = client.get(address)
        if response.status_code != 200:
            continue
        for form in forms_on(response.content.decode(), address):
            if str(place.visit.pk) in form.path and form.route not in CHANGES_NOTHING:
                found.append((client, form))
    return found


def row_of(visit: Appointment) -> dict[str, Any]:
    row = Appointment.objects.values().get(pk=visit.pk)
    return {**row, "email": visit.customer.email, "seen_at": None}


@pytest.mark.parametrize(
    "place", SCENARIOS[:: some(2, every=1)], ids=str, indirect=True
)
def test_what_was_changed_meanwhile_is_asked_again(place: Place) -> None:
    """Every form says what its page showed."""
    forms = forms_of(place)
    assert forms
    for client, form in forms:
        stamp = {"sequence", "status"} if client is place.customer else {"version"}
        assert stamp <= form.fields.keys(), form
        point = transaction.savepoint()
        changed_meanwhile(place.visit)
        before = row_of(place.visit)
        response = client.post(form.path, filled(form))
        assert row_of(place.visit) == before, form
        assert response.status_code == 409, (form, response.status_code)
        assert "changé entre-temps" in page_text(response) or (
            "has changed meanwhile" in page_text(response)
        ), form
        transaction.savepoint_rollback(point)


@pytest.mark.parametrize(
    "place", SCENARIOS[some(1, every=0) :: some(2, every=1)], ids=str, indirect=True
)
def test_what_was_not_changed_is_done_and_two_taps_read_the_same(place: Place) -> None:
    """The stamp itself refuses nothing. The browser shows the answer to the second tap,
    which left before the first came."""
    apart = []
    for client, form in forms_of(place):
        point = transaction.savepoint()
        sent = filled(form)
        one, two = (answer_to(copy_of(client), form.path, sent) for _ in range(2))
        # Typed by hand at random an hour may be past or outside the hours.
        refused = 422 if "hour" in form.fields else None
        assert one[0] in (302, 303, refused), (form, one)
        if one != two:
            apart.append((form.route, one, two))
        transaction.savepoint_rollback(point)
    assert apart == []
