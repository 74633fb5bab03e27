"""A brand's own words: what they may hold, what they cost, and when they are sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.models import Appointment
from notifications.channels.base import Message
from notifications.content.own_texts import Wrong, filled, problems_in
from notifications.content.rendering import render
from notifications.content.segments import count
from notifications.content.texting import BASIC
from notifications.kinds import Kind
from notifications.models import Delivery, MessageText
from tests.cast import World, now_utc
from tests.notifications.bookings import DAY, book, on_the_grid

ODD = "<b>{heure}</b> & vous"


def own(world: World, channel: str, **texts: object) -> MessageText:
    return MessageText.objects.create(
        brand=world.brand,
        kind=Kind.REMINDER_DAY,
        channel=channel,
        language="fr",
        version=MessageText.objects.all_brands().count() + 1,
        changed_at=now_utc(),
        **texts,
    )


def sent(visit: Appointment, channel: str, kind: str = Kind.REMINDER_DAY) -> Message:
    row = Delivery(appointment=visit, kind=kind, channel=channel)
    fresh = Appointment.objects.all_brands().with_people().get(pk=visit.pk)
    texts = MessageText.objects.all_brands().in_place([fresh.brand_id])
    own_texts = texts.get(fresh.brand_id, {})
    return render(row, fresh, now=now_utc(), own=own_texts)


@pytest.fixture
def visit(world: World) -> Appointment:
    now = now_utc()
    return book(
        world,
        starts_at=on_the_grid(now + 3 * DAY),
        now=now,
        channel="video",
        language="fr",
    )


@pytest.mark.parametrize(
    ("text", "letters", "segments"),
    [
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("a" * 152 + "€" + "a" * 152, 306, 3),  # no cut within the two places of a sign
        ("ê" + "a" * 69, 70, 1),
        ("ê" + "a" * 70, 71, 2),
        ("😀" * 35, 70, 1),
        ("", 0, 1),
    ],
)
def test_a_text_is_counted_as_carriers_do(
    text: str, letters: int, segments: int
) -> None:
    found = count(text)
    assert (found.letters, found.segments) == (letters, segments)


def test_letters_that_cost_are_named_with_what_it_would_be_without() -> None:
    found = count("Êtes-vous prête ? L’heure" + " vient" * 12)
    assert found.costly == ("Ê", "ê", "’")
    assert (found.segments, found.segments_if_plain) == (2, 1)
    assert found.plain.startswith("Etes-vous prete ? L'heure")


@given(st.text(max_size=400))
def test_plain_is_always_of_the_basic_alphabet_and_never_dearer(text: str) -> None:
    found = count(text)
    assert found.segments_if_plain <= found.segments + 2  # "…" becomes three dots
    assert not count(found.plain).costly
    if set(text) <= BASIC:
        assert found.plain == text


@pytest.mark.parametrize(
    ("text", "wrong", "instead"),
    [
        ("A {heure} : {lien}", None, ""),
        ("At {hour}: {link}", None, ""),
        ("A {heur} : {lien}", Wrong.UNKNOWN, "heure"),
        ("{conseillere} {lien}", Wrong.UNKNOWN, "conseiller"),
        ("{xyz}", Wrong.UNKNOWN, ""),
        ("{prénom} {lien}", Wrong.UNKNOWN, ""),
        ("{essai} {lien}", Wrong.UNKNOWN, ""),
        ("A {heure", Wrong.BRACE, ""),
        ("Offre -10 % : {lien}", Wrong.SELLS, ""),
        ("Nos soldes {lien}", Wrong.SELLS, ""),
        ("20 % de remise {lien}", Wrong.SELLS, ""),
        ("Chargez votre appareil à 50 % : {lien}", Wrong.SELLS_PERHAPS, ""),
        ("La remise des clés, {heure} : {lien}", Wrong.SELLS_PERHAPS, ""),
        ("Votre offre de prêt : {lien}", Wrong.SELLS_PERHAPS, ""),
    ],
)
def test_a_text_says_what_is_wrong_with_it(
    text: str, wrong: Wrong | None, instead: str
) -> None:
    found = problems_in(text, Kind.REMINDER_DAY, "sms", "fr")
    assert wrong in {one.wrong for one in found} | {None}
    assert bool(found) == (wrong is not None)
    refused = wrong not in (None, Wrong.SELLS_PERHAPS)
    assert any(one.refuses for one in found) == refused
    if instead:
        assert found[0].instead == instead


def test_values_are_not_looked_at_again() -> None:
    assert filled("{conseiller} {lien}", {"name": "{lien}", "link": "x"}) == "{lien} x"


@pytest.mark.django_db
def test_the_brands_text_message_is_sent_with_its_segments(
    world: World, visit: Appointment
) -> None:
    ours = sent(visit, "sms").text
    own(world, "sms", before="Êtes-vous prêts ? {jour} {heure} " + "a" * 60 + " {lien}")
    message = sent(visit, "sms")
    assert message.text.startswith("Êtes-vous prêts ? ")
    assert message.text.endswith(f" {'a' * 60} {ours.split()[-1]}")
    assert message.segments == count(message.text).segments > 1
    own(world, "sms", before="Essai {essai} {lien}")
    assert sent(visit, "sms").text == ours, "ours, where a value is missing"
    own(world, "sms", is_ours=True)
    assert sent(visit, "sms").text == ours
    assert sent(visit, "sms").segments == 1


@pytest.mark.django_db
def test_the_brands_mail_keeps_the_plate_and_the_button_and_is_escaped(
    world: World, visit: Appointment
) -> None:
    ours = sent(visit, "email")
    own(
        world,
        "email",
        subject="Demain {heure} avec {conseiller}",
        before=f"Bonjour,\n\n{ODD}",
        after="A demain",
    )
    mail = sent(visit, "email")
    assert mail.subject.endswith("avec Bob")
    assert "&lt;b&gt;" in mail.html
    assert "<b>" not in mail.html
    assert "Testez votre" not in mail.text
    assert "Testez votre" in ours.text
    assert "A demain" in mail.text
    assert f"{visit.local_start:%H:%M}" in mail.text
    assert mail.text.count("/r/") == ours.text.count("/r/")
