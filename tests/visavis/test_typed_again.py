"""What was typed before the session ended comes back after the sign-in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from booking.models import ApiKey
from stores.models import Closure
from tests.cast import PASSWORD, World, now_utc
from tests.house.page import Page
from tests.sent_forms import forms_on

pytestmark = pytest.mark.django_db

CLOSURES = "/desk/closures/"


@pytest.fixture(autouse=True)
def forget_attempts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def closing(world: World) -> dict[str, str]:
    day = now_utc().date().replace(year=now_utc().year + 1, day=1).isoformat()
    return {
        "do": "close",
        "place": f"store-{world.store.pk}",
        "first_day": day,
        "last_day": day,
        "reason": "Inventaire <b>& cave</b>",
    }


def typed_of(html: str) -> str:
    (field,) = [
        found.attributes["value"]
        for found in Page(html).all("input")
        if found.attributes.get("name") == "typed"
    ]
    return str(field)


def sign_in(client: Client, world: World, typed: str, password: str = PASSWORD) -> str:
    sent = {"login": world.dora.email, "password": password, "typed": typed}
    response = client.post("/accounts/login/", sent)
    assert response.status_code == 200
    return response.content.decode()


def test_a_form_sent_after_the_session_comes_back(world: World) -> None:
    client = Client(headers={"accept-language": "en"})
    address = f"{CLOSURES}?store={world.store.pk}"
    asked = client.post(address, closing(world))
    assert asked.status_code == 403
    page = asked.content.decode()
    assert "What you typed is kept" in page
    wrong = sign_in(client, world, typed_of(page), password="not this one at all")
    after = sign_in(client, world, typed_of(wrong))
    assert "nothing was written" in after
    assert "Inventaire &lt;b&gt;&amp; cave&lt;/b&gt;" in after
    assert not Closure.objects.for_brand(world.brand).exists()
    (form,) = [f for f in forms_on(after, "/") if f.path == address]
    assert client.post(form.path, form.fields).status_code == 302
    closure = Closure.objects.for_brand(world.brand).get()
    assert closure.reason["fr"] == "Inventaire <b>& cave</b>"


def test_a_tap_without_words_is_a_plain_sign_in(world: World) -> None:
    response = Client().post("/desk/closures/1/remove/", {"next": "/desk/"})
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("typed", ["", "forged", "W10:1x:abc"])
def test_what_nobody_signed_is_nothing(world: World, typed: str) -> None:
    client = Client()
    sent = {"login": world.dora.email, "password": PASSWORD, "typed": typed}
    response = client.post("/accounts/login/", sent)
    assert response.status_code == 302
    assert response["Location"] == "/desk/"


def test_several_values_of_a_field_all_come_back(world: World) -> None:
    client = Client()
    sent = {"name": "Caisse", "scopes": ["read_appointments", "read_customers"]}
    page = client.post("/desk/keys/", sent).content.decode()
    after = sign_in(client, world, typed_of(page))
    values = [
        field.attributes["value"]
        for field in Page(after).all("input")
        if field.attributes.get("name") == "scopes"
    ]
    assert values == ["read_appointments", "read_customers"]
    assert not ApiKey.objects.for_brand(world.brand).exists()
