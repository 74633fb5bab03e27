"""The address of the first admin: confirmed by a link, while they go on working."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from stores.editing.brands import NewAdmin, NewBrand, create_brand
from stores.editing.setup_codes import issue_code
from stores.models import User
from tests.cast import World
from tests.house.routes import signed_in
from visavis.celery import app

pytestmark = pytest.mark.django_db
ADDRESS = "sarah@tilleul.example"
PASSWORD = "trois mots de passe"


@pytest.fixture(autouse=True)
def _at_once(settings: Settings) -> Iterator[None]:
    """Tasks run where they are asked for."""
    settings.MAIL_IS_SET = True
    cache.clear()
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def link_in(text: str) -> str:
    found = re.search(r"https?://[^/]+(/r/address/\S+)", text)
    assert found, text
    return found[1]


@pytest.mark.usefixtures("empty_installation")
def test_the_first_admin_confirms_while_going_on() -> None:
    client = Client(headers={"accept-language": "en"})
    code = issue_code(now=timezone.now())
    client.post("/setup/", {"code": code, "brand": "Maison Tilleul", "email": ADDRESS})
    facts = {"name": "Sarah", "password": PASSWORD, "again": PASSWORD}
    response = client.post("/setup/password/", facts)
    assert response["Location"] == "/desk/setup/"
    (letter,) = mail.outbox
    assert letter.to == [ADDRESS]
    assert "Send the link again" in client.get("/accounts/").content.decode()
    telephone = Client(headers={"accept-language": "en"})
    page = telephone.get(telephone.get(link_in(str(letter.body)))["Location"])
    assert "Is this your address?" in page.content.decode()
    assert User.objects.get().email_confirmed_at is None
    done = telephone.post("/accounts/email/confirm/")
    assert "Your address is confirmed" in done.content.decode()
    assert User.objects.get().email_confirmed_at is not None
    assert len(mail.outbox) == 1
    assert "Send the link again" not in client.get("/accounts/").content.decode()
    assert telephone.get(link_in(str(letter.body))).status_code == 410


def test_the_link_is_sent_again() -> None:
    admin = NewAdmin(email=ADDRESS, name="Sarah", password=PASSWORD)
    made = create_brand(brand=NewBrand(name="Maison Tilleul"), admin=admin)
    client = signed_in(made.user)
    for _ in range(6):
        response = client.post("/accounts/email/again/")
    assert response.status_code == 429
    assert len(mail.outbox) == 5


def test_nobody_else_is_asked(world: World) -> None:
    page = signed_in(world.dora).get("/accounts/", headers={"accept-language": "en"})
    assert "Send the link again" not in page.content.decode()


def test_a_new_address_is_confirmed_by_its_link(world: World) -> None:
    client = signed_in(world.dora)
    asked = {"password": "a-long-enough-password", "email": "dora.new@tilleul.example"}
    assert client.post("/accounts/email/", asked).status_code == 302
    link = next(link_in(str(m.body)) for m in mail.outbox if "/r/address/" in m.body)
    client.get(link)
    client.post("/accounts/email/confirm/")
    dora = User.objects.get(pk=world.dora.pk)
    assert dora.email == "dora.new@tilleul.example"
    assert dora.email_confirmed_at is not None
