"""The widget without a browser: its script, its hours, its frame and the way to us."""

from __future__ import annotations

import gzip
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client

from booking.models import Hold
from booking.templatetags.visits import as_link
from booking.widget.asked import product_in
from stores.models import Brand, WorkingHours
from tests.cast import World

pytestmark = pytest.mark.django_db

HOURS = "/tilleul/widget/hours"
FRAME = "/tilleul/widget/frame"
OPEN = "/tilleul/widget/open"
WHOLE = {"store": "lille", "topic": "premier-velo", "channel": "video"}
SHOP = "https://shop.example"
MOST_BYTES = 6000


def list_sites(world: World, *sites: str) -> None:
    Brand.objects.filter(pk=world.brand.pk).update(widget_sites=list(sites))


def hours(client: Client, *, origin: str = SHOP, **asked: str) -> Any:
    answer = client.get(HOURS, asked, headers={"origin": origin})
    assert answer.status_code == 200
    return answer.json()


def test_the_script_is_small_and_may_be_loaded_anywhere(client: Client) -> None:
    plain = client.get("/widget.js")
    packed = client.get("/widget.js", headers={"accept-encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) <= MOST_BYTES
    assert gzip.decompress(packed.content) == plain.content
    assert plain["Content-Type"].startswith("text/javascript")
    assert packed["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert packed["Cache-Control"] == "public, max-age=3600"
    assert not plain.cookies
    again = client.get("/widget.js", headers={"if-none-match": plain["ETag"]})
    assert again.status_code == 304


def test_the_hours_are_three_a_visit_apart_and_lead_to_us(
    client: Client, world: World
) -> None:
    list_sites(world, SHOP)
    answer = client.get(HOURS, WHOLE, headers={"origin": SHOP})
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    assert answer["Cache-Control"] == "public, max-age=60"
    assert "Origin" in answer["Vary"]
    assert not answer.cookies
    found = answer.json()
    assert found["facts"] == "En visio, 20\xa0min"
    assert len(found["times"]) == 3
    assert found["frame"].startswith(FRAME)
    led = client.get(found["times"][1]["to"])
    assert led.status_code == 302
    asked = parse_qs(urlsplit(led["Location"]).query)
    page = client.get(led["Location"]).content.decode()
    assert asked["start"] == [found["times"][1]["at"]]
    assert f'value="{found["times"][1]["at"]}"' in page
    assert "Avec Bob" in page
    assert not Hold.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"store": "nowhere"},
        {"topic": "nothing"},
        {"channel": "pigeon"},
        {"store": "calais"},
        {"store": "lille", "topic": "pret"},
        {"store": "'><script>"},
    ],
)
def test_a_wrong_attribute_is_answered_by_nothing_to_show(
    client: Client, world: World, wrong: dict[str, str]
) -> None:
    for address in (HOURS, FRAME, OPEN):
        assert client.get(address, wrong).status_code == 404
    assert client.get("/nobody/widget/hours").status_code == 404


def test_a_site_that_is_not_listed_gets_hours_and_no_frame(
    client: Client, world: World
) -> None:
    list_sites(world, SHOP)
    for stranger in ("https://evil.example", "http://shop.example", "null"):
        found = hours(client, origin=stranger)
        assert found["times"]
        assert found["frame"] == ""
    assert hours(client)["frame"]


def test_only_the_frame_may_be_framed_and_by_listed_sites_alone(
    client: Client, world: World
) -> None:
    list_sites(world, SHOP, "https://other.example:8443")
    framed = client.get(FRAME)
    wanted = f"frame-ancestors 'self' {SHOP} https://other.example:8443"
    assert wanted in framed["Content-Security-Policy"]
    assert not framed.has_header("X-Frame-Options")
    for address in ("/tilleul/", "/tilleul/lille/premier-velo/video/", OPEN):
        page = client.get(address)
        assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
        assert page["X-Frame-Options"] == "DENY"


def test_the_frame_sets_nothing_and_asks_nothing(client: Client, world: World) -> None:
    framed = client.get(FRAME, {**WHOLE, "title": "Draisienne Pomme", "lang": "en"})
    text = framed.content.decode()
    assert not framed.cookies
    assert "Cookie" not in framed.get("Vary", "")
    assert "csrfmiddlewaretoken" not in text
    assert "<form" not in text
    assert '<base target="_top">' in text
    assert "“Draisienne Pomme” goes along." in text


