"""The store's answer by a brand's key."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from booking.links import token_of
from booking.models import AccessLink
from tests.booking.api.systems import API, READ, WRITE, post, system, with_scopes
from tests.booking.asking import ask
from tests.cast import World, make_world, now_utc

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    cache.clear()
    return make_world()


def test_a_key_confirms_once(world: World) -> None:
    visit = ask(world, now_utc())
    store = with_scopes(world, READ, WRITE)
    answer = post(store, f"{API}{visit.pk}/confirm/", {})
    assert answer.status_code == 200
    assert answer.json()["status"] == "confirmed"
    again = post(store, f"{API}{visit.pk}/confirm/", {})
    assert again.status_code == 409
    assert again.json()["code"] == "move_refused"


def test_a_key_declines_with_words_and_learns_what_is_offered_instead(
    world: World,
) -> None:
    visit = ask(world, now_utc())
    store = with_scopes(world, READ, WRITE)
    answer = post(store, f"{API}{visit.pk}/decline/", {"answer": "Away."})
    assert answer.status_code == 200
    said = answer.json()
    assert said["status"] == "declined"
    assert said["answer"] == "Away."
    assert len(said["nearest"]) == 3
    assert visit.starts_at.isoformat() not in {n["starts_at"] for n in said["nearest"]}


def test_words_that_are_too_long_are_refused(world: World) -> None:
    visit = ask(world, now_utc())
    store = with_scopes(world, WRITE)
    answer = post(store, f"{API}{visit.pk}/decline/", {"answer": "x" * 281})
    assert answer.status_code == 422
    assert "answer" in answer.json()["fields"]
    visit.refresh_from_db()
    assert visit.status == "requested"


@pytest.mark.parametrize("act", ["confirm", "decline"])
def test_only_a_key_that_may_write_answers(world: World, act: str) -> None:
    visit = ask(world, now_utc())
    address = f"{API}{visit.pk}/{act}/"
    link = token_of(AccessLink.objects.get(appointment=visit))
    assert post(with_scopes(world, READ), address, {}).status_code == 403
    assert post(Client(), address, {}).status_code == 404
    assert post(system(link, "Link"), address, {}).status_code == 401
    visit.refresh_from_db()
    assert visit.status == "requested"


def test_the_customers_link_reads_the_answer_and_what_is_free(world: World) -> None:
    visit = ask(world, now_utc())
    post(with_scopes(world, WRITE), f"{API}{visit.pk}/decline/", {"answer": "Away."})
    link = token_of(AccessLink.objects.get(appointment=visit))
    said = system(link, "Link").get(f"{API}{visit.pk}/").json()
    assert said["answer"] == "Away."
    assert len(said["nearest"]) == 3
