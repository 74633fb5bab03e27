"""A refusal is a page with a sentence and a way on, in development as in production."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import Settings

from booking.models import Hold
from tests.booking.customer.walking import held
from tests.booking.customers import visit_in
from tests.cast import World, make_brand

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


NOBODYS = "00000000-0000-4000-8000-000000000000"


def page_of(client: Client, address: str, language: str = "en") -> str:
    """Without what differs by its address alone."""
    page = client.get(address, headers={"accept-language": language})
    assert page.status_code == 404, address
    assert page.context["code"]
    assert page.context.get("brand") is not None or "/r/" in address
    words = page.content.decode().partition("<main")[2].partition("</main>")[0]
    # The token of the form is another one each time.
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", words)


def test_a_hold_that_is_not_this_browsers_says_so_and_leads_on(
    world: World, client: Client
) -> None:
    """The same for one that lives in another browser, that is over and that never
    was."""
    address = held(Client(), world)
    words = page_of(client, address)
    assert "We do not hold this time for you" in words
    assert 'href="/tilleul/"' in words
    assert "Choose another time" in words
    assert "gardée pour vous" in page_of(client, address, "fr")
    assert page_of(client, f"/tilleul/holds/{NOBODYS}/") == words
    Hold.objects.all().delete()
    assert page_of(client, address) == words
    extended = client.post(f"{address}extend/", headers={"accept-language": "en"})
    assert extended.status_code == 404
    assert "We do not hold this time for you" in extended.content.decode()


@pytest.mark.parametrize(
    "page",
    [
        *("", "booked/", "cancel/", "move/", "contact/", "calendar.ics"),
        *("device/", "waiting/", "room/", "guest/", "guest/room/"),
    ],
)
def test_a_visits_page_without_its_link_says_how_it_opens(
    world: World, client: Client, page: str
) -> None:
    visit = visit_in(world, minutes=60)
    client.cookies["visitor"] = "anything"
    words = page_of(client, f"/tilleul/appointments/{visit.pk}/{page}")
    assert "This page opens by its link" in words
    assert page_of(client, f"/tilleul/appointments/{NOBODYS}/{page}") == words
    client.cookies.clear()
    words = page_of(client, f"/tilleul/appointments/{visit.pk}/{page}")
    assert "Allow cookies" in words


@pytest.mark.parametrize(
    ("address", "way_on"),
    [
        ("nowhere/", ""),
        ("nowhere/premier-velo/video/", ""),
        ("lille/gone/", "lille/"),
        ("lille/gone/video/", "lille/"),
        ("lille/premier-velo/pigeon/", "lille/"),
        ("lille/premier-velo/video/?with=999999", "lille/"),
    ],
)
def test_what_is_offered_no_more_leads_to_what_is(
    world: World, client: Client, address: str, way_on: str
) -> None:
    words = page_of(client, f"/tilleul/{address}")
    assert "This cannot be booked here" in words
    assert f'href="/tilleul/{way_on}"' in words


@pytest.mark.parametrize("address", ["/r/wrong", "/r/wrong/unsubscribe/"])
def test_a_secret_that_opens_nothing_says_so(client: Client, address: str) -> None:
    assert "This link no longer works" in page_of(client, address)
