"""A brand with more stores than a page lists asks for a town first."""

from __future__ import annotations

import pytest
from django.test import Client

from booking.front import listed, queries
from stores.models import Store
from tests.cast import World

pytestmark = pytest.mark.django_db
PAGE = "/tilleul/stores/"
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def one_is_many(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (queries, listed):
        monkeypatch.setattr(module, "MANY", 1)


def shown(client: Client, world: World, query: str = "") -> tuple[list[str], str]:
    """Names of the stores on the page, and the page."""
    text = client.get(PAGE + query, headers=ENGLISH).text
    stores = Store.objects.for_brand(world.brand).order_by("name")
    return [s.name for s in stores if f"<h3>{s.name}</h3>" in text], text


def test_no_store_is_listed_before_a_town_is_written(
    client: Client, world: World
) -> None:
    names, text = shown(client, world)
    assert names == []
    assert 'name="town"' in text
    assert "Nothing" not in text
    assert 'data-part="near"' not in text


@pytest.mark.parametrize("town", ["lille", "LÎLLE", "59000", "59"])
def test_a_town_or_postcode_lists_its_stores(
    client: Client, world: World, town: str
) -> None:
    Store.objects.filter(pk=world.store.pk).update(city="Lille", postcode="59000")
    Store.objects.filter(pk=world.other_store.pk).update(postcode="62000")
    names, text = shown(client, world, f"?town={town}")
    assert names == ["Lille"]
    assert f"/tilleul/{world.store.slug}/" in text


def test_a_town_without_a_store_says_so_and_lists_none(
    client: Client, world: World
) -> None:
    names, text = shown(client, world, "?town=Brest")
    assert names == []
    assert "Nothing found for “Brest”. Write another town" in text


def test_what_a_town_has_more_is_said(client: Client, world: World) -> None:
    Store.objects.filter(brand=world.brand).update(postcode="59000")
    names, text = shown(client, world, "?town=59")
    assert len(names) == 1
    assert "There are more." in text


def test_what_a_link_answered_goes_along_with_the_search(
    client: Client, world: World
) -> None:
    _, text = shown(client, world, "?topic=premier-velo&channel=callback")
    assert '<input type="hidden" name="topic" value="premier-velo">' in text
    assert '<input type="hidden" name="channel" value="callback">' in text
