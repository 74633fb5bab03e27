"""Pages that an address of one part answers with: each form still goes to its own."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.booking.at_the_desk import signed_in
from tests.cast import World
from tests.sent_forms import forms_on

pytestmark = pytest.mark.django_db
TEXT = "/desk/messages/confirmed/email/fr/"


@pytest.fixture
def dora(world: World) -> Client:
    return signed_in(world.dora)


def leads_to(html: str, address: str) -> set[str]:
    return {sent.path.partition("?")[0] for sent in forms_on(html, address)}


def agrees(client: Client, page: str, part: str, fields: dict[str, str]) -> None:
    """The page that the part's address answers with has no form of its own."""
    own = client.get(page)
    answer = client.post(part, fields)
    assert own.status_code == 200
    assert answer.status_code in (200, 422), answer.status_code
    found = leads_to(answer.content.decode(), part)
    assert page in found
    assert found == leads_to(own.content.decode(), page)


def test_a_text_is_saved_after_a_trial(dora: Client) -> None:
    agrees(dora, TEXT, f"{TEXT}trial/", {"subject": "Le {jour}"})


def test_a_brand_is_saved_after_a_refused_logo(dora: Client) -> None:
    agrees(dora, "/desk/brand/", "/desk/brand/logo/", {})


@pytest.mark.parametrize("part", ["photo/", "roles/"])
def test_a_person_is_saved_after_a_refused_part(
    world: World, dora: Client, part: str
) -> None:
    person = world.bob.staff_member
    page = f"/desk/team/{person.pk}/"
    agrees(dora, page, f"{page}{part}", {"role-0": "nobody"})


def test_a_store_is_saved_after_a_refused_room(world: World, dora: Client) -> None:
    page = f"/desk/stores/{world.store.pk}/"
    agrees(dora, page, f"{page}rooms/", {"name": ""})
