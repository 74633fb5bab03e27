"""Whatever is sent, nothing answers 5xx. `./run torture schema` sends far more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.house.routes import Scene, make_scene
from tests.torture._generated import Shooter, Tally, operations
from tests.torture._odd_values import (
    FEW,
    HUGE,
    Fault,
    shoot_bodies,
    shoot_forms,
    shoot_ids,
    shoot_queries,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Iterator[Scene]:
    cache.clear()
    yield make_scene()
    cache.clear()


def none_of(faults: Iterable[Fault]) -> None:
    found = sorted({f"{what}: {example}" for what, example in faults})
    assert not found, "\n".join(found[:20])


def test_numbers_that_nobody_has(scene: Scene) -> None:
    none_of(shoot_ids(scene))


def test_questions_that_nobody_asks(scene: Scene) -> None:
    none_of(shoot_queries(scene, FEW, one_by_one=False))


def test_bodies_that_are_no_documents(scene: Scene) -> None:
    none_of(shoot_bodies(scene))


def test_forms_that_nobody_fills_in(scene: Scene) -> None:
    none_of(shoot_forms(scene, FEW, one_by_one=False))


def test_requests_that_are_made_from_the_description(scene: Scene) -> None:
    tally, wanted = Tally(), {200, 201, 404, 422}
    shooter = Shooter(scene, tally)
    for operation in operations():
        shooter.fire_at(operation, cases=15, first=5)
    # Hypothesis draws from the constants of all modules that are loaded by now.
    for first in range(6, 30):
        if wanted <= set(tally.statuses):
            break
        for operation in operations():
            shooter.fire_at(operation, cases=15, first=first)
    assert not tally.faults, tally.faults
    assert tally.cases > 250
    assert wanted <= set(tally.statuses), tally.statuses
    assert tally.statuses[429] == 0


def test_the_named_ones_are_told_what_is_wrong(scene: Scene) -> None:
    starts = reverse("booking_api:starts", args=["tilleul", scene.world.store.slug])
    query = {"topic": scene.world.topic.slug, "channel": "video"}
    answer = Client().get(starts, query | {"staff": HUGE})
    assert answer.status_code == 422
    assert "staff" in answer.json()["fields"]
    near = reverse("booking_api:near", args=["tilleul"])
    answer = Client().get(near, {"topic": query["topic"], "lat": "nan", "lon": "3"})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["lat"])
    hold = reverse("booking_api:hold", args=["tilleul"])
    for body in ("[" * 100_000, '{"store": "\\ud800"}', '{"lat": NaN}'):
        answer = Client().post(hold, body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
    long = Client().post(hold, " " * 1_100_000, content_type="application/json")
    assert (long.status_code, long.json()["code"]) == (413, "body_too_long")
    answer = Client().get(starts, query | {"topic": "a\0b"})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["topic"])
