"""Second factors: set up, shown, needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client

from stores.accounts.factors import has_factor
from stores.models import Role, WhoNeedsFactor
from tests.cast import PASSWORD, World, now_utc
from tests.visavis.second_factors import (
    ENGLISH,
    code_of,
    recovery_codes,
    set_up_app,
    sign_in,
)
from visavis.celery import app

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sent_at_once() -> Iterator[None]:
    cache.clear()
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False
    cache.clear()


def asks(world: World, who: WhoNeedsFactor, since: dt.date | None = None) -> None:
    world.brand.second_factor, world.brand.second_factor_from = who, since
    world.brand.save()


def test_an_app_is_set_up_and_asked_for(world: World) -> None:
    bob = world.bob.user
    client, page = sign_in(bob)
    assert page["Location"] == "/staff/"
    secret = set_up_app(client)
    assert "nouveau second facteur" in mail.outbox[-1].subject
    assert "otpauth" not in mail.outbox[-1].body
    stored = Authenticator.objects.get(user=bob, type="totp").data["secret"]
    assert secret not in stored
    there, page = sign_in(bob, "/staff/callbacks/")
    assert "Second step" in page.content.decode()
    assert there.get("/staff/").status_code == 302, "the password alone opens nothing"
    wrong = there.post("/accounts/login/second/", {"code": "000000"})
    assert wrong.status_code == 422
    right = there.post("/accounts/login/second/", {"code": code_of(secret, later=1)})
    assert right["Location"] == "/staff/callbacks/"
    assert there.get("/staff/").status_code == 200


def test_a_code_is_good_once(world: World) -> None:
    client, _page = sign_in(world.bob.user)
    code = code_of(set_up_app(client), later=1)
    for status in (302, 422):
        there, _page = sign_in(world.bob.user)
        answer = there.post("/accounts/login/second/", {"code": code})
        assert answer.status_code == status


def test_codes_are_not_guessed(world: World) -> None:
    client, _page = sign_in(world.bob.user)
    secret = set_up_app(client)
    there, _page = sign_in(world.bob.user)
    for _ in range(5):
        there.post("/accounts/login/second/", {"code": "000000"})
    data = {"code": code_of(secret, later=1)}
    answer = there.post("/accounts/login/second/", data)
    assert "Too many wrong codes" in answer.content.decode()


def test_recovery_codes_are_shown_once_and_work_once(world: World) -> None:
    client, _page = sign_in(world.bob.user)
    set_up_app(client)
    codes = recovery_codes(client)
    assert len(codes) == 10
    client.post("/accounts/factors/codes/", {"kept": "1"})
    assert recovery_codes(client) == []
    for status in (302, 422):
        there, _page = sign_in(world.bob.user)
        answer = there.post("/accounts/login/second/", {"code": codes[0]})
        assert answer.status_code == status
    client.post("/accounts/factors/codes/")
    assert not set(recovery_codes(client)) & set(codes)


def test_a_change_of_factors_asks_who_it_is(world: World) -> None:
    client, _page = sign_in(world.bob.user)
    secret = set_up_app(client)
    with time_machine.travel(now_utc() + dt.timedelta(minutes=11)):
        page = client.get("/accounts/factors/app/")
        assert page["Location"].startswith("/accounts/prove/?next=")
        wrong = client.post("/accounts/prove/", {"password": PASSWORD})
        assert wrong.status_code == 422, "a password is not enough any more"
        data = {"code": code_of(secret), "next": "/accounts/factors/app/"}
        right = client.post("/accounts/prove/", data)
        assert right["Location"] == "/accounts/factors/app/"
        assert client.get("/accounts/factors/app/").status_code == 200


def test_who_has_no_factor_proves_it_by_password(world: World) -> None:
    client, _page = sign_in(world.bob.user)
    with time_machine.travel(now_utc() + dt.timedelta(minutes=11)):
        for password, status in (("wrong", 422), (PASSWORD, 302)):
            data = {"password": password, "next": "//elsewhere.example/"}
            page = client.post("/accounts/prove/", data)
            assert page.status_code == status
        assert page["Location"] == "/accounts/", "never to another site"


def test_a_brand_asks_for_it_and_leads_on(world: World) -> None:
    asks(world, WhoNeedsFactor.ALL)
    client, page = sign_in(world.bob.user, "/staff/callbacks/")
    assert page["Location"] == "/accounts/factors/needed/?next=%2Fstaff%2Fcallbacks%2F"
    html = client.get(page["Location"]).content.decode()
    assert "Maison Tilleul asks for a second factor" in html
    assert "Later" not in html
    board = client.get("/staff/callbacks/")
    assert board["Location"] == page["Location"]
    polled = client.get("/staff/board/lanes/", headers={"HX-Request": "true"})
    assert polled["HX-Redirect"].startswith("/accounts/factors/needed/")
    set_up_app(client)
    done = client.post(
        "/accounts/factors/codes/", {"kept": "1", "next": "/staff/callbacks/"}
    )
    assert done["Location"] == "/staff/callbacks/"
    assert client.get("/staff/callbacks/").status_code == 200
    (row,) = Authenticator.objects.filter(user=world.bob.user, type="totp")
    kept = client.post(f"/accounts/factors/{row.pk}/remove/")
    assert kept.status_code == 409, "the last one stays"
    assert has_factor(world.bob.user)


def test_until_its_day_it_may_wait(world: World) -> None:
    asks(world, WhoNeedsFactor.ALL, now_utc().date() + dt.timedelta(days=3))
    client, page = sign_in(world.bob.user)
    html = client.get(page["Location"]).content.decode()
    assert "Later, by" in html
    assert client.get("/staff/").status_code == 200
    with time_machine.travel(now_utc() + dt.timedelta(days=4)):
        again, _page = sign_in(world.bob.user)
        assert again.get("/staff/")["Location"].startswith("/accounts/factors/needed/")


@pytest.mark.parametrize(
    ("who", "needing"),
    [
        (WhoNeedsFactor.NOBODY, set()),
        (WhoNeedsFactor.ADMINS, {Role.ADMIN}),
        (WhoNeedsFactor.MANAGERS, {Role.ADMIN, Role.MANAGER}),
        (WhoNeedsFactor.ALL, set(Role)),
    ],
)
def test_each_setting_names_its_roles(
    world: World, who: WhoNeedsFactor, needing: set[Role]
) -> None:
    world.brand.second_factor = who
    assert {role for role in Role if world.brand.needs_factor(role)} == needing


def test_a_session_that_showed_none_shows_it_later(world: World) -> None:
    """Two browsers: the factor was set up in the other one."""
    early, _page = sign_in(world.bob.user)
    client, _page = sign_in(world.bob.user)
    secret = set_up_app(client)
    asks(world, WhoNeedsFactor.ALL)
    needed = early.get("/staff/")["Location"]
    prove = early.get(needed)["Location"]
    assert prove == "/accounts/prove/?next=%2Fstaff%2F"
    data = {"code": code_of(secret, later=1), "next": "/staff/"}
    assert early.post("/accounts/prove/", data)["Location"] == "/staff/"
    assert early.get("/staff/").status_code == 200


@pytest.mark.parametrize(
    "credential",
    ["", "[]", '{"id":"AA","rawId":"AA","type":"public-key"}',
     '{"id":"AA","rawId":"AA","type":"public-key","response":'
     '{"clientDataJSON":"e30","authenticatorData":"AAAA","signature":"AA",'
     '"attestationObject":"oA","userHandle":"MQ"}}'],
)  # fmt: skip
def test_what_is_no_passkey_is_refused(world: World, credential: str) -> None:
    stranger = Client(headers=ENGLISH)
    stranger.post("/accounts/passkey/options/")
    page = stranger.post("/accounts/passkey/", {"credential": credential}, follow=True)
    assert "This passkey opens no account here" in page.content.decode()
    client, _page = sign_in(world.bob.user)
    client.post("/accounts/factors/passkey/options/")
    page = client.post("/accounts/factors/passkey/", {"credential": credential})
    assert page.status_code == 422
    assert not has_factor(world.bob.user)
    set_up_app(client)
    there, _page = sign_in(world.bob.user)
    page = there.post("/accounts/login/second/", {"credential": credential})
    assert page.status_code == 422


def test_nobody_removes_a_colleagues(world: World) -> None:
    set_up_app(sign_in(world.charlie.user)[0])
    (row,) = Authenticator.objects.filter(user=world.charlie.user, type="totp")
    bob, _page = sign_in(world.bob.user)
    assert bob.post(f"/accounts/factors/{row.pk}/remove/").status_code == 404
    assert has_factor(world.charlie.user)


def test_the_last_one_goes_with_its_codes(world: World) -> None:
    bob, _page = sign_in(world.bob.user)
    set_up_app(bob)
    (row,) = Authenticator.objects.filter(user=world.bob.user, type="totp")
    bob.post(f"/accounts/factors/{row.pk}/remove/")
    assert not Authenticator.objects.filter(user=world.bob.user).exists()
    assert "a été retiré" in mail.outbox[-1].subject


def test_the_second_step_can_be_left(world: World) -> None:
    set_up_app(sign_in(world.bob.user)[0])
    there, _page = sign_in(world.bob.user)
    assert there.get("/accounts/login/")["Location"] == "/accounts/login/second/"
    there.post("/accounts/login/second/", {"leave": "1"})
    assert there.get("/accounts/login/").status_code == 200
