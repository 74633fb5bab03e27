"""The sign-in of a brand's company: an issuer, a subject, and nothing by mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from stores.accounts.company import MOST_OFFERED
from stores.models import CompanySignIn, Membership, Role, User, WhoNeedsFactor
from tests.cast import World, make_brand, make_user
from tests.visavis.issuer import KEY, STRANGE, Issuer, running
from tests.visavis.second_factors import ENGLISH, set_up_app, sign_in

pytestmark = pytest.mark.django_db
PAGE = "/desk/security/company/"


@pytest.fixture(scope="module")
def one_issuer() -> Iterator[Issuer]:
    with running() as issuer:
        yield issuer


@pytest.fixture
def issuer(one_issuer: Issuer, settings: Settings) -> Issuer:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    cache.clear()
    one_issuer.claims, one_issuer.says_issuer = {"sub": "s-1"}, ""
    one_issuer.key, one_issuer.kid = KEY, None
    return one_issuer


def written(dora: Client, at: Issuer, **other: str) -> Any:
    data = {"issuer": at.url, "client_id": "visavis", "secret": "their secret"}
    return dora.post(PAGE, data | other)


def there_and_back(client: Client, issuer: Issuer, path: str, **data: str) -> Any:
    """Presses the button, says yes at the company, and comes back."""
    page = client.post(path, data)
    html = page.content.decode()
    found = re.search(r'class="btn btn-lg"\s+href="([^"]+)"', html)
    assert found, html
    company = CompanySignIn.objects.get()
    query = issuer.authorize(unescape(found[1]))
    return client.get(f"/accounts/company/{company.key}/callback/{query}")


@pytest.fixture
def dora(world: World, issuer: Issuer) -> Client:
    client, _page = sign_in(world.dora)
    assert written(client, issuer)["Location"] == PAGE
    return client


def switched(dora: Client, **data: str) -> Any:
    return dora.post(f"{PAGE}switch/", {"is_on": "on", **data})


def on(dora: Client, issuer: Issuer) -> None:
    there_and_back(dora, issuer, "/accounts/company/tilleul/join/", purpose="test")
    assert switched(dora)["Location"] == PAGE


def test_it_opens_nothing_before_it_is_tried(dora: Client, issuer: Issuer) -> None:
    page = switched(dora)
    assert "Try it with your own account first." in page.content.decode()
    assert Client().get("/accounts/company/tilleul/").status_code == 404
    row = CompanySignIn.objects.get()
    assert "their secret" not in row.sealed
    with pytest.raises(IntegrityError), transaction.atomic():
        CompanySignIn.objects.update(is_on=True)
    back = there_and_back(
        dora, issuer, "/accounts/company/tilleul/join/", purpose="test"
    )
    assert back["Location"] == PAGE
    assert "Dora Roussel" in dora.get(PAGE).content.decode()
    assert switched(dora)["Location"] == PAGE
    assert Client().get("/accounts/company/tilleul/").status_code == 200


def test_somebody_joins_and_then_comes_in(
    world: World, dora: Client, issuer: Issuer
) -> None:
    on(dora, issuer)
    issuer.claims = {"sub": "s-bob", "email": "elsewhere@other.example"}
    bob, _page = sign_in(world.bob.user)
    back = there_and_back(bob, issuer, "/accounts/company/tilleul/join/")
    assert back["Location"] == "/accounts/"
    stranger = Client(headers=ENGLISH)
    came = there_and_back(
        stranger, issuer, "/accounts/company/tilleul/", next="/staff/callbacks/"
    )
    assert came["Location"] == "/staff/callbacks/"
    assert stranger.get("/staff/").status_code == 200
    kept = SocialAccount.objects.get(user=world.bob.user)
    assert "elsewhere" not in str(kept.extra_data), "their address is not kept"
    bob.post("/accounts/company/leave/")
    again = there_and_back(Client(), issuer, "/accounts/company/tilleul/")
    assert again.status_code == 403


def test_the_sign_in_page_leads_to_the_companies_that_are_on(
    world: World, dora: Client, issuer: Issuer
) -> None:
    words = "By Maison Tilleul’s own sign-in"
    stranger = Client(headers=ENGLISH)
    assert words not in stranger.get("/accounts/login/").text
    on(dora, issuer)
    page = stranger.get("/accounts/login/", {"next": "/staff/callbacks/"}).text
    assert words in page
    assert 'href="/accounts/company/tilleul/?next=%2Fstaff%2Fcallbacks%2F"' in page
    company = CompanySignIn.objects.get()
    for number in range(MOST_OFFERED):
        CompanySignIn.objects.create(
            brand=make_brand(f"b{number}", f"Brand {number}"),
            issuer=company.issuer,
            client_id="visavis",
            tested_at=company.tested_at,
            is_on=True,
        )
    assert words not in stranger.get("/accounts/login/").text, "a list of too many"


def test_a_known_address_alone_opens_nothing(
    world: World, dora: Client, issuer: Issuer
) -> None:
    on(dora, issuer)
    issuer.claims = {"sub": "s-2", "email": world.bob.user.email,
                     "email_verified": True}  # fmt: skip
    stranger = Client(headers=ENGLISH)
    page = there_and_back(stranger, issuer, "/accounts/company/tilleul/")
    assert page.status_code == 403
    assert "joined to no account here" in page.content.decode()
    assert stranger.get("/staff/").status_code == 302
    assert User.objects.filter(email=world.bob.user.email).count() == 1


def test_an_identity_is_of_one_account(
    world: World, dora: Client, issuer: Issuer
) -> None:
    on(dora, issuer)
    bob, _page = sign_in(world.bob.user)
    page = there_and_back(bob, issuer, "/accounts/company/tilleul/join/")
    assert page.status_code == 403, "Dora has it"
    eve, _page = sign_in(world.eve.user)
    assert eve.post("/accounts/company/tilleul/join/").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"iss": "https://other.example"}, {"aud": "another"}, {"nonce": "old"},
     {"exp": 1}, {"key": STRANGE}, {"kid": "2"}, {"sub": None}, {"says": "https://other.example"}],
    ids=lambda wrong: next(iter(wrong)),
)  # fmt: skip
def test_a_token_that_is_not_right_opens_nothing(
    dora: Client, issuer: Issuer, wrong: dict[str, Any]
) -> None:
    on(dora, issuer)
    stranger = Client()
    issuer.claims = {"sub": "s-1", **wrong}
    issuer.key = wrong.get("key", issuer.key)
    issuer.claims.pop("key", None)
    issuer.kid = issuer.claims.pop("kid", None)
    if "says" in wrong:
        issuer.says_issuer = wrong["says"]
        assert stranger.post("/accounts/company/tilleul/").status_code == 403
        return
    back = there_and_back(stranger, issuer, "/accounts/company/tilleul/")
    assert back.status_code == 403
    assert stranger.get("/staff/").status_code == 302


def test_a_way_back_is_good_once_and_in_one_browser(
    dora: Client, issuer: Issuer
) -> None:
    on(dora, issuer)
    company = CompanySignIn.objects.get()
    path = f"/accounts/company/{company.key}/callback/"
    mine, other = Client(), Client()
    html = mine.post("/accounts/company/tilleul/").content.decode()
    found = re.search(r'class="btn btn-lg"\s+href="([^"]+)"', html)
    assert found
    query = issuer.authorize(unescape(found[1]))
    assert other.get(path + query).status_code == 403
    assert mine.get(path + query).status_code == 302
    assert Client().get(path).status_code == 403
    assert mine.get("/accounts/company/1-abc/callback/").status_code == 404


def test_it_replaces_passwords_but_of_two(
    world: World, dora: Client, issuer: Issuer
) -> None:
    on(dora, issuer)
    second = make_user("ada@tilleul.example", "Ada Roy")
    Membership.objects.create(brand=world.brand, user=second, role=Role.ADMIN)
    keepers = {"first_keeper": str(world.dora.pk), "second_keeper": str(world.dora.pk)}
    page = switched(dora, replaces_password="on", **keepers)
    assert "Name two administrators" in page.content.decode()
    keepers["second_keeper"] = str(second.pk)
    assert switched(dora, replaces_password="on", **keepers).status_code == 302
    answers = {
        user.email: sign_in(user)[1]["Location"]
        for user in (world.dora, second, world.bob.user, world.eve.user)
    }
    assert answers.pop(world.bob.user.email) == "/accounts/company/tilleul/"
    assert "/accounts/company/tilleul/" not in answers.values()


def test_another_issuer_must_be_tried_anew(dora: Client, issuer: Issuer) -> None:
    on(dora, issuer)
    page = written(dora, issuer, issuer="http://127.0.0.1:1/", secret="")
    assert "Paste the secret" in page.content.decode(), "the old one goes to nobody"
    written(dora, issuer, issuer="http://127.0.0.1:1/")
    row = CompanySignIn.objects.get()
    assert (row.is_on, row.tested_at) == (False, None)


def test_a_second_factor_is_asked_unless_the_company_had_it(
    world: World, dora: Client, issuer: Issuer
) -> None:
    on(dora, issuer)
    world.brand.refresh_from_db()
    world.brand.second_factor = WhoNeedsFactor.ALL
    world.brand.save()
    weak, strong = Client(), Client()
    back = there_and_back(weak, issuer, "/accounts/company/tilleul/")
    assert back["Location"].startswith("/accounts/factors/needed/")
    issuer.claims = {"sub": "s-1", "amr": ["pwd", "mfa"]}
    back = there_and_back(strong, issuer, "/accounts/company/tilleul/")
    assert back["Location"] == "/desk/"
    assert strong.get("/desk/").status_code == 200
    set_up_app(dora)
    issuer.claims = {"sub": "s-1"}
    page = there_and_back(Client(headers=ENGLISH), issuer, "/accounts/company/tilleul/")
    assert "Second step" in page.content.decode()
