"""Second factors: set up, shown, needed, lost."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from stores.accounts.factors import ask_removal, has_factor
from stores.models import (
    BrowserSession,
    FactorRemoval,
    Membership,
    Role,
    User,
    WhoNeedsFactor,
)
from tests.cast import PASSWORD, World, make_user, now_utc
from visavis.celery import app

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def sent_at_once() -> Iterator[None]:
    cache.clear()
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False
    cache.clear()


def sign_in(user: User, where: str = "") -> tuple[Client, Any]:
    """By the password, to the page or to the second step."""
    client = Client(headers=ENGLISH)
    data = {"login": user.email, "password": PASSWORD, "next": where}
    return client, client.post("/accounts/login/", data)


def code_of(secret: str, *, later: int = 0) -> str:
    """The six digits that an app shows, some half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def set_up_app(client: Client) -> str:
    """Returns the secret, as the page writes it for an app without a camera."""
    page = client.get("/accounts/factors/app/")
    html = page.content.decode()
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', html)
    sealed = re.search(r'name="sealed" value="([^"]+)"', html)
    assert found, html
    assert sealed
    secret = found[1].replace(" ", "")
    data = {"sealed": sealed[1], "code": code_of(secret)}
    done = client.post("/accounts/factors/app/", data)
    assert done["Location"] == "/accounts/factors/codes/"
    return secret


def recovery_codes(client: Client) -> list[str]:
    html = client.get("/accounts/factors/codes/").content.decode()
    return re.findall(r'class="secret">(\d+)<', html)


def asks(world: World, who: WhoNeedsFactor, since: dt.date | None = None) -> None:
    world.brand.second_factor, world.brand.second_factor_from = who, since
    world.brand.save()


def test_an_app_is_set_up_and_asked_for(world: World) -> None:
    bob = world.bob.user
    client, page = sign_in(bob)
    assert page["Location"] == "/staff/"
    secret = set_up_app(client)
    assert "new second factor" in mail.outbox[-1].subject
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


def admins(world: World) -> tuple[Client, Client]:
    second = make_user("ada@tilleul.example", "Ada Roy")
    Membership.objects.create(brand=world.brand, user=second, role=Role.ADMIN)
    return sign_in(world.dora)[0], sign_in(second)[0]


def removing(world: World) -> str:
    return f"/desk/team/{world.bob.staff_member.pk}/factor/"


def test_a_lost_factor_needs_two_admins(world: World) -> None:
    bobs, _page = sign_in(world.bob.user)
    set_up_app(bobs)
    dora, ada = admins(world)
    dora.post(removing(world), {"act": "ask"})
    dora.post(removing(world), {"act": "confirm"})
    assert has_factor(world.bob.user), "one alone does nothing"
    page = ada.get(f"/desk/team/{world.bob.staff_member.pk}/").content.decode()
    assert "Dora Roussel asks to take the second factor away" in page
    ada.post(removing(world), {"act": "confirm"})
    assert not Authenticator.objects.filter(user=world.bob.user).exists()
    assert bobs.get("/staff/").status_code == 302, "his sessions have ended"
    assert mail.outbox[-1].to == [world.bob.user.email]
    assert sign_in(world.bob.user)[1]["Location"] == "/staff/"
    row = FactorRemoval.objects.get()
    assert (row.asked_by, row.confirmed_by) != (None, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        FactorRemoval.objects.update(confirmed_by=row.asked_by)


def test_a_request_runs_out_and_is_withdrawn(world: World) -> None:
    set_up_app(sign_in(world.bob.user)[0])
    dora, ada = admins(world)
    dora.post(removing(world), {"act": "ask"})
    FactorRemoval.objects.update(asked_at=now_utc() - dt.timedelta(days=2))
    ada.post(removing(world), {"act": "confirm"})
    assert has_factor(world.bob.user)
    dora.post(removing(world), {"act": "ask"})
    ada.post(removing(world), {"act": "withdraw"})
    ada.post(removing(world), {"act": "confirm"})
    assert has_factor(world.bob.user)
    assert FactorRemoval.objects.filter(withdrawn_at=None).count() == 0


def test_who_may_not_take_a_factor_away(world: World) -> None:
    set_up_app(sign_in(world.bob.user)[0])
    dora, _ada = admins(world)
    manager = world.charlie.user
    manager.memberships.update(role=Role.MANAGER, store=world.store)
    assert sign_in(manager)[0].post(removing(world), {"act": "ask"}).status_code == 403
    assert sign_in(world.eve.user)[0].post(removing(world)).status_code in (403, 404)
    Membership.objects.create(
        brand=world.other_brand, user=world.bob.user, role=Role.ADVISER
    )
    page = dora.post(removing(world), {"act": "ask"}, follow=True)
    assert "whoever runs Visavis helps" in page.content.decode()
    assert not FactorRemoval.objects.exists()


def test_it_is_asked_who_takes_a_factor_away(world: World) -> None:
    set_up_app(sign_in(world.bob.user)[0])
    dora, _ada = admins(world)
    with time_machine.travel(now_utc() + dt.timedelta(minutes=11)):
        page = dora.post(removing(world), {"act": "ask"})
        assert page["Location"].startswith("/accounts/prove/")
    assert not FactorRemoval.objects.exists()


def test_the_operator_helps_a_single_admin(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    client, _page = sign_in(world.dora)
    set_up_app(client)
    told = StringIO()
    call_command("take_factor", world.dora.email.upper(), stdout=told)
    assert not has_factor(world.dora)
    assert not BrowserSession.objects.filter(user=world.dora).exists()
    assert f"account {world.dora.pk} taken away" in caplog.text
    assert world.dora.email not in caplog.text
    for email in (world.dora.email, "nobody@tilleul.example"):
        with pytest.raises(CommandError):
            call_command("take_factor", email)


@pytest.mark.parametrize(
    "credential",
    ["", "1", "[]", "{}", '"x"', '{"id":"AA","rawId":"AA","type":"public-key"}',
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


def test_asking_for_two_removals_makes_one(world: World) -> None:
    set_up_app(sign_in(world.bob.user)[0])
    facts = {"brand": world.brand, "user": world.bob.user, "by": world.dora}
    first, second = (ask_removal(**facts, now=now_utc()) for _ in range(2))  # type: ignore[arg-type]
    assert first == second
