"""The two words on a customer's own pages and in their calendar."""

from __future__ import annotations

import pytest
from django.test import Client
from icalendar import Calendar

from booking.models import Actor
from booking.spoken.pairs import words_of
from stores.models import StoreKind
from tests.booking.customers import opened, text_of, visit_in
from tests.cast import World, now_utc

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("channel", "said"),
    [("callback", "Bob dit d’abord ces deux mots."), ("video", "on vous dira d’abord")],
)
def test_the_confirmation_and_the_page_say_them(
    client: Client, world: World, channel: str, said: str
) -> None:
    visit = visit_in(world, minutes=60, channel=channel)
    page = opened(client, visit)
    confirmation = text_of(client, f"{page}booked/")
    assert f'<p class="words-w" lang="fr">{words_of(visit)}</p>' in confirmation
    assert said in confirmation
    assert words_of(visit) in text_of(client, page)
    assert "virement" not in confirmation
    told = Calendar.from_ical(client.get(f"{page}calendar.ics").content)
    described = str(told.walk("VEVENT")[0]["description"])
    assert f"dit d’abord : {words_of(visit)}." in described


def test_a_bank_adds_what_it_never_asks_for(client: Client, world: World) -> None:
    world.store.kind = StoreKind.BRANCH
    world.store.save(update_fields=["kind"])
    page = opened(client, visit_in(world, minutes=60, channel="callback"))
    for address in (page, f"{page}booked/"):
        assert "jamais de code ni de virement" in text_of(client, address)


def test_once_it_is_off_no_call_begins_with_anything(
    client: Client, world: World
) -> None:
    visit = visit_in(world, minutes=60, channel="callback")
    page, told = opened(client, visit), words_of(visit)
    visit.cancel(by=Actor.customer(), now=now_utc())
    assert "words-w" not in text_of(client, page)
    calendar = client.get(f"{page}calendar.ics").content.decode()
    assert "METHOD:CANCEL" in calendar
    assert told not in calendar