def test_the_language_is_the_pages_where_the_brand_has_it(
    client: Client, world: World
) -> None:
    assert hours(client, lang="en-GB")["lang"] == "en"
    assert hours(client, lang="de")["lang"] == "fr"
    assert hours(client)["lang"] == "fr"


@pytest.mark.parametrize(
    ("attributes", "page"),
    [
        ({}, "/tilleul/"),
        ({"topic": "premier-velo"}, "/tilleul/?topic=premier-velo"),
        ({"store": "lille"}, "/tilleul/lille/"),
        ({"store": "lille", "channel": "video"}, "/tilleul/lille/?channel=video"),
        ({"store": "lille", "topic": "premier-velo"}, "/tilleul/lille/premier-velo/"),
        (WHOLE, "/tilleul/lille/premier-velo/video/"),
        ({**WHOLE, "start": "tomorrow"}, "/tilleul/lille/premier-velo/video/"),
    ],
)
def test_the_way_goes_on_where_the_first_question_is_left(
    client: Client, world: World, attributes: dict[str, str], page: str
) -> None:
    assert client.get(OPEN, attributes)["Location"] == page


def test_the_page_comes_along_as_the_product(client: Client, world: World) -> None:
    start = hours(client, **WHOLE)["times"][0]["at"]
    page = "https://shop.example/pomme"
    client.get(OPEN, {**WHOLE, "title": " Draisienne\n Pomme", "page": page})
    held = client.post("/tilleul/lille/premier-velo/video/", {"start": start})
    details = client.get(held["Location"]).content.decode()
    assert f'value="Draisienne Pomme {page}"' in details


@pytest.mark.parametrize(
    ("query", "product"),
    [
        ({"title": "x" * 5000}, "x" * 120),
        ({"title": "Pomme", "page": "javascript:alert(1)"}, "Pomme"),
        ({"page": "data:text/html,x"}, ""),
        ({"page": "https://u:p@shop.example/"}, ""),
        ({"page": "https://shop.example/" + "a" * 200}, ""),
        ({"page": "https://shop.example/a b"}, ""),
        ({"page": "https://[shop"}, ""),
        ({"title": "\u202egro.live\x00 Pomme\u200b"}, "gro.live Pomme"),
    ],
)
def test_what_is_no_page_does_not_come_along(
    query: dict[str, str], product: str
) -> None:
    sent = QueryDict(mutable=True)
    sent.update(query)
    assert product_in(sent) == product


def test_an_hour_that_is_gone_is_answered_by_the_nearest(
    client: Client, world: World
) -> None:
    past = {"start": "2020-01-01T10:00:00+00:00"}
    page = client.get("/tilleul/lille/premier-velo/video/", past)
    assert page.status_code == 200
    assert "Cette heure vient d’être prise" in page.content.decode()
    far = client.get(
        "/tilleul/lille/premier-velo/video/", {"start": "2199-01-01T10:00:00+00:00"}
    )
    assert far.status_code == 200


def test_in_store_nobody_is_sent_where_they_did_not_choose(
    client: Client, world: World
) -> None:
    assert not hours(client, channel="in_store")["times"]
    assert hours(client, channel="in_store", store="lille")["times"]


def test_a_brand_without_an_hour_shows_links_alone(
    client: Client, world: World
) -> None:
    WorkingHours.objects.filter(brand=world.brand).delete()
    found = hours(client, **WHOLE)
    assert found["times"] == []
    assert found["frame"] == ""
    assert "Pas d’heure" in client.get(FRAME, WHOLE).content.decode()


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("https://shop.example/a", True),
        ("Pomme https://shop.example/a", True),
        ("https://shop.example/a Pomme", False),
        ("Pomme javascript:alert(1)", False),
        ("http://[shop", False),
    ],
)
def test_the_address_of_a_product_is_a_link_wherever_it_came_from(
    text: str, *, linked: bool
) -> None:
    shown = as_link(text)
    assert ('<a href="https://shop.example/a"' in shown) is linked
    assert linked or shown == text
