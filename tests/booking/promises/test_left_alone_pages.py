"""The pages of who is left alone, and the board of the store that owes a call."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from booking.models import Actor, Appointment, Promise
from booking.promises.calls import call_owed, promise_call
from booking.services.attendance import mark_missed
from booking.states import Status
from tests.booking.customers import opened, text_of, visit_in
from tests.cast import World, now_utc

pytestmark = pytest.mark.django_db

CUSTOMER = Actor.customer()


@pytest.fixture
def visit(world: World) -> Appointment:
    """Alice said "I'm here" for a visit with Bob that began some minutes ago."""
    return visit_in(world, minutes=-10, status=Status.ARRIVED)


def call_of(visit: Appointment) -> Promise:
    found = call_owed(visit)
    assert found is not None
    return found


def test_the_page_of_who_is_left_alone_names_the_ways_out(
    client: Client, visit: Appointment
) -> None:
    address = opened(client, visit)
    page = text_of(client, address)
    assert "Personne ne vous a rejoint" in page
    assert "Être appelé" in page
    assert "Une autre heure" in page
    assert "Sans réponse de votre part" in page
    before = text_of(client, f"{address}state/")

    assert client.post(f"{address}call/").status_code == 303
    page = text_of(client, address)
    assert "aujourd’hui, au plus tard" in page
    assert f"{call_of_page(visit):%H:%M}" in page
    assert text_of(client, f"{address}state/") != before

    assert client.post(f"{address}no-call/").status_code == 303
    visit.refresh_from_db()
    assert visit.status == Status.MISSED_BY_STAFF
    assert "Ne pas m’appeler" not in text_of(client, address)


def call_of_page(visit: Appointment) -> dt.datetime:
    visit.refresh_from_db()
    return call_of(visit).due_at.astimezone(visit.zone)


def test_the_number_is_asked_for_on_the_way(client: Client, visit: Appointment) -> None:
    visit.customer.phone = ""
    visit.customer.save(update_fields=["phone"])
    address = opened(client, visit)
    for typed in ("", "12"):
        refused = client.post(f"{address}call/", {"phone": typed})
        assert refused.status_code == 422
        assert 'id="id_phone_error"' in refused.content.decode()
    answer = client.post(f"{address}call/", {"phone": "0612345678"})
    assert answer.status_code == 303
    assert call_of_page(visit)


def test_what_we_missed_just_now_is_called_within_minutes(
    client: Client, world: World, visit: Appointment
) -> None:
    by = Actor.staff(world.bob.user)
    mark_missed(appointment=visit, by_staff=True, by=by, now=now_utc())
    address = opened(client, visit)
    assert "Être appelé" in text_of(client, address)
    assert client.post(f"{address}call/").status_code == 303
    assert call_of_page(visit)


def test_a_tap_for_a_visit_in_order_says_how_it_stands(
    client: Client, world: World
) -> None:
    address = opened(client, visit_in(world, minutes=120))
    for act in ("call/", "no-call/"):
        assert client.post(f"{address}{act}").status_code == 409
    assert not Promise.objects.exists()


def test_every_board_of_the_store_shows_it_above_all_else(
    world: World, visit: Appointment
) -> None:
    promise = promise_call(appointment=visit, by=CUSTOMER, now=now_utc())
    browser = Client()
    browser.force_login(world.dora)
    board = browser.get("/staff/").content.decode()
    assert "Appels que nous devons" in board
    assert board.index('id="owed"') < board.index('id="waiting"')
    due = promise.due_at.astimezone(visit.zone)
    assert f"À appeler avant {due:%H:%M}" in board
    assert "Appel en retard" not in board
    Promise.objects.update(broken_at=now_utc())
    assert "Appel en retard" in browser.get("/staff/").content.decode()
