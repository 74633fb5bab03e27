"""A number that takes no text messages is said at once; the calling number, always."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from booking.models import Appointment, Customer
from tests.booking.customer.walking import held
from tests.booking.customers import opened, text_of, visit_in
from tests.booking.over_the_api import hold, post
from tests.cast import World, next_step, now_utc

pytestmark = pytest.mark.django_db

SAID = "Aucun SMS n’arrive à ce numéro."
SILENT = {
    "landline": ("01 23 45 67 89", "+33123456789"),
    "overseas landline": ("0262 12 34 56", "+262262123456"),
    "foreign mobile": ("+49 1512 3456789", "+4915123456789"),
    "foreign landline": ("+32 2 555 12 12", "+3225551212"),
}


@pytest.mark.parametrize("channel", ["video", "callback"])
@pytest.mark.parametrize("which", SILENT)
def test_the_form_says_it_and_asks_for_an_address(
    client: Client, world: World, which: str, channel: str
) -> None:
    typed, kept = SILENT[which]
    page = held(client, world, channel)
    details = {"name": "Alice", "reach": "phone", "phone": typed}
    refused = client.post(page, details)
    words = refused.content.decode()
    assert refused.status_code == 422
    assert SAID in words
    assert 'href="#id_email"' in words
    assert 'id="id_no_email"' in words
    assert 'class="field reach"' not in words, "both fields are shown"
    assert not Appointment.objects.exists()

    address = "alice@customer.example"
    assert client.post(page, {**details, "email": address}).status_code == 303
    customer = Customer.objects.get()
    assert (customer.phone, customer.email) == (kept, address)


@pytest.mark.parametrize("channel", ["video", "callback"])
def test_who_has_no_address_books_all_the_same(
    client: Client, world: World, channel: str
) -> None:
    details = {"name": "Alice", "reach": "phone", "phone": "01 23 45 67 89"}
    page = held(client, world, channel)
    assert client.post(page, {**details, "no_email": "on"}).status_code == 303
    assert Customer.objects.get().email == ""


@pytest.mark.parametrize("typed", ["06 12 34 56 78", "0692 12 34 56"])
def test_a_mobile_that_gets_texts_is_enough(
    client: Client, world: World, typed: str
) -> None:
    details = {"name": "Alice", "reach": "phone", "phone": typed}
    assert client.post(held(client, world), details).status_code == 303


def test_the_api_says_it_too(client: Client, world: World) -> None:
    found = hold(client, next_step(now_utc()).isoformat()).json()
    path = f"/holds/{found['id']}/appointment/"
    who: dict[str, Any] = {"name": "Alice", "phone": "+4915123456789"}
    refused = post(client, path, who)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["email"])
    assert post(client, path, {**who, "no_email": True}).status_code == 201


def test_another_number_without_texts_is_no_way_out(
    client: Client, world: World
) -> None:
    page = f"{opened(client, visit_in(world, minutes=60))}contact/"
    refused = client.post(page, {"phone": "01 23 45 67 89"})
    assert refused.status_code == 422
    assert SAID in refused.content.decode()
    both = {"phone": "01 23 45 67 89", "email": "zoe@customer.example"}
    assert client.post(page, both).status_code == 303


@pytest.mark.parametrize(
    ("of_brand", "of_store", "words"),
    [
        ("+33353010000", "", "Nous appelons du 03 53 01 00 00."),
        ("+33353010000", "+33353010004", "Nous appelons du 03 53 01 00 04."),
        ("", "", "Notre numéro peut être masqué."),
    ],
)
def test_a_callback_names_the_number_that_calls(
    client: Client, world: World, of_brand: str, of_store: str, words: str
) -> None:
    world.brand.calls_from, world.store.calls_from = of_brand, of_store
    world.brand.save(update_fields=["calls_from"])
    world.store.save(update_fields=["calls_from"])
    page = held(client, world, "callback")
    assert words in client.get(page).content.decode()
    details = {"name": "Alice", "phone": "06 12 34 56 78"}
    booked = client.post(page, details)
    assert words in text_of(client, booked["Location"])
    visit = Appointment.objects.get()
    address = opened(client, visit)
    assert words in text_of(client, address)
    calendar = client.get(f"{address}calendar.ics").content.decode()
    assert words[:24] in calendar.replace("\r\n ", "")
    answer = client.get(f"/api/v1/brands/tilleul/appointments/{visit.pk}/")
    assert answer.json()["calls_from"] == (of_store or of_brand)


def test_staff_see_what_the_customer_expects(client: Client, world: World) -> None:
    world.brand.calls_from = "+33353010000"
    world.brand.save(update_fields=["calls_from"])
    visit_in(world, minutes=30, channel="callback")
    assert world.bob.user
    client.force_login(world.bob.user)
    english = {"Accept-Language": "en"}
    listed = client.get("/staff/callbacks/", headers=english).content.decode()
    assert "They expect a call from 03 53 01 00 00." in listed
