"""The desk page of a brand: one colour, a logo, names, help and retention."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from stores.models import Brand, Membership, Role
from tests.booking.at_the_desk import chosen_in, signed_in
from tests.cast import World, make_topic, make_user

pytestmark = pytest.mark.django_db
PAGE = "/desk/brand/"
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0"/></svg>'
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    files = settings.STORAGES["files"] | {"OPTIONS": {"location": str(tmp_path)}}
    with override_settings(STORAGES=settings.STORAGES | {"files": files}):
        yield tmp_path


@pytest.fixture
def dora(world: World) -> Client:
    return signed_in(world.dora)


def typed_in(page: str, **changed: Any) -> dict[str, Any]:
    """What a browser would send of the page, with these fields changed."""
    found: dict[str, Any] = {"languages": []}
    found |= {key: value for key, value in chosen_in(page).items()
              if key in ("as_shown", "once", "main_language")}  # fmt: skip
    for tag in re.findall(r"<input[^>]*>", page):
        facts = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if facts.get("type") in ("text", "number"):
            found[facts["name"]] = html.unescape(facts.get("value", ""))
        elif facts.get("name") == "languages" and " checked" in tag:
            found["languages"].append(facts["value"])
    return found | changed


def now_of(world: World) -> Brand:
    return Brand.objects.get(pk=world.brand.pk)


def test_the_navigation_leads_there_first_of_the_settings(dora: Client) -> None:
    page = dora.get(PAGE)
    assert page.status_code == 200
    (below,) = re.findall(r'class="sub[^"]*">(.*?)</div>', page.text, re.DOTALL)
    assert PAGE in re.findall(r'href="([^"?]*)', below)[0]


def test_what_is_sent_untouched_changes_nothing(world: World, dora: Client) -> None:
    before = now_of(world)
    answer = dora.post(PAGE, typed_in(dora.get(PAGE).text))
    assert answer["Location"] == PAGE
    for field in Brand._meta.concrete_fields:
        name = field.attname
        assert getattr(now_of(world), name) == getattr(before, name), name


def test_all_of_it_is_written_and_customers_see_it(world: World, dora: Client) -> None:
    changed = {
        "colour": "0A5A5C",
        "name": "Les Tilleuls",
        "short_name": "TILLEULS",
        "phone": "+33353010000",
        "accessible_way": "acce.example/tilleul",
        "erase_after_days": "395",
    }
    answer = dora.post(PAGE, typed_in(dora.get(PAGE).text, **changed))
    assert answer["Location"] == PAGE
    assert "It is written." in dora.get(PAGE).text
    assert b"--t-brand:#0A5A5C" in Client().get("/tilleul/theme.css").content
    page = Client(headers={"accept-language": "en"}).get("/tilleul/").text
    assert "Les Tilleuls" in page
    assert 'href="https://acce.example/tilleul"' in page
    assert now_of(world).erase_after_days == 395


def test_words_for_who_cannot_hear_stand_where_no_link_can(
    world: World, dora: Client
) -> None:
    changed = {"accessible_way": "SMS : 06 39 98 00 01", "phone": "+33353010000"}
    dora.post(PAGE, typed_in(dora.get(PAGE).text, **changed))
    page = Client(headers={"accept-language": "en"}).get("/tilleul/").text
    (said,) = re.findall(r'id="other-way".*?</p>', page, re.DOTALL)
    assert "Deaf or hard of hearing? SMS : 06 39 98 00 01" in said
    assert 'popovertarget="other-way"' in page


def test_yellow_is_refused_and_a_brown_taken_in_one_tap(
    world: World, dora: Client
) -> None:
    typed = typed_in(dora.get(PAGE).text, colour="#F2B705", phone="+33353010000")
    refused = dora.post(PAGE, typed)
    assert refused.status_code == 422
    assert "#F2B705 is refused" in refused.text
    assert refused.text.count("This colour cannot be read wherever it stands.") == 1
    assert "1.5 : 1. It takes 4.5 : 1 to be read." in refused.text
    assert now_of(world).theme == {}
    (instead,) = re.findall(r'name="instead"\s+value="(#\w+)"', refused.text)
    typed = typed_in(refused.text)
    assert typed["phone"] == "+33353010000", "what was typed is still there"
    assert dora.post(PAGE, {**typed, "instead": instead})["Location"] == PAGE
    assert now_of(world).theme["brand"] == instead
    assert now_of(world).phone == "+33353010000"


def test_the_contrast_is_written_as_the_reader_writes_figures(world: World) -> None:
    for language, figure in (("fr", "9,8 : 1"), ("en", "9.8 : 1")):
        client = signed_in(world.dora)
        answer = client.get(PAGE, headers={"accept-language": language})
        assert figure in answer.text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_try_writes_nothing_and_draws_all(world: World, dora: Client) -> None:
    typed = typed_in(dora.get(PAGE).text, colour="#0A5A5C", name="")
    page = dora.post(PAGE, {**typed, "try": "on"})
    assert page.status_code == 200
    assert now_of(world).theme == {}
    (sheet,) = re.findall(r'href="(/desk/brand/colours\.css[^"]*)"', page.text)
    assert dora.get(sheet).text.startswith(".tried{--t-brand:#0A5A5C;")
    part = dora.post(f"{PAGE}preview/", typed)
    assert "%230A5A5C" in part.text
    assert "<html" not in part.text


def test_a_sheet_holds_colours_and_nothing_else(dora: Client) -> None:
    answer = dora.get(f"{PAGE}colours.css", {"colour": "red;}body{display:none"})
    assert answer["Content-Type"].startswith("text/css")
    assert re.fullmatch(r"\.tried\{(--t-[\w-]+:#[0-9A-F]{6};)*\}\n", answer.text)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"colour": "bleu"}, "A colour, please, for example #17408B."),
        ({"name": " "}, "Write the name of your brand."),
        ({"name": "banque du port"}, "There is a brand of this name here already."),
        ({"short_name": "Élan"}, "Only letters without accents"),
        ({"short_name": "TILLEUL NORD"}, "telephones show no more."),
        ({"phone": "no number"}, "This is no telephone number."),
        ({"erase_after_days": "1096"}, "At most three years"),
        ({"erase_after_days": "0"}, "A day at least."),
        ({"main_language": "nl"}, "nl is not one of the available choices."),
    ],
    ids=str,
)
def test_bad_input_gets_one_sentence_at_its_field(
    world: World, dora: Client, changed: dict[str, str], words: str
) -> None:
    typed = typed_in(dora.get(PAGE).text, calls_from="", **changed)
    answer = dora.post(PAGE, typed | {"accessible_way": "acce.example"} | changed)
    assert answer.status_code == 422
    assert answer.text.count(words) == 1
    assert now_of(world).accessible_way == ""


def test_a_language_with_gaps_is_refused_by_their_names(
    world: World, dora: Client
) -> None:
    Brand.objects.filter(pk=world.brand.pk).update(languages=["fr"])
    make_topic(world.brand, "jouets", "Jouets", "")
    typed = typed_in(dora.get(PAGE).text, languages=["fr", "en"])
    answer = dora.post(PAGE, typed)
    assert answer.status_code == 422
    words = "Not in English yet: 1 topic has no name in it (“Jouets”)."
    assert words in answer.text
    assert now_of(world).languages == ["fr"]


def test_who_saves_an_older_page_is_told_first(world: World, dora: Client) -> None:
    other = make_user("anna@tilleul.example", "Anna")
    Membership.objects.create(brand=world.brand, user=other, role=Role.ADMIN)
    anna = signed_in(other)
    hers, mine = anna.get(PAGE).text, dora.get(PAGE).text
    dora.post(PAGE, typed_in(mine, phone="+33353010001"))
    told = anna.post(PAGE, typed_in(hers, phone="+33353010002"))
    assert told.status_code == 409
    assert "Help telephone: +33353010001" in told.text
    assert now_of(world).phone == "+33353010001"
    again = anna.post(PAGE, typed_in(told.text))
    assert again["Location"] == PAGE
    assert now_of(world).phone == "+33353010002"


def send_logo(client: Client, content: bytes, **more: str) -> Any:
    file = SimpleUploadedFile("logo.svg", content, "image/svg+xml")
    return client.post(f"{PAGE}logo/", {"logo": file, **more})


def test_a_logo_is_shown_replaced_and_removed(world: World, dora: Client) -> None:
    assert send_logo(dora, SVG)["Location"] == PAGE
    logo = now_of(world).logo_id
    assert f'src="/files/{logo}"' in dora.get(PAGE).text
    assert send_logo(dora, SVG, variant="dark")["Location"] == PAGE
    assert now_of(world).logo_id == logo
    assert now_of(world).logo_dark_id
    dora.post(f"{PAGE}logo/remove/", {"variant": "dark"})
    assert (now_of(world).logo_id, now_of(world).logo_dark_id) == (logo, None)
    dora.post(f"{PAGE}logo/remove/", {"variant": "light"})
    assert now_of(world).logo_id is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choose a file first."),
        (SVG.replace(b"<path", b"<script/><path"), "This SVG has a script in it"),
        (b"\x89PNG\r\n\x1a\n<html>", "This is no logo that can be shown"),
        (b"<" * (512 * 1024 + 1), "512 kilobytes at most."),
        (SVG.replace(b"<path", b'<use href="#a" id="a"/><path'), "draws more than"),
    ],
    ids=["nothing", "script", "html", "large", "bomb"],
)
def test_a_bad_logo_gets_one_sentence_at_the_field(
    world: World, dora: Client, content: bytes, words: str
) -> None:
    answer = send_logo(dora, content)
    assert answer.status_code == 422
    (said,) = re.findall(r'id="logo-error">(.*?)</p>', answer.text, re.DOTALL)
    assert words in said
    assert now_of(world).logo_id is None


def test_only_who_leads_the_brand_comes_in(world: World) -> None:
    bob = signed_in(world.bob.user)
    for address in ("", "preview/", "colours.css", "logo/", "logo/remove/"):
        method = bob.get if address in ("", "colours.css") else bob.post
        assert method(f"{PAGE}{address}").status_code == 403, address
