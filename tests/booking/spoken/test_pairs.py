"""Which two words belong to a visit."""

from __future__ import annotations

import uuid

import pytest
from pytest_django import Settings

from booking.models import AccessLink, Appointment
from booking.spoken.lists import words_in
from booking.spoken.pairs import pair, words_of
from booking.states import Status
from tests.booking.customers import visit_in
from tests.cast import World

VECTORS = (
    ("fr", 1, 0, "buvette, panneau"),
    ("fr", 1, 1, "stimulus, pouvoir"),
    ("fr", 2, 0, "réitérer, tituber"),
    ("en", 1, 0, "proud, prefer"),
    ("en", 1, 1, "carry, turtle"),
    ("en", 2, 0, "acid, borrow"),
)


def drawn(language: str, generation: int, occasion: int) -> str:
    link = AccessLink(id=uuid.UUID(int=7), generation=generation, key_id="v")
    return pair(link, Appointment(language=language), occasion)


@pytest.mark.parametrize(("language", "generation", "occasion", "said"), VECTORS)
def test_a_pair_is_the_same_for_ever(
    settings: Settings, language: str, generation: int, occasion: int, said: str
) -> None:
    settings.LINK_KEYS = {"v": bytes(range(32))}
    assert drawn(language, generation, occasion) == said


def test_a_pair_has_two_words_of_the_list_and_never_one_twice(
    settings: Settings,
) -> None:
    settings.LINK_KEYS = {"v": bytes(range(32))}
    pairs = [drawn("fr", 1, occasion).split(", ") for occasion in range(1500)]
    assert all(first != second for first, second in pairs)
    assert {word for both in pairs for word in both} <= set(words_in("fr"))
    # Two in three at random; a fixed second word would be far from it.
    assert len({second for _first, second in pairs}) > 700


@pytest.mark.django_db
def test_another_key_and_another_link_have_other_words(
    world: World, settings: Settings
) -> None:
    visit = visit_in(world, minutes=60)
    before = words_of(visit)
    assert len(before.split(", ")) == 2
    visit.links.update(generation=2)
    assert words_of(visit) != before
    settings.LINK_KEYS = {"gone-and-new": bytes(32)}
    assert not words_of(visit), "its key is gone, and its link opens nothing"


@pytest.mark.django_db
def test_where_nobody_calls_any_more_there_are_none(world: World) -> None:
    visit = visit_in(world, minutes=60)
    for status in Status:
        visit.status = status
        over = status in (
            Status.DONE, Status.DECLINED,
            Status.CANCELLED_BY_CUSTOMER, Status.CANCELLED_BY_STORE,
        )  # fmt: skip
        assert bool(words_of(visit)) != over, status
    visit.status = Status.CONFIRMED
    visit.links.all().delete()
    assert not words_of(visit)
