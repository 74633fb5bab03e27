"""Every text message fits into one, whatever the brand, the host and the name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from booking.links import permanent_url
from booking.models import Actor, Appointment
from booking.services.cancelling import cancel_appointment
from booking.spoken.lists import longest_words
from booking.spoken.pairs import words_of
from notifications.content.letters import WITH_WORDS, letter_for
from notifications.content.rendering import render
from notifications.content.texting import (
    BASIC,
    fill,
    length_of,
    text_message,
    writable,
)
from notifications.content.texts import ON_TIME_AGAIN, OWN_CANCELLATION, TEXTS
from notifications.kinds import Kind
from notifications.models import Delivery
from stores.models import Channel
from tests.cast import World, now_utc
from tests.notifications.bookings import DAY, book, on_the_grid

LONGEST_BRAND = "Cœurs d’Être & Façon"  # 20 characters, four of them not GSM-7
LONGEST_NAME = "Marie-Gwenaëlle-Françoise de l’Île-d’Oré"[:40]
LONGEST_HOST = "https://rendez-vous.boutiques-de-noel.example"
ALL_TEXTS = [*TEXTS.values(), OWN_CANCELLATION, ON_TIME_AGAIN]


@pytest.fixture
def world(world: World, settings: Settings) -> World:
    settings.SITE_URL = LONGEST_HOST
    world.brand.short_name = LONGEST_BRAND
    world.brand.save(update_fields=["short_name"])
    world.bob.staff_member.first_name = LONGEST_NAME
    world.bob.staff_member.save(update_fields=["first_name"])
    world.store.street = "123 bis avenue du Maréchal-de-Lattre-de-Tassigny"
    world.store.phone = "+33320000000"
    world.store.save(update_fields=["street", "phone"])
    return world


def text_of(visit: Appointment, kind: str) -> str:
    row = Delivery(appointment=visit, kind=kind, channel="sms")
    fresh = Appointment.objects.all_brands().with_people().get(pk=visit.pk)
    return render(row, fresh, now=now_utc()).text


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("channel", Channel.values)
def test_every_text_fits_with_the_longest_of_all(
    world: World, channel: str, language: str
) -> None:
    now = now_utc()
    start = on_the_grid(now + 3 * DAY)
    visit = book(world, starts_at=start, now=now, channel=channel, language=language)
    texts = [text_of(visit, kind) for kind in Kind]
    visit.delay_minutes = 55
    visit.save(update_fields=["delay_minutes"])
    texts.append(text_of(visit, Kind.DELAYED))
    cancel_appointment(appointment=visit, by=Actor.customer(), now=now)
    texts.append(text_of(visit, Kind.CANCELLED))
    for text in texts:
        length = length_of(text)
        assert length is not None, text
        assert length <= 160, (length, text)
        assert text.endswith(permanent_url(visit))
        assert text.startswith(writable(LONGEST_BRAND))
        assert "{" not in text


def test_with_usual_names_the_full_text_is_sent(
    world: World, settings: Settings
) -> None:
    settings.SITE_URL = "https://rdv.tilleul.example"
    world.brand.short_name = "TILLEUL"
    world.brand.save(update_fields=["short_name"])
    world.bob.staff_member.first_name = "Inès"
    world.bob.staff_member.save(update_fields=["first_name"])
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    hour = f"{visit.local_start:%Hh%M}"
    text = text_of(visit, Kind.CONFIRMED)
    assert text.startswith("TILLEUL : rendez-vous vidéo confirmé ")
    words = words_of(visit)
    assert f' à {hour} avec Inès. Mots à l\'appel : "{words}". https://' in text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_words_themselves_are_of_the_alphabet(language: str) -> None:
    """An "être" in a translation would cost a second message each time."""
    with translation.override(language):
        for choices in ALL_TEXTS:
            for text in map(str, choices):
                words = fill(text, dict.fromkeys(PLACEHOLDERS, ""))
                assert set(words) <= BASIC, text
                assert text.count("{link}") == 1


PLACEHOLDERS = (
    "brand", "name", "day", "hour", "late_hour", "minutes", "tried", "next_try",
    "phone", "place", "words", "link", "until",
    "call_by", "opened",
)  # fmt: skip


def test_a_value_is_never_filled_again() -> None:
    assert fill("{a} {b}", {"a": "{b}", "b": "{a}"}) == "{b} {a}"


@given(st.text())
def test_whatever_is_written_becomes_writable(text: str) -> None:
    made = writable(text)
    assert set(made) <= BASIC - {"\n", "\r"}
    assert length_of(made) == len(made)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_messages_about_a_call_carry_its_two_words(
    world: World, settings: Settings, language: str
) -> None:
    """With the longest words of the list, too, where the other names are usual."""
    settings.SITE_URL = "https://rdv.tilleul.example"
    world.brand.short_name = "TILLEUL"
    world.brand.save(update_fields=["short_name"])
    now = now_utc()
    start = on_the_grid(now + 3 * DAY)
    visit = book(world, starts_at=start, now=now, channel="callback", language=language)
    visit.delay_minutes = 15
    visit.save(update_fields=["delay_minutes"])
    longest = longest_words(language)
    for kind in WITH_WORDS:
        assert f'"{words_of(visit)}"' in text_of(visit, kind), kind
        letter = replace(letter_for(visit, kind=kind, now=now), words=longest)
        with translation.override(language):
            row = Delivery(appointment=visit, kind=kind, channel="sms")
            said = text_message(row, visit, letter, kind=kind).text
        assert longest in said
        assert len(said) <= 160


def test_without_words_a_text_speaks_of_none(world: World) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    letter = replace(letter_for(visit, kind=Kind.CONFIRMED, now=now), words="")
    row = Delivery(appointment=visit, kind=Kind.CONFIRMED, channel="sms")
    assert '"' not in text_message(row, visit, letter, kind=Kind.CONFIRMED).text
