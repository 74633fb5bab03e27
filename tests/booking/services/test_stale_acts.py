"""What makes an act stale and what does not, act by act."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client

from booking.errors import StaleVersion
from booking.models import Actor, Appointment, AppointmentEvent
from booking.services.attendance import announce_delay, record_arrival
from booking.services.callbacks import record_call_attempt
from booking.services.cancelling import cancel_appointment
from booking.services.contact import change_contact
from booking.shown import Shown
from booking.states import Status
from tests.booking.at_the_desk import signed_in
from tests.booking.customers import opened, visit_in
from tests.booking.meanwhile import STORE, changed_meanwhile, filled, page_text
from tests.cast import World, next_step, now_utc
from tests.sent_forms import SentForm, forms_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(world: World) -> Appointment:
    return visit_in(world, minutes=240)


def arrived(visit: Appointment) -> None:
    record_arrival(appointment=visit, by=Actor.customer(), now=now_utc())


def delayed(visit: Appointment) -> None:
    announce_delay(appointment=visit, minutes=10, by=STORE, now=now_utc())


def reached_elsewhere(visit: Appointment) -> None:
    change_contact(
        appointment=visit, email="", phone="+33639980009", by=STORE, now=now_utc()
    )


def first_form(client: Client, address: str) -> SentForm:
    """Its main button, between those of the head and of the foot of the page."""
    forms = forms_on(page_text(client.get(address)), address)
    return next(form for form in forms if form.path == address)


Happens = Callable[[Appointment], None]


@pytest.mark.parametrize("happens", [arrived, delayed, reached_elsewhere])
@pytest.mark.parametrize("page", ["cancel", "move"])
def test_an_arrival_a_delay_or_a_message_refuses_nothing(
    world: World, visit: Appointment, happens: Happens, page: str
) -> None:
    customer, bob = Client(), signed_in(world.bob.user)
    for client, address in (
        (bob, f"/staff/appointments/{visit.pk}/{page}/"),
        (customer, f"{opened(customer, visit)}{page}/"),
    ):
        point = transaction.savepoint()
        form = first_form(client, address)
        happens(Appointment.objects.get(pk=visit.pk))
        response = client.post(form.path, filled(form))
        assert response.status_code in (302, 303), form
        transaction.savepoint_rollback(point)


def test_the_second_press_of_the_same_move_is_no_conflict(
    world: World, visit: Appointment
) -> None:
    customer, bob = Client(), signed_in(world.bob.user)
    for client, address in (
        (bob, f"/staff/appointments/{visit.pk}/move/"),
        (customer, f"{opened(customer, visit)}move/"),
    ):
        point = transaction.savepoint()
        form = first_form(client, address)
        statuses = [client.post(form.path, form.fields).status_code for _ in range(2)]
        assert set(statuses) <= {302, 303}
        assert [e.kind for e in AppointmentEvent.objects.all()] == ["moved"]
        transaction.savepoint_rollback(point)


def test_who_arrived_meanwhile_is_not_marked_as_missing(world: World) -> None:
    visit, bob = (
        visit_in(world, minutes=-5, channel="in_store"),
        signed_in(world.bob.user),
    )
    address = f"/staff/appointments/{visit.pk}/"
    presses = [
        form
        for form in forms_on(page_text(bob.get(address)), address)
        if form.route == "booking:mark_missed"
    ]
    assert len(presses) == 2
    arrived(visit)
    for form in presses:
        point = transaction.savepoint()
        # That nobody of us came is true all the more.
        wanted = 302 if "by_staff" in form.fields else 409
        assert bob.post(form.path, form.fields).status_code == wanted
        transaction.savepoint_rollback(point)


def test_a_delay_that_a_colleague_told_is_not_taken_back_unseen(
    world: World, visit: Appointment
) -> None:
    bob, late = signed_in(world.bob.user), f"/staff/appointments/{visit.pk}/late/"
    delayed(visit)
    shown = {"version": "1"}
    assert bob.post(late, {"minutes": "10", **shown}).status_code == 302
    refused = bob.post(late, {"minutes": "5", **shown})
    assert refused.status_code == 409
    assert "Told the customer: 10 min late" in page_text(refused)
    assert bob.post(late, {"minutes": "5", "version": "2"}).status_code == 302


@pytest.mark.parametrize("result", ["no_answer", "wrong_number", "reached"])
def test_two_colleagues_do_not_count_one_call_twice(world: World, result: str) -> None:
    visit = visit_in(world, minutes=-5, channel="callback")
    bob, dora = signed_in(world.bob.user), signed_in(world.dora)
    address = f"/staff/appointments/{visit.pk}/"
    [form] = [
        form
        for form in forms_on(page_text(bob.get(address)), address)
        if form.fields.get("result") == result
    ]
    record_call_attempt(
        appointment=visit, result="no_answer", user=world.dora, now=now_utc()
    )
    assert dora.post(form.path, form.fields).status_code == 409
    assert bob.post(form.path, form.fields).status_code == 409
    assert visit.call_attempts.count() == 1


def test_a_new_number_is_not_marked_as_the_wrong_one(world: World) -> None:
    visit, bob = (
        visit_in(world, minutes=-5, channel="callback"),
        signed_in(world.bob.user),
    )
    address = f"/staff/appointments/{visit.pk}/"
    [form] = [
        form
        for form in forms_on(page_text(bob.get(address)), address)
        if form.fields.get("result") == "wrong_number"
    ]
    reached_elsewhere(visit)
    assert bob.post(form.path, form.fields).status_code == 409
    visit.customer.refresh_from_db()
    assert visit.customer.phone_failed_at is None


@pytest.mark.parametrize(
    "stamp",
    [
        {"version": "0"}, {"version": "99"}, {"version": "x"}, {"version": "-1"},
        {"version": "²"}, {"version": "1" * 40}, {"sequence": "1"}, {"sequence": ""},
        {"sequence": "0", "status": "requested"}, {"status": "nonsense"},
    ],
)  # fmt: skip
def test_what_no_page_of_ours_showed_is_asked_again(
    world: World, visit: Appointment, stamp: dict[str, str]
) -> None:
    customer = Client()
    address = opened(customer, visit)
    staff = f"/staff/appointments/{visit.pk}/cancel/"
    assert customer.post(f"{address}cancel/", stamp).status_code == 409
    assert signed_in(world.bob.user).post(staff, stamp).status_code == 409
    visit.refresh_from_db()
    assert visit.status == Status.CONFIRMED


def test_the_page_that_asks_again_can_be_answered(
    world: World, visit: Appointment
) -> None:
    customer = Client()
    address = f"{opened(customer, visit)}cancel/"
    form = first_form(customer, address)
    changed_meanwhile(visit)
    visit.refresh_from_db()
    asked = customer.post(form.path, form.fields)
    assert f"{visit.local_start:%H:%M}" in page_text(asked)
    assert "Oui, annuler" in page_text(asked)
    again = forms_on(page_text(asked), address)[0]
    assert customer.post(again.path, again.fields).status_code == 303
    visit.refresh_from_db()
    assert visit.status == Status.CANCELLED_BY_CUSTOMER


def test_the_rule_is_asked_again_under_the_lock(visit: Appointment) -> None:
    """Between the page's question and the write somebody else was faster."""
    shown = Shown(sequence=0, status=Status.CONFIRMED)
    slow = Appointment.objects.get(pk=visit.pk)
    changed_meanwhile(visit)
    with pytest.raises(StaleVersion):
        cancel_appointment(
            appointment=slow, by=Actor.customer(), now=now_utc(), shown=shown
        )
    visit.refresh_from_db()
    assert visit.status == Status.CONFIRMED
    # An arrival at that moment is no reason.
    slow, version = Appointment.objects.get(pk=visit.pk), Shown(version=visit.version)
    arrived(Appointment.objects.get(pk=visit.pk))
    cancel_appointment(appointment=slow, by=STORE, now=now_utc(), shown=version)


@pytest.mark.parametrize("act", ["cancel", "move"])
@pytest.mark.parametrize("name", ["sequence", "version"])
def test_the_api_says_what_it_showed_if_it_likes(
    world: World, visit: Appointment, act: str, name: str
) -> None:
    alice = Client()
    opened(alice, visit)
    address = f"/api/v1/brands/tilleul/appointments/{visit.pk}/"
    shown = {name: alice.get(address).json()[name]}
    changed_meanwhile(visit)
    wish = {"starts_at": next_step(now_utc(), minutes=300).isoformat()}
    body = wish if act == "move" else {}
    path, kind = f"{address}{act}/", "application/json"
    refused = alice.post(path, {**body, **shown}, content_type=kind)
    assert (refused.status_code, refused.json()["code"]) == (409, "stale_version")
    shown = {name: alice.get(address).json()[name]}
    done = alice.post(path, {**body, **shown}, content_type=kind)
    assert done.status_code == 200
