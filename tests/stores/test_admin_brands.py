"""A second brand, by the operator's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from stores.models import Brand, Membership, Role, User
from tests.cast import World, make_user, make_world
from tests.stores.operators import an_operator, errors_of

pytestmark = pytest.mark.django_db

ADD = "/admin/stores/brand/add/"
NEW = {
    "name": "Banque du Sud",
    "slug": "",
    "time_zone": "Europe/Paris",
    "language": "en",
    "admin_email": "Nour@sud.example",
    "admin_name": "Nour Haddad",
}


@pytest.fixture
def operator() -> Client:
    return an_operator()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []

    def ask(*, email: str) -> None:
        found.append(email)

    monkeypatch.setattr("visavis.accounts.services.ask_reset", ask)
    return found


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_second_brand_with_its_first_admin(
    operator: Client,
    asked: list[str],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert errors_of(operator, ADD, NEW) == {}
    brand = Brand.objects.get(slug="banque-du-sud")
    assert brand.languages == ["en", "fr"]
    admin = Membership.objects.get(brand=brand)
    assert (admin.role, admin.user.email) == (Role.ADMIN, "nour@sud.example")
    assert asked == ["nour@sud.example"]
    assert not admin.user.has_usable_password()
    listed = operator.get("/admin/stores/brand/")
    assert "banque-du-sud" in listed.content.decode()


def test_who_has_an_account_gets_no_mail(operator: Client, asked: list[str]) -> None:
    known = make_user("nour@sud.example", "Nour")
    known.set_password("trois mots de passe")
    known.save()
    assert errors_of(operator, ADD, NEW | {"admin_name": ""}) == {}
    assert Membership.objects.get(brand__slug="banque-du-sud").user == known
    assert asked == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "…"),
        ("slug", "Banque Sud"),
        ("slug", "static"),
        ("time_zone", "Europe/Lyon"),
        ("language", "nl"),
        ("admin_email", "nour"),
        ("admin_name", ""),
    ],
)
def test_a_refusal_stands_at_its_field_and_nothing_is_written(
    operator: Client, field: str, value: str
) -> None:
    with translation.override("en"):
        errors = errors_of(operator, ADD, NEW | {field: value})
    assert list(errors) == [field]
    assert not Brand.objects.exists()
    assert not User.objects.filter(email="nour@sud.example").exists()


def test_a_name_that_is_taken_is_refused(operator: Client, world: World) -> None:
    errors = errors_of(operator, ADD, NEW | {"name": world.brand.name.upper()})
    assert list(errors) == ["name"]


def test_what_its_own_pages_write_is_shown_only(operator: Client, world: World) -> None:
    brand = world.brand
    path = f"/admin/stores/brand/{brand.pk}/change/"
    typed = {"name": "Elsewhere", "slug": "elsewhere", "time_zone": "Europe/Brussels"}
    typed |= {"languages": '["nl"]', "theme": '{"brand": "#FFFF00"}'}
    assert errors_of(operator, path, typed) == {}
    fresh = Brand.objects.get(pk=brand.pk)
    assert (fresh.name, fresh.slug) == (brand.name, brand.slug)
    assert (fresh.languages, fresh.theme) == (brand.languages, brand.theme)
    assert (fresh.time_zone, fresh.active) == ("Europe/Brussels", False)
    assert operator.post(f"/admin/stores/brand/{brand.pk}/delete/").status_code == 403
