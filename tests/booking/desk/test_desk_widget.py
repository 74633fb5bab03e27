"""The desk's page of the widget: the list of sites, and the code for them."""

from __future__ import annotations

import pytest
from django.test import Client

from stores.editing.brand_edits import site_of
from stores.errors import SiteRefused
from stores.models import Brand
from tests.booking.at_the_desk import signed_in
from tests.cast import World
from tests.house.page import Page

pytestmark = pytest.mark.django_db

PAGE = "/desk/widget/"


@pytest.fixture
def dora(world: World) -> Client:
    return signed_in(world.dora)


def stamp(client: Client) -> str:
    page = Page(client.get(PAGE).content.decode())
    facts = [one.attributes for one in page.all("input")]
    (value,) = [one["value"] for one in facts if one.get("name") == "as_shown"]
    return value


def sites_of(world: World) -> list[str]:
    return list(Brand.objects.get(pk=world.brand.pk).widget_sites)


def test_a_list_is_written_as_origins_each_once(dora: Client, world: World) -> None:
    typed = "Shop.example/bikes?x=1\r\n\r\nhttps://shop.example\nhttp://localhost:8001/"
    answer = dora.post(PAGE, {"sites": typed})
    assert answer.status_code == 302
    assert sites_of(world) == ["https://shop.example", "http://localhost:8001"]
    dora.post(PAGE, {"sites": ""})
    assert sites_of(world) == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("javascript:alert(1)", "n’est pas un site web"),
        ("https://shop.example\n*", "« * » n’est pas un site web"),
        ("https://*.shop.example", "n’est pas un site web"),
        ("https://shop.example; script-src *", "n’est pas un site web"),
        ("http://shop.example", "seulement des sites en https"),
        ("ftp://shop.example", "seulement des sites en https"),
        ("https://u:p@shop.example", "n’est pas un site web"),
        ("https://93.184.216.34", "n’est pas un site web"),
        ("https://shop.example:99999", "n’est pas un site web"),
        ("\n".join(f"https://s{n}.example" for n in range(21)), "20 sites au plus"),
    ],
)
def test_a_wrong_site_is_refused_in_a_sentence_and_stays_typed(
    dora: Client, world: World, typed: str, words: str
) -> None:
    answer = dora.post(PAGE, {"sites": typed}, headers={"accept-language": "fr"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert typed.splitlines()[0] in page
    assert sites_of(world) == []


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://shop.example:443/", "https://shop.example"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        ("https://magasin-é.example", "https://xn--magasin--i1a.example"),
        ("localhost:3000", "http://localhost:3000"),
        ("  HTTPS://Shop.Example  ", "https://shop.example"),
    ],
)
def test_an_address_is_kept_as_browsers_compare_it(typed: str, origin: str) -> None:
    assert site_of(typed) == origin


@pytest.mark.parametrize("typed", ["", "shop", "//shop.example", "https://", "a b.fr"])
def test_a_text_that_is_no_site_is_refused(typed: str) -> None:
    with pytest.raises(SiteRefused):
        site_of(typed)


def test_a_list_that_was_changed_meanwhile_is_shown_first(
    dora: Client, world: World
) -> None:
    old = stamp(dora)
    dora.post(PAGE, {"sites": "https://one.example"})
    answer = dora.post(PAGE, {"sites": "https://two.example", "as_shown": old})
    assert answer.status_code == 409
    assert "https://one.example" in answer.content.decode()
    assert sites_of(world) == ["https://one.example"]


def test_the_code_says_what_was_chosen(dora: Client, world: World) -> None:
    look = {
        **{"look": "button", "at": str(world.store.pk), "topic": "premier-velo"},
        **{"channel": "video", "language": "en", "words": "<b>Ask us</b>"},
    }
    page = Page(dora.get(PAGE, look).content.decode())
    (code,) = page.all("pre")
    assert "/widget.js" in code.text
    assert '/tilleul/lille/premier-velo/video/"' in code.text
    for said in (
        'data-visavis="tilleul"',
        'data-visavis-store="lille"',
        'data-visavis-topic="premier-velo"',
        'data-visavis-channel="video"',
        'data-visavis-form="button"',
        'data-visavis-lang="en"',
        "&lt;b&gt;Ask us&lt;/b&gt;</a>",
    ):
        assert said in code.text, said


@pytest.mark.parametrize("wrong", ["999999999999999999", "9" * 40, "²", "x"])
def test_a_choice_that_is_none_is_left_out(
    dora: Client, world: World, wrong: str
) -> None:
    names = ("at", "topic", "channel", "look", "language")
    answer = dora.get(PAGE, dict.fromkeys(names, wrong))
    assert answer.status_code == 200
    code = answer.content.decode()
    assert "data-visavis-store" not in code
    assert "data-visavis-topic" not in code
