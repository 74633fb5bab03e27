"""The first start: code, brand and admin, on an installation without a brand."""

from __future__ import annotations

import datetime as dt
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from stores.editing.setup_codes import ALPHABET, MOST_TRIES, issue_code
from stores.models import Brand, BrandSetup, Membership, Role, SetupCode, User
from tests.cast import make_brand, make_user

pytestmark = pytest.mark.usefixtures("empty_installation")

PASSWORD = "trois mots de passe"
WRONG = "AAAA-AAAA"


@pytest.fixture
def code() -> str:
    return issue_code(now=timezone.now())


def english() -> Client:
    return Client(headers={"accept-language": "en"})


def answer(client: Client, code: str, **changed: str) -> object:
    facts = {"brand": "Maison Tilleul", "email": "sarah@tilleul.example"}
    return client.post("/setup/", {"code": code, **facts, **changed})


def finish(client: Client, **changed: str) -> object:
    facts = {"name": "Sarah Delattre", "password": PASSWORD, "again": PASSWORD}
    return client.post("/setup/password/", {**facts, **changed})


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize(
    "address", ["/", "/desk/", "/staff/", "/admin/", "/nowhere/", "/accounts/login/"]
)
def test_every_address_leads_to_the_one_page(address: str) -> None:
    response = Client().get(address)
    assert response.status_code == 303
    assert response["Location"] == "/setup/"
    assert "no-store" in response["Cache-Control"]


def test_a_form_that_was_sent_leads_there_too() -> None:
    assert Client().post("/accounts/login/", {"login": "a"})["Location"] == "/setup/"


def test_probes_answer_as_ever() -> None:
    assert Client().get("/healthz").json() == {"status": "alive"}
    assert Client().get("/readyz").status_code == 200


def test_the_whole_way(code: str) -> None:
    client = english()
    page = client.get("/setup/")
    assert "Set-up code" in text_of(page)
    assert page["Cache-Control"].startswith("max-age=0")
    response = answer(client, code)
    assert response.status_code == 302  # type: ignore[attr-defined]
    assert "Maison Tilleul" in text_of(client.get("/setup/password/"))
    assert finish(client)["Location"] == "/desk/setup/"  # type: ignore[index]
    brand = Brand.objects.get()
    assert (brand.slug, brand.name) == ("maison-tilleul", "Maison Tilleul")
    assert brand.languages == ["en", "fr"]
    membership = Membership.objects.all_brands().get()
    assert membership.role == Role.ADMIN
    assert membership.store is None
    assert membership.user.email == "sarah@tilleul.example"
    assert membership.user.check_password(PASSWORD)
    assert BrandSetup.objects.all_brands().get().brand == brand
    assert client.session["_auth_user_id"] == str(membership.user.pk)
    assert not SetupCode.objects.exists()
    for address in ("/setup/", "/setup/password/"):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404


@pytest.mark.parametrize(
    "spelled",
    [str.lower, lambda c: c.replace("-", ""), lambda c: f" {c[:2]} {c[2:]} ".lower()],
)
def test_dash_spaces_and_case_do_not_matter(code: str, spelled: object) -> None:
    response = answer(Client(), spelled(code))  # type: ignore[operator]
    assert response.status_code == 302  # type: ignore[attr-defined]


def test_a_wrong_code_says_how_many_tries_are_left_and_keeps_what_was_typed(
    code: str,
) -> None:
    client = english()
    response = answer(client, WRONG)
    assert response.status_code == 422  # type: ignore[attr-defined]
    text = text_of(response)
    assert "This code does not match. 4 tries are left." in text
    for typed in (WRONG, "Maison Tilleul", "sarah@tilleul.example"):
        assert typed in text
    assert re.search(r'<input[^>]*name="code"[^>]*autofocus', text)
    assert "3 tries are left" in text_of(answer(client, "BBBBBBBB"))


def test_after_five_tries_the_right_code_helps_no_more(code: str) -> None:
    client = english()
    for _ in range(MOST_TRIES):
        text = text_of(answer(client, WRONG))
    assert "print a new one" in text
    assert "print a new one" in text_of(answer(client, code))
    assert answer(client, issue_code(now=timezone.now())).status_code == 302  # type: ignore[attr-defined]


