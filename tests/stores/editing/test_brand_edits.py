"""What a brand says of itself is written as a whole, or refused at its field."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from stores.editing.brand_edits import BrandFacts, brand_colour, edit_brand
from stores.editing.brands import sender_of
from stores.errors import BrandRefused, LanguageRefused
from stores.looks.colours import OURS, is_readable, theme_of
from stores.models import Brand, Topic
from tests.cast import World, make_topic
from visavis.demo.tilleul import TILLEUL

pytestmark = pytest.mark.django_db


def facts_of(brand: Brand, **changed: Any) -> BrandFacts:
    known = BrandFacts(
        name=brand.name,
        short_name=brand.short_name,
        colour=brand_colour(brand),
        languages=brand.languages,
        phone=brand.phone,
        accessible_way=brand.accessible_way,
        erase_after_days=brand.erase_after_days,
    )
    return replace(known, **changed)


def test_all_of_it_is_written(world: World) -> None:
    facts = facts_of(
        world.brand,
        name="Les Tilleuls",
        short_name="TILLEUL",
        colour="#0a5a5c",
        languages=["en", "fr"],
        phone="03 20 00 00 00",
        accessible_way="acce.example/tilleul",
        erase_after_days=395,
    )
    edit_brand(brand=world.brand, facts=facts)
    row = Brand.objects.get(pk=world.brand.pk)
    assert facts_of(row) == replace(facts, colour="#0A5A5C")
    assert row.theme.keys() == OURS.keys()
    assert is_readable(row.theme)
    assert row.slug == "tilleul", "links stay good"


def test_the_same_colour_leaves_the_theme_as_it_is(world: World) -> None:
    for theme in ({}, TILLEUL.theme):
        Brand.objects.filter(pk=world.brand.pk).update(theme=theme)
        world.brand.refresh_from_db()
        edit_brand(brand=world.brand, facts=facts_of(world.brand, phone="1"))
        world.brand.refresh_from_db()
        assert world.brand.theme == theme


@pytest.mark.parametrize(
    ("theme", "colour"),
    [
        ({"brand": "#0A5A5C", "on": "#0A5A5C"}, "#0A5A5C"),
        ({"brand": "red;background:url(//evil.example)"}, OURS["brand"]),
        ({"brand": "#123456", "other": 7}, "#123456"),
    ],
    ids=str,
)
def test_a_theme_of_before_the_rule_is_drawn_again_from_its_colour(
    world: World, theme: dict[str, str], colour: str
) -> None:
    Brand.objects.filter(pk=world.brand.pk).update(theme=theme)
    world.brand.refresh_from_db()
    edit_brand(brand=world.brand, facts=facts_of(world.brand))
    world.brand.refresh_from_db()
    assert world.brand.theme == theme_of(colour)


@pytest.mark.parametrize(
    ("changed", "field", "why"),
    [
        ({"colour": "#F2B705"}, "colour", "unreadable"),
        ({"colour": "blue"}, "colour", "form"),
        ({"name": "—"}, "name", "no_letters"),
        ({"name": "BANQUE du port"}, "name", "taken"),
        ({"short_name": ""}, "short_name", "letters"),
        ({"short_name": "TILLEULS DU NORD"}, "short_name", "long"),
        ({"short_name": "Tilleül"}, "short_name", "letters"),
        ({"short_name": "33612345678"}, "short_name", "letters"),
        ({"languages": []}, "languages", "none"),
        ({"languages": ["fr", "fr"]}, "languages", "none"),
        ({"languages": ["nl"]}, "languages", "unknown"),
        ({"accessible_way": "x" * 201}, "accessible_way", "long"),
        ({"erase_after_days": 0}, "erase_after_days", ""),
        ({"erase_after_days": 1096}, "erase_after_days", ""),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_and_nothing_written(
    world: World, changed: dict[str, Any], field: str, why: str
) -> None:
    facts = facts_of(world.brand, **{"phone": "0320000000", **changed})
    with pytest.raises(BrandRefused) as refused:
        edit_brand(brand=world.brand, facts=facts)
    assert (refused.value.field, refused.value.why) == (field, why)
    world.brand.refresh_from_db()
    assert world.brand.phone == ""


def test_a_language_waits_until_each_topic_has_a_name_in_it(world: World) -> None:
    edit_brand(brand=world.brand, facts=facts_of(world.brand, languages=["fr"]))
    world.brand.refresh_from_db()
    bare = make_topic(world.brand, "jouets", "Jouets", "")
    with pytest.raises(LanguageRefused) as refused:
        edit_brand(
            brand=world.brand, facts=facts_of(world.brand, languages=["fr", "en"])
        )
    assert (refused.value.language, refused.value.topics) == ("en", ["Jouets"])
    edit_brand(brand=world.brand, facts=facts_of(world.brand, phone="1"))
    Topic.objects.filter(pk=bare.pk).update(active=False)
    edit_brand(brand=world.brand, facts=facts_of(world.brand, languages=["en", "fr"]))
    world.brand.refresh_from_db()
    assert world.brand.languages == ["en", "fr"]


def test_a_gap_that_is_there_already_stops_no_other_change(world: World) -> None:
    make_topic(world.brand, "jouets", "Jouets", "")
    edit_brand(brand=world.brand, facts=facts_of(world.brand, phone="1"))
    with pytest.raises(LanguageRefused):
        edit_brand(
            brand=world.brand, facts=facts_of(world.brand, languages=["en", "fr"])
        )


@pytest.mark.parametrize(
    ("name", "sender"),
    [
        ("Tilleul", "Tilleul"),
        ("Maison Tilleul", "Maison"),
        ("La Fée & Cie", "La Fee Cie"),
        ("Élan", "Elan"),
        ("Anticonstitutionnellement", "Anticonstit"),
        ("青山", "青山"),
    ],
)
def test_a_new_brand_has_a_sender_that_telephones_show(name: str, sender: str) -> None:
    assert sender_of(name) == sender


@pytest.mark.parametrize(
    ("way", "url"),
    [
        ("", ""),
        ("acce.example/tilleul", "https://acce.example/tilleul"),
        ("https://acce.example", "https://acce.example"),
        ("HTTP://acce.example/?a=b", "HTTP://acce.example/?a=b"),
        ("sourds@tilleul.example", "mailto:sourds@tilleul.example"),
        ("SMS : 06 39 98 00 01", ""),
        ("javascript:alert(1)", ""),
        ("javascript://acce.example/%0aalert(1)", ""),
        ("data:text/html,x", ""),
        ("acce.example/a b", ""),
        ("Rendez-vous.", ""),
    ],
)
def test_the_accessible_way_is_a_link_only_where_it_is_an_address(
    way: str, url: str
) -> None:
    assert Brand(accessible_way=way).accessible_url == url


@pytest.mark.parametrize("theme", [{"brand": "#F2B705"}, {"brand": "red"}], ids=str)
def test_no_theme_that_cannot_be_read_passes_the_operator(
    world: World, theme: dict[str, str]
) -> None:
    world.brand.theme = theme
    with pytest.raises(ValidationError) as refused:
        world.brand.full_clean()
    assert list(refused.value.message_dict) == ["theme"]
