"""The customer's whole path over HTTP, as a browser without JavaScript walks it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from booking.models import Appointment, Customer, Hold
from booking.states import Status
from tests.booking.customer.walking import ALICE, TIMES, first_start, held, take, wanted
from tests.cast import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("channel", ["video", "callback", "in_store"])
def test_a_customer_walks_from_the_store_to_the_confirmation(
    client: Client, world: World, channel: str
) -> None:
    for page in ("/tilleul/stores/", "/tilleul/lille/", "/tilleul/lille/premier-velo/"):
        assert client.get(page).status_code == 200
    times = client.get(TIMES.format(channel=channel)).content.decode()
    plate = re.search(r'class="btn btn-lg"\s+name="start"\s+value="([^"]+)"', times)
    assert plate is not None

    taken = take(client, plate[1], channel)
    details = client.get(taken["Location"])
    assert details.status_code == 200

    made = client.post(taken["Location"], dict(ALICE, phone="06 39 98 00 10"))
    assert made.status_code == 303
    page = client.get(made["Location"]).content.decode()

    appointment = Appointment.objects.get()
    assert appointment.channel == channel
    assert appointment.status == Status.CONFIRMED
    assert f"{appointment.local_start:%H:%M}" in page
    assert "/r/" in page
    assert appointment.question == ""
    kept = "+33639980010" if channel == "callback" else ""
    assert appointment.customer.phone == kept


def test_the_details_may_be_a_phone_number(client: Client, world: World) -> None:
    details = {"name": "Alice", "reach": "phone", "phone": "+33 6 39 98 00 10"}
    response = client.post(held(client, world), details)
    assert response.status_code == 303
    assert Customer.objects.get().phone == "+33639980010"
    assert Customer.objects.get().email == ""


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"phone": "12"}, "id_phone"),
        ({"phone": "not a number"}, "id_phone"),
        ({"phone": ""}, "id_phone"),
        ({"reach": "email", "email": "alice"}, "id_email"),
        ({"name": ""}, "id_name"),
        ({"name": "x" * 81}, "id_name"),
        ({"name": "Win at https://spam.example"}, "id_name"),
        ({"name": "Alice\r\nBcc: all@example.org"}, "id_name"),
        ({"question": "x" * 281}, "id_question"),
    ],
)
def test_bad_input_is_said_beside_the_field_and_nothing_is_written(
    client: Client, world: World, typed: dict[str, str], field: str
) -> None:
    good = {"name": "Alice", "reach": "phone", "phone": "06 39 98 00 10"}
    response = client.post(held(client, world), good | typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert f'id="{field}_error"' in page
    assert f'href="#{field}"' in page
    assert not Customer.objects.exists()
    assert not Appointment.objects.exists()


def test_a_callback_needs_the_number_to_call(client: Client, world: World) -> None:
    response = client.post(held(client, world, "callback"), ALICE)
    assert response.status_code == 422
    assert 'id="id_phone_error"' in response.content.decode()
    assert not Appointment.objects.exists()


def test_what_was_typed_is_kept_on_errors(client: Client, world: World) -> None:
    typed = {"name": "Alice Moreau", "reach": "phone", "phone": "12"}
    page = client.post(held(client, world), typed).content.decode()
    assert 'value="Alice Moreau"' in page
    assert 'value="12"' in page


def test_an_hour_just_taken_names_three_that_can_be_booked(
    client: Client, world: World
) -> None:
    start = first_start(world)
    assert take(Client(), start).status_code == 303

    response = take(client, start)

    page = response.content.decode()
    plates = re.search(r'<div class="plates">(.*?)</div>', page, re.DOTALL)
    assert response.status_code == 409
    assert plates is not None
    offered = re.findall(r'value="([^"]+)"', plates[1])
    assert len(offered) == 3
    for each in offered:
        assert take(Client(), each).status_code in (303, 409)
    assert take(client, offered[0]).status_code == 409
    assert take(client, first_start(world)).status_code == 303


@pytest.mark.parametrize("number", [0, 1, 2])
def test_each_of_the_three_nearest_can_be_booked(
    client: Client, world: World, number: int
) -> None:
    start = first_start(world)
    take(Client(), start)
    page = take(client, start).content.decode()
    plates = re.search(r'<div class="plates">(.*?)</div>', page, re.DOTALL)
    assert plates is not None
    offered = re.findall(r'value="([^"]+)"', plates[1])
    response = take(client, offered[number])
    assert response.status_code == 303
    assert client.post(response["Location"], ALICE).status_code == 303


def test_an_hour_lost_while_typing_keeps_what_was_typed(
    client: Client, world: World
) -> None:
    address = held(client, world)
    hidden = wanted(client, address)
    start = Hold.objects.get().starts_at.isoformat()
    Hold.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert take(Client(), start).status_code == 303

    lost = client.post(address, ALICE | {"wanted": hidden})
    assert lost.status_code == 409
    nearest = re.findall(r'name="start"\s+value="([^"]+)"', lost.content.decode())
    again = take(client, nearest[0])

    assert 'value="Alice Moreau"' in client.get(again["Location"]).content.decode()
    assert not Appointment.objects.exists()


def test_an_expired_hold_is_taken_again_while_the_hour_is_free(
    client: Client, world: World
) -> None:
    address = held(client, world)
    Hold.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert client.post(address, ALICE).status_code == 303
    assert Appointment.objects.count() == 1


def test_an_expired_hold_leads_back_to_the_hours(client: Client, world: World) -> None:
    address = held(client, world)
    Hold.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    response = client.get(address)
    assert response.status_code == 303
    assert response["Location"].startswith(TIMES.format(channel="video"))
    assert client.get(response["Location"]).status_code == 200


def test_a_form_sent_twice_books_once(client: Client, world: World) -> None:
    address = held(client, world)
    details = ALICE | {"wanted": wanted(client, address)}
    first = client.post(address, details)
    second = client.post(address, details)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"]
    assert Appointment.objects.count() == 1


def test_the_hold_is_extended_and_what_was_typed_is_kept(
    client: Client, world: World
) -> None:
    address = held(client, world)
    before = Hold.objects.get().expires_at
    response = client.post(f"{address}extend/", {"name": "Alice Moreau"})
    assert response.status_code == 303
    assert Hold.objects.get().expires_at > before
    assert 'value="Alice Moreau"' in client.get(address).content.decode()


def test_extending_a_hold_that_is_gone_leads_back_to_the_hours(
    client: Client, world: World
) -> None:
    address = held(client, world)
    typed = {"name": "Alice Moreau", "wanted": wanted(client, address)}
    Hold.objects.all().delete()
    response = client.post(f"{address}extend/", typed)
    assert response.status_code == 303
    assert response["Location"].startswith(TIMES.format(channel="video"))
    again = held(client, world)
    assert 'value="Alice Moreau"' in client.get(again).content.decode()


@pytest.mark.parametrize(
    "start",
    [
        "2001-01-01T10:00:00+00:00",
        "2999-01-01T10:00:00+00:00",
        "2026-01-01T10:00:00",
        "tomorrow",
        "",
    ],
)
def test_an_hour_that_is_not_offered_is_refused_in_words(
    client: Client, world: World, start: str
) -> None:
    response = take(client, start)
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not Hold.objects.exists()


def test_an_hour_off_the_grid_is_refused(client: Client, world: World) -> None:
    start = dt.datetime.fromisoformat(first_start(world)) + dt.timedelta(minutes=1)
    assert take(client, start.isoformat()).status_code == 422
