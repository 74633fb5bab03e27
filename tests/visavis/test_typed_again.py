"""What was typed before the session ended comes back after the sign-in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from booking.models import ApiKey
from stores.models import BrowserSession, Closure, User
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


def session_over(user: User, page: str = "/accounts/") -> Client:
    """The browser of somebody who saw a page, and whose session has ended since."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    assert client.get(page).status_code == 200
    BrowserSession.objects.all().delete()
    return client


def sign_in(client: Client, world: World, typed: str, password: str = PASSWORD) -> str:
    sent = {"login": world.dora.email, "password": password, "typed": typed}
    response = client.post("/accounts/login/", sent)
    assert response.status_code == 200
    return response.content.decode()


def test_a_form_sent_after_the_session_comes_back(world: World) -> None:
    client = session_over(world.dora)
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
    client = session_over(world.dora)
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


def test_a_colleague_who_signs_in_next_reads_nothing_of_it(world: World) -> None:
    """On a shared tablet. The account that typed it gets it back, also afterwards."""
    client = session_over(world.dora)
    page = client.post(CLOSURES, closing(world)).content.decode()
    sent = {"password": PASSWORD, "typed": typed_of(page)}
    for user in (world.bob.user, world.eve.user):
        other = client.post("/accounts/login/", {"login": user.email, **sent})
        assert other.status_code == 302
        assert "Inventaire" not in client.get(other["Location"]).content.decode()
        client.post("/accounts/logout/")
    own = client.post("/accounts/login/", {"login": world.dora.email, **sent})
    assert "Inventaire" in own.content.decode()


def test_what_nobody_known_typed_is_dropped(world: World) -> None:
    client = Client(headers={"accept-language": "en"})
    for cookie in (None, "forged"):
        if cookie:
            client.cookies["typist"] = cookie
        response = client.post(CLOSURES, closing(world))
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


def test_the_browser_keeps_the_account_that_was_there_last(world: World) -> None:
    client = session_over(world.dora)
    client.force_login(world.bob.user)
    assert client.get("/staff/").status_code == 200
    BrowserSession.objects.all().delete()
    page = client.post("/staff/workplace/", {"words": "of Bob"}).content.decode()
    sent = {"password": PASSWORD, "typed": typed_of(page)}
    dora = client.post("/accounts/login/", {"login": world.dora.email, **sent})
    assert dora.status_code == 302


def test_a_new_address_comes_back_and_no_password_with_it(world: World) -> None:
    client = session_over(world.dora)
    address = "/accounts/email/"
    sent = {"email": "new@tilleul.example", "password": PASSWORD}
    page = client.post(address, sent).content.decode()
    after = sign_in(client, world, typed_of(page))
    assert "new@tilleul.example" in after
    assert PASSWORD not in after
    (form,) = [form for form in forms_on(after, "/") if form.path == address]
    assert form.fields.keys() == {"csrfmiddlewaretoken", "email"}
    asked = client.post(form.path, form.fields)
    assert "new@tilleul.example" in asked.content.decode()


def test_a_new_password_is_typed_again(world: World) -> None:
    client = session_over(world.dora)
    address = "/accounts/password/change/"
    names = ("password", "new_password1", "new_password2")
    response = client.post(address, dict.fromkeys(names, "Nothing Of It Stays"))
    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={address}"


def test_what_was_typed_in_the_administration_comes_back(world: World) -> None:
    User.objects.filter(pk=world.dora.pk).update(is_staff=True, is_superuser=True)
    client = session_over(world.dora, "/admin/")
    address = f"/admin/stores/topic/{world.topic.pk}/change/"
    typed = {"slug": "renamed", "children-TOTAL_FORMS": "0", "_save": "Save"}
    page = client.post(address, typed)
    assert page.status_code == 403
    after = sign_in(client, world, typed_of(page.content.decode()))
    assert "renamed" in after
    (form,) = [form for form in forms_on(after, "/") if form.path == address]
    assert typed.items() <= form.fields.items()
    # What nobody typed leads to the sign-in as before.
    assert Client().get(address).status_code == 302
    assert Client().post(address, typed).status_code == 302
