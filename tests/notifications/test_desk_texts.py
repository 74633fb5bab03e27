"""The pages of a brand's own messages, up to a mail that leaves with them."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from notifications.content.rendering import render
from notifications.models import Delivery, MessageText
from notifications.queries import own_texts_of
from stores.models import Brand, Membership, Role
from tests.booking.at_the_desk import chosen_in, signed_in
from tests.cast import World, make_user, now_utc
from tests.notifications.bookings import DAY, book, on_the_grid

pytestmark = pytest.mark.django_db
SMS, EMAIL = (f"/desk/messages/reminder_day/{way}/fr/" for way in ("sms", "email"))
GOOD = "Demain {heure}, {conseiller} vous attend : {lien}"


@pytest.fixture
def dora(world: World) -> Client:
    return signed_in(world.dora)


def typed(dora: Client, address: str, **fields: str) -> dict[str, str]:
    page = dora.get(address).content.decode()
    form = page[page.index('id="words"') : page.index("</form>", page.index("words"))]
    return chosen_in(form) | fields


def rows(world: World) -> list[MessageText]:
    return list(MessageText.objects.for_brand(world.brand).order_by("version"))


def test_a_text_is_written_sent_and_given_back(dora: Client, world: World) -> None:
    assert dora.get("/desk/messages/", follow=True).status_code == 200
    assert dora.post(SMS, typed(dora, SMS, before=GOOD)).status_code == 302
    (row,) = rows(world)
    assert (row.version, row.changed_by) == (1, world.dora)
    now = now_utc()
    at = on_the_grid(now + 3 * DAY)
    visit = book(world, starts_at=at, now=now, channel="video", language="fr")
    delivery = Delivery(appointment=visit, kind="reminder_day", channel="sms")
    own = own_texts_of([world.brand.pk])[world.brand.pk]
    assert "Bob vous attend" in render(delivery, visit, now=now, own=own).text
    asked = dora.get(f"{SMS}ours/").content.decode()
    assert "vous attend" in asked
    assert "rappel" in asked, "both are shown"
    assert len(rows(world)) == 1
    assert dora.post(f"{SMS}ours/", {"seen": "1"}).status_code == 302
    assert not own_texts_of([world.brand.pk])
    assert [one.is_ours for one in rows(world)] == [False, True]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Demain {heur} : {lien}", "Did you mean {heure}?"),
        ("Demain {heure}", "The link is missing"),
        ("Offre -10 % : {lien}", "is advertising"),
        ("{lien} {heure", "A brace stands alone"),
        ("", "Write something"),
        ("ê" * 180 + "{lien}", "at most three"),
    ],
)
def test_what_cannot_be_sent_is_said_and_not_written(
    dora: Client, world: World, text: str, words: str
) -> None:
    refused = dora.post(SMS, typed(dora, SMS, before=text))
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert not rows(world)


def test_the_counter_names_what_costs_without_script(
    dora: Client, world: World
) -> None:
    text = "Êtes-vous prêts ? {conseiller} vous attend à {heure} : {lien}"
    for address, more in ((SMS, {"do": "preview"}), (f"{SMS}preview/", {})):
        page = dora.post(address, typed(dora, SMS, before=text) | more)
        shown = " ".join(page.content.decode().split())
        assert "2 text messages" in shown
        assert "Not in the alphabet of text messages: Ê ê. Without them: 1." in shown
    plain = dora.post(SMS, typed(dora, SMS, before=text, do="plain"))
    assert "Etes-vous prets ?" in plain.content.decode()
    assert not rows(world)


def test_of_two_who_write_one_text_the_second_is_asked(
    dora: Client, world: World
) -> None:
    late = typed(dora, SMS, before=f"Bonjour. {GOOD}")
    dora.post(SMS, typed(dora, SMS, before=GOOD))
    asked = dora.post(SMS, late)
    assert asked.status_code == 409
    page = asked.content.decode()
    assert "Bonjour. Demain" in page
    seen = re.findall(r'name="seen"\s+value="(\d+)"', page)
    assert dora.post(SMS, late | {"seen": seen[0]}).status_code == 302
    assert [row.version for row in rows(world)] == [1, 2]


def test_a_trial_goes_to_who_is_signed_in_and_counts(
    dora: Client, world: World
) -> None:
    sent = typed(dora, EMAIL, subject="Demain {heure}", before="A demain {prénom} <b>")
    page = dora.post(f"{EMAIL}trial/", sent | {"to": "eve@other.example"})
    assert page.status_code == 200
    (message,) = mail.outbox
    assert message.to == [world.dora.email]
    assert "Demain 15" in message.subject
    assert "A demain Léa <b>" in message.body
    assert isinstance(message, EmailMultiAlternatives)
    html = str(message.alternatives[0][0])
    assert "A demain Léa &lt;b&gt;" in html
    for _ in range(24):
        dora.post(f"{EMAIL}trial/", sent)
    assert len(mail.outbox) == 24
    assert not rows(world)


def test_answers_go_where_the_brand_says(dora: Client, world: World) -> None:
    address = "/desk/messages/sender/"
    wrong = dora.post(address, {"reply_to": "nobody"})
    assert wrong.status_code == 422
    dora.post(address, {"mail_name": "Les Tilleuls", "reply_to": "ici@tilleul.example"})
    now = now_utc()
    at = on_the_grid(now + 3 * DAY)
    visit = book(world, starts_at=at, now=now, channel="video", language="fr")
    visit.brand = Brand.objects.get(pk=world.brand.pk)
    delivery = Delivery(appointment=visit, kind="confirmed", channel="email")
    message = render(delivery, visit, now=now)
    assert message.sender_name == "Les Tilleuls"
    assert message.reply_to == "ici@tilleul.example"


def test_messages_are_head_offices(world: World) -> None:
    user = make_user("mia@tilleul.example", "Mia Blin")
    Membership.objects.create(
        brand=world.brand, user=user, store=world.store, role=Role.MANAGER
    )
    assert signed_in(user).get(SMS).status_code == 403
    assert signed_in(user).post(SMS, {"before": GOOD}).status_code == 403
    assert signed_in(world.dora).get(SMS.replace("sms", "pigeon")).status_code == 404
    assert signed_in(world.dora).get(SMS.replace("/fr/", "/de/")).status_code == 404
