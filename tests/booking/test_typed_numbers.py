"""Numbers that cannot be called are refused wherever they are typed, and by cause."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from booking.models import Customer
from stores.models import Channel
from tests.booking.customer.walking import held
from tests.booking.customers import opened, visit_in
from tests.cast import World

pytestmark = pytest.mark.django_db

CAUSES = [
    ("0825 12 34 56", "numéros spéciaux ou courts"),
    ("3639", "numéros spéciaux ou courts"),
    ("06 12 34 56 78 poste 12", "numéro de poste"),
    ("07 00 12 34 56", "Ce numéro n’existe pas"),
    ("12", "Ce n’est pas un numéro"),
]


@pytest.mark.parametrize(("typed", "words"), CAUSES)
def test_the_form_says_why(
    client: Client, world: World, typed: str, words: str
) -> None:
    details = {"name": "Alice", "phone": typed}
    response = client.post(held(client, world, "callback"), details)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Customer.objects.exists()


def test_an_overseas_number_keeps_its_territory(client: Client, world: World) -> None:
    details = {"name": "Alice", "reach": "phone", "phone": "0692 12 34 56"}
    assert client.post(held(client, world), details).status_code == 303
    assert Customer.objects.get().phone == "+262692123456"


@pytest.mark.parametrize(("typed", "words"), CAUSES)
def test_a_missed_visit_is_not_called_at_such_a_number(
    client: Client, world: World, typed: str, words: str
) -> None:
    visit = visit_in(world, minutes=-60, status="missed_by_staff")
    response = client.post(f"{opened(client, visit)}callback/", {"phone": typed})
    assert response.status_code == 422
    assert words in response.content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("0825 12 34 56", "Special and short numbers are not called."),
        ("06 12 34 56 78 p. 12", "An extension cannot be kept"),
        ("07 00 12 34 56", "That number does not exist"),
        ("0" * 31, "That is not a phone number."),
    ],
)
def test_staff_read_why(client: Client, world: World, typed: str, words: str) -> None:
    visit = visit_in(world, minutes=-60, status="missed_by_staff")
    visit.customer.phone = ""
    visit.customer.save(update_fields=["phone"])
    assert world.bob.user
    client.force_login(world.bob.user)
    address = reverse("booking:turn_into_callback", args=[visit.pk])
    response = client.post(address, {"phone": typed}, headers={"Accept-Language": "en"})
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert 'name="phone"' in page
    visit.refresh_from_db()
    assert visit.channel != Channel.CALLBACK
