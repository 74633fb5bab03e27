"""The customer says it in one sentence, before anything is chosen: it suggests a
topic, stays in their own browser, and is the question of the form that books."""

from __future__ import annotations

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from booking.customer.suggesting import suggested_topics
from booking.models import Appointment, Hold
from booking.visitors import TYPED_AGE, TYPED_COOKIE
from stores.models import Competence, Topic
from tests.booking.customer.walking import ALICE, held
from tests.cast import World, make_offers, make_topic

PAGE = "/tilleul/lille/"
SAID = "Un premier vélo pour ma fille de 4 ans"


def topic(slug: str, french: str, english: str, hint: str = "") -> Topic:
    return Topic(slug=slug, name={"fr": french, "en": english}, summary={"fr": hint})


TOPICS = [
    topic("velo", "Premier vélo", "First bike", "Draisienne, tricycle, casque"),
    topic("siege", "Poussette et siège auto", "Pushchair and car seat"),
    topic("sav", "Réparer ou échanger", "Repair or exchange", "Un vélo, un jouet"),
    topic("autre", "Autre question", "Something else"),
]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (SAID, ["velo"]),
        ("MON VELO", ["velo"]),
        ("des poussettes pour des jumeaux", ["siege"]),
        ("a pushchair for twins", ["siege"]),
        ("une draisienne", ["velo"]),
        ("je voudrais échanger un jouet", ["sav"]),
        ("une autre question pour mon petit", []),
        ("la chambre", []),
        ("", []),
        ("!?", []),
        ("x" * 280, []),
        # Two that share alike are both shown.
        ("réparer une poussette", ["siege", "sav"]),
    ],
)
def test_a_sentence_sounds_like_a_topic(sentence: str, expected: list[str]) -> None:
    found = suggested_topics(topics=TOPICS, sentence=sentence)
    assert [one.slug for one in found] == expected


@pytest.fixture
def browser(world: World) -> Client:
    seat = make_topic(world.brand, "siege-auto", "Siège auto", "Car seat")
    make_offers(seat)
    Competence.objects.create(
        brand=world.brand,
        staff_member=world.bob.staff_member,
        topic=seat,
        channels=["video"],
    )
    return Client()


def test_it_suggests_and_is_asked_no_second_time(browser: Client, world: World) -> None:
    page = browser.get(PAGE)
    assert "Cela ressemble à" not in page.text
    said = browser.post(PAGE, {"question": SAID})
    # Never in an address, and nothing is written.
    assert (said.status_code, said["Location"]) == (303, PAGE)
    assert not Hold.objects.exists()
    page = browser.get(PAGE)
    assert SAID in page.text
    _before, suggestion, after = page.text.partition("Cela ressemble à")
    assert suggestion
    channels = reverse("booking:channels", args=["tilleul", "lille", world.topic.slug])
    assert channels in after.partition("Ou choisissez")[0]
    details = held(browser, world)
    assert SAID in browser.get(details).text
    made = browser.post(details, ALICE | {"question": f"{SAID}, elle a peur"})
    assert made.status_code == 303
    assert Appointment.objects.get().question == f"{SAID}, elle a peur"
    # The next appointment of this browser begins with an empty sheet.
    assert SAID not in browser.get(PAGE).text


def test_nothing_sounds_like_it_and_it_is_kept_all_the_same(browser: Client) -> None:
    browser.post(PAGE, {"question": "Bonjour"})
    page = browser.get(PAGE).text
    assert "Gardé pour votre conseiller" in page
    assert "Cela ressemble à" not in page


def test_it_may_be_taken_back(browser: Client) -> None:
    browser.post(PAGE, {"question": SAID})
    browser.post(PAGE, {"question": ""})
    assert SAID not in browser.get(PAGE).text


def test_it_stays_in_this_browser_for_a_quarter_of_an_hour(browser: Client) -> None:
    browser.post(PAGE, {"question": SAID})
    cookie = browser.cookies[TYPED_COOKIE]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["max-age"]) == ("Lax", TYPED_AGE)
    assert SAID not in Client().get(PAGE).text
    browser.cookies[TYPED_COOKIE] = signing.dumps(
        {"question": "<b>forged</b>"}, salt="other"
    )
    assert "forged" not in browser.get(PAGE).text


def test_too_long_a_sentence_is_said_so_and_kept_on_the_page(browser: Client) -> None:
    long = "vélo " * 60
    answer = browser.post(PAGE, {"question": long})
    assert answer.status_code == 422
    assert "280" in answer.text
    assert long.strip() in answer.text
    assert TYPED_COOKIE not in browser.cookies


def test_a_shop_with_one_topic_asks_for_no_sentence(world: World) -> None:
    assert "<textarea" not in Client().get(PAGE).text
