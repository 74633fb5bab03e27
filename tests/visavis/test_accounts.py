"""What staff may change of their own account, and who is told."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from pytest_django import Settings

from stores.models import User
from tests.cast import PASSWORD, World, make_user, make_world
from tests.house.routes import routes, signed_in
from visavis.celery import app

pytestmark = pytest.mark.django_db

NEW = "four words are better"
SERVED = {
    *("account", "account_login", "account_logout", "account_change_password"),
    *("account_reset_password", "account_reset_password_done", "account_open_reset"),
    *("account_reset_password_from_key", "account_reset_password_from_key_done"),
    "account_email",
    "account_open_address",
    *("account_confirm_email", "account_send_confirmation"),
    *("account_open_invitation", "account_invitation"),
    *("account_passkey", "account_passkey_options", "account_prove"),
    *("account_factors", "account_factor_needed", "account_add_app"),
    *("account_add_passkey", "account_new_passkey_options", "account_end_session"),
    *("account_remove_factor", "account_codes", "account_sessions"),
    *("account_company", "account_join_company", "account_leave_company"),
}
ALLAUTHS = [
    *("signup/", "inactive/", "reauthenticate/", "confirm-email/", "confirm-email/a/"),
    *("password/set/", "login/code/", "login/code/confirm/", "phone/verify/"),
    *("phone/change/", "3rdparty/", "2fa/", "2fa/totp/", "password/reset/key/1-abc/"),
    *("password/reset/confirm/", "login", "nothing/at/all"),
]


@pytest.fixture(autouse=True)
def sent_at_once(settings: Settings) -> Iterator[None]:
    cache.clear()
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False
    cache.clear()


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def bob(world: World) -> User:
    user = world.bob.user
    user.language = "en"
    user.save(update_fields=["language"])
    return user


def post(client: Client, path: str, **data: str) -> Any:
    return client.post(path, data, headers={"accept-language": "en"})


def can_sign_in(email: str, password: str) -> bool:
    data = {"login": email, "password": password}
    return Client().post("/accounts/login/", data).status_code == 302


def link_in(message: Any) -> str:
    found = re.search(r"^https?://[^/]+(/r/\S+)$", message.body, re.MULTILINE)
    assert found, message.body
    return found[1]


def html_of(message: Any) -> str:
    return str(message.alternatives[0][0])


def test_these_are_all_addresses_of_accounts() -> None:
    names = {route.name for route in routes() if route.name.startswith("account")}
    assert names == SERVED


@pytest.mark.parametrize("path", ALLAUTHS)
def test_what_the_library_would_serve_is_unknown(world: World, path: str) -> None:
    for client in (Client(), signed_in(world.bob.user)):
        assert client.get(f"/accounts/{path}").status_code == 404
        assert client.post(f"/accounts/{path}").status_code == 404


def test_only_log_out_is_the_librarys_view() -> None:
    theirs = {
        pattern.name
        for outer in get_resolver().url_patterns
        for pattern in getattr(outer, "url_patterns", [outer])
        if getattr(getattr(pattern, "callback", None), "__module__", "").startswith(
            "allauth"
        )
    }
    assert theirs == {"account_logout"}


def test_a_session_alone_changes_no_address(bob: User) -> None:
    client = signed_in(bob)
    for data in (
        {"email": "thief@elsewhere.example"},
        {"email": "thief@elsewhere.example", "password": "a-wrong-password"},
        {"email": "thief@elsewhere.example", "action_add": ""},
    ):
        assert post(client, "/accounts/email/", **data).status_code == 200
    assert mail.outbox == []
    assert User.objects.get(pk=bob.pk).email == bob.email


def test_a_new_address_is_verified_and_the_old_one_told(bob: User) -> None:
    old, new = bob.email, "bob.new@tilleul.example"
    client = signed_in(bob)
    page = post(client, "/accounts/email/", email="Bob.NEW@tilleul.example",
                password=PASSWORD)  # fmt: skip
    assert page["Location"] == "/accounts/"
    confirm, asked = mail.outbox
    assert (confirm.to, asked.to) == ([new], [old])
    assert "new password" in asked.body
    assert can_sign_in(old, PASSWORD), "nothing has changed yet"
    # On a telephone where nobody is signed in.
    phone = Client(headers={"accept-language": "en"})
    page = phone.get(link_in(confirm), follow=True)
    assert page.redirect_chain[-1][0] == "/accounts/email/confirm/"
    assert new in page.content.decode()
    assert User.objects.get(pk=bob.pk).email == old, "opening it changes nothing"
    assert phone.post("/accounts/email/confirm/").status_code == 200
    assert mail.outbox[-1].to == [old]
    assert "has changed" in mail.outbox[-1].subject
    assert can_sign_in(new, PASSWORD)
    assert not can_sign_in(old, PASSWORD)
    assert Client().get(link_in(confirm)).status_code == 410, "it works once"
    assert phone.post("/accounts/email/confirm/").status_code == 410


def test_a_new_password_closes_the_link_to_a_new_address(bob: User) -> None:
    post(signed_in(bob), "/accounts/email/", email="x@y.example", password=PASSWORD)
    link = link_in(mail.outbox[0])
    bob.set_password(NEW)
    bob.save()
    assert Client().get(link).status_code == 410


def test_an_address_that_is_taken_is_told_there_and_nowhere_else(
    world: World, bob: User
) -> None:
    other = world.dora.email
    client = signed_in(bob)
    taken = post(client, "/accounts/email/", email=other, password=PASSWORD)
    free = post(client, "/accounts/email/", email="n@o.example", password=PASSWORD)
    assert (taken.status_code, taken["Location"]) == (
        free.status_code,
        free["Location"],
    )
    assert mail.outbox[0].to == [other]
    assert "/r/" not in mail.outbox[0].body
    assert User.objects.get(pk=bob.pk).email == bob.email


def test_of_two_who_want_one_address_the_first_gets_it(world: World) -> None:
    phones = []
    for user in (world.bob.user, world.dora):
        post(signed_in(user), "/accounts/email/", email="one@t.example",
             password=PASSWORD)  # fmt: skip
        phones.append(Client())
        phones[-1].get(link_in(mail.outbox[-2]))
    statuses = [p.post("/accounts/email/confirm/").status_code for p in phones]
    assert statuses == [200, 410]


def test_a_forgotten_password_is_set_anew_by_mail(bob: User) -> None:
    elsewhere = signed_in(bob)
    client = Client()
    asked = post(client, "/accounts/password/reset/", email=bob.email.upper())
    assert asked["Location"] == "/accounts/password/reset/done/"
    (message,) = mail.outbox
    assert message.to == [bob.email]
    assert link_in(message) in html_of(message)
    page = client.get(link_in(message), follow=True)
    assert page.redirect_chain[-1][0] == "/accounts/password/reset/key/"
    data = {"new_password1": NEW, "new_password2": NEW}
    wrong = post(
        client, "/accounts/password/reset/key/", **data | {"new_password2": "x"}
    )
    assert wrong.status_code == 200
    done = post(client, "/accounts/password/reset/key/", **data)
    assert done["Location"] == "/accounts/password/reset/key/done/"
    assert can_sign_in(bob.email, NEW)
    assert not can_sign_in(bob.email, PASSWORD)
    assert elsewhere.get("/staff/").status_code == 302, "other sessions are over"
    assert mail.outbox[-1].to == [bob.email]
    assert "password has changed" in mail.outbox[-1].subject
    assert Client().get(link_in(message)).status_code == 410
    assert post(client, "/accounts/password/reset/key/", **data).status_code == 410


def test_a_link_is_over_after_two_hours(bob: User) -> None:
    client = signed_in(bob)
    post(client, "/accounts/password/reset/", email=bob.email)
    post(client, "/accounts/email/", email="x@y.example", password=PASSWORD)
    links = [link_in(message) for message in mail.outbox[:2]]
    assert [Client().get(link).status_code for link in links] == [302, 302]
    now = dt.datetime.now(tz=dt.UTC)
    with time_machine.travel(now + dt.timedelta(hours=2, minutes=1)):
        assert [Client().get(link).status_code for link in links] == [410, 410]


def test_asking_tells_nobody_which_addresses_exist(bob: User) -> None:
    make_user("former@tilleul.example", "Former")
    User.objects.filter(email="former@tilleul.example").update(is_active=False)
    answers, queries = [], []
    for email in (bob.email, "nobody@tilleul.example", "former@tilleul.example"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            app.conf.task_always_eager = False
            answer = post(Client(), "/accounts/password/reset/", email=email)
            app.conf.task_always_eager = True
        answers.append((answer.status_code, answer["Location"]))
        queries.append(len(asked))
    assert len(set(answers)) == len(set(queries)) == 1


def test_nobodys_mailbox_is_filled(bob: User) -> None:
    answers = [
        post(Client(), "/accounts/password/reset/", email=bob.email)["Location"]
        for _ in range(6)
    ]
    assert len(set(answers)) == 1
    assert len(mail.outbox) == 3


def test_an_unknown_address_gets_no_mail(world: World) -> None:
    post(Client(), "/accounts/password/reset/", email="stranger@elsewhere.example")
    assert mail.outbox == []


def test_the_password_is_changed_by_who_knows_it(bob: User) -> None:
    here, elsewhere = signed_in(bob), signed_in(bob)
    data = {"password": "a-wrong-password", "new_password1": NEW, "new_password2": NEW}
    page = post(here, "/accounts/password/change/", **data)
    assert "This is not your password." in page.content.decode()
    weak = data | {
        "password": PASSWORD,
        "new_password1": "short",
        "new_password2": "short",
    }
    assert post(here, "/accounts/password/change/", **weak).status_code == 200
    assert can_sign_in(bob.email, PASSWORD)
    data["password"] = PASSWORD
    assert post(here, "/accounts/password/change/", **data)["Location"] == "/accounts/"
    assert can_sign_in(bob.email, NEW)
    assert here.get("/accounts/").status_code == 200
    assert elsewhere.get("/accounts/").status_code == 302
    assert [m.to for m in mail.outbox] == [[bob.email]]


def test_an_open_screen_is_no_place_to_guess(bob: User) -> None:
    client = signed_in(bob)
    data = {"email": "x@y.example", "password": "a-wrong-password"}
    for _ in range(10):
        post(client, "/accounts/email/", **data)
    page = post(client, "/accounts/email/", **data | {"password": PASSWORD})
    assert "Too many wrong passwords" in page.content.decode()
    assert mail.outbox == []


def test_a_closed_account_is_told_to_who_knows_its_password(bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    data = {"login": bob.email, "password": PASSWORD}
    assert post(Client(), "/accounts/login/", **data).status_code == 403
    data["password"] = "a-wrong-password"
    assert post(Client(), "/accounts/login/", **data).status_code == 200


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_mails_speak_the_accounts_language(bob: User, language: str) -> None:
    User.objects.filter(pk=bob.pk).update(language=language)
    client = Client(headers={"accept-language": "de"})
    client.post("/accounts/password/reset/", {"email": bob.email})
    (message,) = mail.outbox
    french = "Définir un nouveau mot de passe"
    assert (message.subject == french) == (language == "fr")
    assert f'lang="{language}"' in html_of(message)
