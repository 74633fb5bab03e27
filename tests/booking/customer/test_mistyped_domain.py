"""An address with a mistyped domain is asked about once, and never refused."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from booking.fields import MAIL_DOMAINS, meant_address
from booking.models import Appointment, Customer
from tests.booking.customer.walking import first_start, held
from tests.booking.over_the_api import hold, post
from tests.cast import World

MISTYPED = {
    "gmial.com": "gmail.com",
    "gmai.com": "gmail.com",
    "gmaill.com": "gmail.com",
    "gamil.con": "gmail.com",
    "GMAIL.CON": "gmail.com",
    "gmail.co": "gmail.com",
    "gmail.fr": "gmail.com",
    "hotmial.fr": "hotmail.fr",
    "hotmal.com": "hotmail.com",
    "outlok.com": "outlook.com",
    "yaho.fr": "yahoo.fr",
    "yahoo.cm": "yahoo.com",
    "icoud.com": "icloud.com",
    "ornage.fr": "orange.fr",
    "wanado.fr": "wanadoo.fr",
    "lapsote.net": "laposte.net",
    "fre.fr": "free.fr",
}
RIGHT = (
    *MAIL_DOMAINS,
    *("mail.com", "ymail.com", "hotmail.es", "hotmail.it", "yahoo.de", "yahoo.co.uk"),
    *("outlook.be", "live.nl", "customer.example", "tilleul.fr", "ac-lille.fr"),
    *("sfr.com", "gmx.de", "email.com", "b.example", "exämple.org"),
)


@pytest.mark.parametrize(("typed", "meant"), MISTYPED.items())
def test_the_domain_that_was_meant_is_found(typed: str, meant: str) -> None:
    assert meant_address(f"Lea.B@{typed}") == f"Lea.B@{meant}"


@pytest.mark.parametrize("domain", RIGHT)
def test_nobody_is_asked_about_a_right_one(domain: str) -> None:
    assert meant_address(f"lea@{domain}") == ""


def said(page: str) -> str:
    """The sentence beside the field of the address; empty where there is none."""
    found = re.search(r'id="id_email_error">(.*?)</p>', page, re.DOTALL)
    return re.sub(r"<.*?>", "", found[1]).strip() if found else ""


@pytest.mark.django_db
def test_it_is_asked_once_and_then_taken_as_typed(client: Client, world: World) -> None:
    address = held(client, world)
    typed = {"name": "Léa", "reach": "email", "email": "lea@gmial.com"}

    asked = client.post(address, typed)
    assert asked.status_code == 422
    page = asked.content.decode()
    assert said(page) == (
        "Vouliez-vous dire lea@gmail.com ? Sinon, confirmez encore une fois."
    )
    assert 'name="as_typed" value="lea@gmial.com"' in page
    assert not Appointment.objects.exists()

    taken = client.post(address, typed | {"as_typed": "lea@gmial.com"})
    assert taken.status_code == 303
    assert Customer.objects.get().email == "lea@gmial.com"


@pytest.mark.django_db
def test_another_doubtful_address_is_asked_about_again(
    client: Client, world: World
) -> None:
    address = held(client, world)
    typed = {"name": "Léa", "email": "lea@hotmial.fr", "as_typed": "lea@gmial.com"}
    page = client.post(address, typed).content.decode()
    assert "lea@hotmail.fr" in said(page)
    assert 'name="as_typed" value="lea@hotmial.fr"' in page


@pytest.mark.django_db
def test_an_answer_survives_another_error(client: Client, world: World) -> None:
    address = held(client, world)
    typed = {"name": "", "email": "lea@gmial.com", "as_typed": "lea@gmial.com"}
    page = client.post(address, typed).content.decode()
    assert said(page) == ""
    assert 'name="as_typed" value="lea@gmial.com"' in page


@pytest.mark.django_db
def test_pressing_for_photographs_answers_nothing(client: Client, world: World) -> None:
    address = held(client, world)
    typed = {"name": "Léa", "email": "lea@gmial.com", "remove": "none"}
    page = client.post(f"{address}photos/", typed).content.decode()
    assert said(page) == ""
    assert "as_typed" not in page


@pytest.mark.django_db
def test_a_program_is_not_asked(client: Client, world: World) -> None:
    """It could not confirm: what it sends is taken."""
    made = hold(client, first_start(world)).json()
    sent = {"name": "Léa", "email": "lea@gmial.com"}
    answer = post(client, f"/holds/{made['id']}/appointment/", sent)
    assert answer.status_code == 201
    assert Customer.objects.get().email == "lea@gmial.com"
