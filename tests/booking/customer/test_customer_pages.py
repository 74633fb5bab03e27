"""What holds for every customer page: words, helpful refusals, no writing on GET."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.models import Hold
from tests.cast import World, make_adviser, make_store

pytestmark = pytest.mark.django_db

PATH = [
    "/tilleul/",
    "/tilleul/lille/",
    "/tilleul/lille/premier-velo/",
    "/tilleul/lille/premier-velo/video/",
    "/tilleul/lille/premier-velo/callback/",
    "/tilleul/lille/premier-velo/in_store/",
    "/tilleul/stores/",
]
UNKNOWN = [
    "/nobody/",
    "/tilleul/nowhere/",
    "/tilleul/lille/nothing/",
    "/tilleul/lille/premier-velo/pigeon/",
    "/tilleul/lille/premier-velo/video/?with=999999999",
    "/tilleul/lille/premier-velo/video/?with=%C2%B2",
    "/tilleul/calais/",
    "/tilleul/lille/pret/",
    "/tilleul/holds/00000000-0000-4000-8000-000000000000/",
    "/tilleul/appointments/00000000-0000-4000-8000-000000000000/",
    "/tilleul/appointments/not-an-id/",
]
TITLES = {
    "Cette page est introuvable",
    "Cela ne se réserve pas ici",
    "Cette heure n’est pas gardée pour vous",
    "Cette page s’ouvre par son lien",
}


@pytest.mark.parametrize("address", PATH)
def test_every_page_speaks_both_languages(
    client: Client, world: World, address: str
) -> None:
    french = client.get(address, headers={"accept-language": "fr"})
    english = client.get(address, headers={"accept-language": "en"})
    assert '<html lang="fr"' in french.content.decode()
    assert '<html lang="en"' in english.content.decode()
    assert heading(french.content.decode()) != heading(english.content.decode())


def heading(page: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    assert found is not None
    return found[1].strip()


@pytest.mark.parametrize("address", UNKNOWN)
def test_what_is_unknown_has_a_page_that_helps(
    client: Client, world: World, address: str
) -> None:
    response = client.get(address, headers={"accept-language": "fr"})
    page = response.content.decode()
    assert response.status_code == 404
    assert heading(page) in TITLES
    assert 'class="btn' in page


@pytest.mark.parametrize("address", PATH)
def test_reading_writes_nothing_and_sets_no_visitor(
    client: Client, world: World, address: str
) -> None:
    assert client.get(address).status_code == 200
    assert not Hold.objects.exists()
    assert "visitor" not in client.cookies


@pytest.mark.parametrize("address", PATH)
def test_no_page_needs_inline_script_or_style(
    client: Client, world: World, address: str
) -> None:
    page = client.get(address).content.decode()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)


@pytest.mark.parametrize(
    "query", ["day=x", "day=0001-01-01", "day=9999-12-31", "part=x"]
)
def test_an_odd_question_still_has_an_answer(
    client: Client, world: World, query: str
) -> None:
    assert client.get(f"{PATH[3]}?{query}").status_code == 200


def test_a_named_adviser_is_the_only_one_offered(client: Client, world: World) -> None:
    other = make_adviser(world.store, "Nadia", topics=[world.topic])
    page = client.get(f"{PATH[3]}?with={other.staff_member.pk}").content.decode()
    assert "avec Nadia" in page
    assert f"?with={other.staff_member.pk}" in page


@pytest.mark.parametrize("address", PATH)
def test_more_stores_ask_no_more_questions(
    client: Client, world: World, address: str
) -> None:
    before = questions(client, address)
    for number in range(5):
        store = make_store(world.brand, f"town-{number}")
        make_adviser(store, f"Adviser{number}", topics=[world.topic])
    assert questions(client, address) <= before


def questions(client: Client, address: str) -> int:
    """How many a page asks of the database once its agendas are known."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
        return len(asked)
