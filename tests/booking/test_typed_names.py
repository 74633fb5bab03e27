"""Names and addresses on pages and over the API: kept in one form, refused by cause."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from booking.models import Customer
from tests.booking.customer.walking import held
from tests.booking.over_the_api import hold, post
from tests.cast import World, next_step, now_utc

pytestmark = pytest.mark.django_db

KEPT = [
    ({"name": "Alice\u00a0Moreau"}, "Alice Moreau", "a@b.example"),
    ({"name": "山田\u3000太郎"}, "山田 太郎", "a@b.example"),
    ({"name": "Dr.Info Huber"}, "Dr.Info Huber", "a@b.example"),
    ({"name": "e\u0301" * 80}, "é" * 80, "a@b.example"),
    ({"email": "jörg@example.org"}, "Alice", "jörg@example.org"),
    ({"email": "lea\u200b@MÜLLER.example"}, "Alice", "lea@müller.example"),
]
REFUSED = [
    ("a\u202eb", "invisibles qui changent le sens"),
    ("Win at www.spam.example", "sans adresse web"),
    ("lea@example.org", "sans adresse e-mail"),
    ("Alice\r\nBcc: x", "sur une seule ligne"),
    ("Ali\ue000ce", "ne peuvent pas s’afficher"),
    ("\u3164", "Indiquez votre nom."),
    ("x" * 81, "80 caractères au plus"),
]


@pytest.mark.parametrize(("typed", "name", "email"), KEPT)
def test_the_page_keeps_one_form(
    client: Client, world: World, typed: Any, name: str, email: str
) -> None:
    details = {"name": "Alice", "reach": "email", "email": "a@b.example", **typed}
    assert client.post(held(client, world), details).status_code == 303
    customer = Customer.objects.get()
    assert (customer.name, customer.email) == (name, email)


@pytest.mark.parametrize(("typed", "name", "email"), KEPT)
def test_the_api_keeps_one_form(
    client: Client, world: World, typed: Any, name: str, email: str
) -> None:
    found = hold(client, next_step(now_utc()).isoformat()).json()
    details = {"name": "Alice", "email": "a@b.example", **typed}
    answer = post(client, f"/holds/{found['id']}/appointment/", details)
    assert answer.status_code == 201, answer.content
    customer = Customer.objects.get()
    assert (customer.name, customer.email) == (name, email)


@pytest.mark.parametrize(("typed", "words"), REFUSED)
def test_each_refusal_says_its_own_cause(
    client: Client, world: World, typed: str, words: str
) -> None:
    details = {"name": typed, "reach": "email", "email": "a@b.example"}
    response = client.post(held(client, world), details)
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert sum(said in page for _, said in REFUSED) == 1
    assert not Customer.objects.exists()