def test_a_code_that_ran_out_is_refused() -> None:
    code = issue_code(now=timezone.now() - dt.timedelta(minutes=31))
    assert "print a new one" in text_of(answer(english(), code))


def test_a_code_that_runs_out_between_the_pages_is_asked_for_again(code: str) -> None:
    client = english()
    answer(client, code)
    issue_code(now=timezone.now())
    response = finish(client)
    assert response["Location"] == "/setup/?late"  # type: ignore[index]
    assert "newest one" in text_of(client.get("/setup/?late"))
    assert not Brand.objects.exists()


def test_the_second_page_without_the_first_leads_back() -> None:
    assert Client().get("/setup/password/")["Location"] == "/setup/?late"
    assert finish(Client())["Location"] == "/setup/?late"  # type: ignore[index]


@pytest.mark.parametrize("name", ["", "  ", "!!!", "—", "..."])
def test_a_name_without_letters_is_refused_at_its_field(code: str, name: str) -> None:
    response = answer(english(), code, brand=name)
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert 'id="id_brand_error"' in text_of(response)


def test_a_name_like_one_of_our_addresses_gets_another_address(code: str) -> None:
    client = Client()
    answer(client, code, brand="Admin")
    finish(client)
    assert Brand.objects.get().slug == "admin-2"


@pytest.mark.parametrize("email", ["", "sarah", "sarah@"])
def test_a_broken_address_is_refused_at_its_field(code: str, email: str) -> None:
    text = text_of(answer(english(), code, email=email))
    assert 'id="id_email_error"' in text


def test_a_known_address_is_told_only_to_whom_the_code_fits(code: str) -> None:
    make_user("sarah@tilleul.example", "Sarah")
    words = "This address has an account already"
    assert words not in text_of(answer(english(), WRONG))
    assert words in text_of(answer(english(), code, email="Sarah@Tilleul.example"))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"password": "short", "again": "short"}, "password"),
        ({"password": "password1234", "again": "password1234"}, "password"),
        ({"again": "another one that is long"}, "again"),
        ({"name": ""}, "name"),
    ],
)
def test_a_refused_password_makes_nothing(
    code: str, changed: dict[str, str], field: str
) -> None:
    client = english()
    answer(client, code)
    response = finish(client, **changed)
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert f'id="id_{field}_error"' in text_of(response)
    assert not Brand.objects.exists()
    assert not User.objects.exists()


def test_the_code_is_printed_and_kept_nowhere(
    caplog: pytest.LogCaptureFixture,
) -> None:
    out = StringIO()
    call_command("setup_code", stdout=out)
    found = re.search(r"\b(\S{4}-\S{4})\b", out.getvalue())
    assert found
    assert "/setup/" in out.getvalue()
    plain = found[1].replace("-", "")
    assert set(plain) <= set(ALPHABET)
    assert not set("01IO") & set(ALPHABET)
    row = SetupCode.objects.get()
    assert plain not in row.code_hash
    assert plain not in caplog.text
    assert answer(Client(), found[1]).status_code == 302  # type: ignore[attr-defined]


def test_no_code_is_printed_where_there_is_a_brand() -> None:
    make_brand("tilleul", "Maison Tilleul")
    with pytest.raises(CommandError, match="a brand already"):
        call_command("setup_code", stdout=StringIO())


def test_a_start_without_a_brand_prints_the_code(
    settings: object, tmp_path: object
) -> None:
    settings.DEBUG, settings.DEMO = True, False  # type: ignore[attr-defined]
    settings.STATE_DIR = tmp_path  # type: ignore[attr-defined]
    out = StringIO()
    call_command("prepare", stdout=out)
    assert "set-up code" in out.getvalue()
    assert not Brand.objects.exists()
    make_brand("tilleul", "Maison Tilleul")
    out = StringIO()
    call_command("prepare", stdout=out)
    assert out.getvalue() == ""
