"""The lines about data before the button, and the version that they led to."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from booking.models import Appointment
from stores.editing.legal import WrittenLegal, publish_legal
from stores.legal.texts import our_text, version_of
from stores.models import Brand
from tests.booking.api import systems
from tests.booking.customer.walking import ALICE, first_start, held, wanted
from tests.booking.over_the_api import hold, post
from tests.cast import World, next_step, now_utc

pytestmark = pytest.mark.django_db
SIX_LINES = 6 * 48
"""Letters of a small line on a narrow telephone."""


@pytest.fixture
def french() -> Client:
    return Client(headers={"accept-language": "fr"})


def publish(world: World, body: str, language: str = "fr") -> None:
    brand = Brand.objects.get(pk=world.brand.pk)
    seen = version_of(brand, "privacy", language)
    written = WrittenLegal(kind="privacy", language=language, body=body)
    publish_legal(
        brand=brand, written=written, seen=seen, user=world.dora, now=now_utc()
    )


def sent(client: Client, address: str, **fields: str) -> dict[str, str]:
    return {**ALICE, "wanted": wanted(client, address), **fields}


def test_the_lines_say_all_that_the_law_asks(french: Client, world: World) -> None:
    page = french.get(held(french, world)).content.decode()
    before, _, after = page.partition('href="/tilleul/legal/privacy/"')
    lines = re.sub(r"<[^>]*>", "", before[before.rindex("<p") :])
    said = " ".join(lines.split())
    for words in (
        "servent au rendez-vous", "que vous nous demandez", "Maison Tilleul",
        "90 jours", "les voir, les corriger ou les effacer",
    ):  # fmt: skip
        assert words in said
    assert len(said) <= SIX_LINES
    assert after.index("Vos données") < after.index('class="btn btn-lg')


def test_a_booking_keeps_the_version_that_its_form_carried(
    french: Client, world: World
) -> None:
    publish(world, "Une")
    address = held(french, world)
    page = french.get(address).content.decode()
    assert 'name="privacy_version" value="1"' in page
    publish(world, "Deux")
    french.post(address, sent(french, address, privacy_version="1"))
    assert Appointment.objects.get().privacy_version == 1


@pytest.mark.parametrize("carried", ["", "3", "-1", "x", "9" * 40, "٢"])
def test_a_version_that_never_was_is_the_one_that_stands(
    french: Client, world: World, carried: str
) -> None:
    publish(world, "Une")
    publish(world, "Deux")
    address = held(french, world)
    french.post(address, sent(french, address, privacy_version=carried))
    assert Appointment.objects.get().privacy_version == 2


def test_ours_is_version_0_and_each_language_counts_for_itself(
    french: Client, world: World
) -> None:
    publish(world, "One", "en")
    address = held(french, world)
    assert 'name="privacy_version" value="0"' in french.get(address).content.decode()
    french.post(address, sent(french, address))
    made = Appointment.objects.get()
    assert (made.language, made.privacy_version) == ("fr", 0)


def test_a_visitor_over_the_api_keeps_it_too(client: Client, world: World) -> None:
    publish(world, "Une")
    publish(world, "Deux")
    brand = client.get("/api/v1/brands/").json()
    assert {"fr": 2, "en": 0} in [
        one["privacy_versions"] for one in brand.get("results", brand)
    ]
    made = hold(client, first_start(world)).json()
    body = {"name": "Zoé", "email": "zoe@c.example", "privacy_version": 1}
    answer = post(client, f"/holds/{made['id']}/appointment/", body)
    assert answer.status_code == 201
    assert answer.json()["privacy_version"] == 1


@pytest.mark.parametrize(("facts", "kept"), [({}, 1), ({"privacy_version": 0}, 0)])
def test_a_system_with_a_key_keeps_it_too(
    world: World, facts: dict[str, int], kept: int
) -> None:
    publish(world, "Une")
    client = systems.with_scopes(world, systems.WRITE)
    at = next_step(now_utc(), minutes=120)
    answer = systems.post(client, systems.API, systems.wish(at, **facts))
    assert answer.status_code == 201
    assert answer.json()["privacy_version"] == kept
    assert Appointment.objects.get().privacy_version == kept


def test_what_our_text_says_of_a_question_is_true(french: Client, world: World) -> None:
    address = held(french, world)
    french.post(address, sent(french, address, question="Une selle ?"))
    made = Appointment.objects.get()
    assert made.question_erase_after is not None
    days = (made.question_erase_after - made.ends_at).days
    assert f"effacées {days} jours après la visite" in our_text("privacy", "fr")
    assert f"erased {days} days after the visit" in our_text("privacy", "en")
    assert (made.erase_after - made.ends_at).days == world.brand.erase_after_days
