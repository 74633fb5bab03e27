"""Messages about a callback name the number that will call, or say that it hides."""

from __future__ import annotations

import pytest

from booking.models import Appointment
from booking.spoken.lists import longest_words
from notifications.content.rendering import render
from notifications.kinds import Kind
from notifications.models import Delivery
from stores.models import Channel
from tests.cast import World, now_utc
from tests.notifications.bookings import DAY, book, on_the_grid

KINDS = [Kind.CONFIRMED, Kind.CHANGED, Kind.REMINDER_DAY, Kind.REMINDER_SOON]
NUMBERS = {
    "+33353010000": ("03 53 01 00 00", "03 53 01 00 00"),
    "": ("Notre numéro peut être masqué", "parfois masqué"),
}


def callback(world: World, number: str, channel: str) -> Appointment:
    world.brand.calls_from, world.brand.short_name = number, "T"
    world.brand.save(update_fields=["calls_from", "short_name"])
    now = now_utc()
    start = on_the_grid(now + 3 * DAY)
    made = book(world, starts_at=start, now=now, channel=channel, language="fr")
    return Appointment.objects.all_brands().with_people().get(pk=made.pk)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", NUMBERS)
def test_it_stands_in_mails_and_texts(
    world: World, number: str, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside two words of any length."""
    longest = longest_words("fr")
    monkeypatch.setattr("notifications.content.letters.words_of", lambda _: longest)
    visit = callback(world, number, Channel.CALLBACK)
    in_mail, in_text = NUMBERS[number]
    mail = render(
        Delivery(appointment=visit, kind=kind, channel="email"), visit, now=now_utc()
    )
    text = render(
        Delivery(appointment=visit, kind=kind, channel="sms"), visit, now=now_utc()
    )
    assert in_mail in mail.text
    assert in_mail in mail.html
    assert in_text in text.text
    assert longest in text.text


def test_a_mail_about_another_visit_names_none(world: World) -> None:
    visit = callback(world, "+33353010000", Channel.VIDEO)
    row = Delivery(appointment=visit, kind=Kind.CONFIRMED, channel="email")
    assert "03 53 01 00 00" not in render(row, visit, now=now_utc()).text
