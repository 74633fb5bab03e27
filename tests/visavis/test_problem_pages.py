"""A refusal is a page with a sentence and a way on, in development as in production."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from tests.cast import make_brand

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize(
    "address", ["/nobody/", "/tilleul/nowhere/", "/a/b/c/d/e/f/", "/r/wrong"]
)
def test_what_is_unknown_is_a_page_that_helps(
    client: Client, settings: Settings, debug: bool, address: str
) -> None:
    settings.DEBUG = debug
    make_brand("tilleul", "Maison Tilleul")
    page = client.get(address, headers={"accept-language": "en"})
    assert page.status_code == 404
    assert 'class="btn' in page.content.decode()
    assert "urlconf" not in page.content.decode().lower()


def test_a_refusal_wears_the_brand_of_its_address(client: Client) -> None:
    make_brand("tilleul", "Maison Tilleul")
    page = client.get("/tilleul/nowhere/").content.decode()
    assert "/tilleul/theme.css" in page
    assert 'href="/tilleul/"' in page
    assert "/theme.css" not in client.get("/nobody/").content.decode()


def test_an_unknown_api_address_answers_in_its_own_shape(client: Client) -> None:
    answer = client.get("/api/v1/nothing/")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_an_address_that_only_takes_a_post_says_so_on_our_page(client: Client) -> None:
    make_brand("tilleul", "Maison Tilleul")
    asked = {"accept-language": "en"}
    page = client.get("/staff/workplace/", headers=asked)
    assert page.status_code == 405
    assert page["Allow"] == "POST"
    assert "This address takes no such request" in page.content.decode()
    assert 'class="btn' in page.content.decode()
