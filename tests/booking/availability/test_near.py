"""The twenty nearest stores, by true distance, with the first free start of each."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from stores.models import Store
from stores.near import Point, box_around, distance, nearest_stores
from tests.cast import World

PARIS, LILLE = Point(48.8566, 2.3522), Point(50.6292, 3.0573)


def test_distance_is_that_of_the_globe() -> None:
    assert distance(PARIS, LILLE) == pytest.approx(204_000, rel=0.01)
    assert distance(Point(0, 179.9), Point(0, -179.9)) == pytest.approx(
        22_239, rel=0.01
    )
    assert distance(PARIS, PARIS) == 0


def test_the_box_holds_the_circle() -> None:
    dice = random.Random(20)
    for _ in range(5000):
        point = Point(dice.uniform(-90, 90), dice.uniform(-180, 180))
        other = Point(dice.uniform(-90, 90), dice.uniform(-180, 180))
        box = box_around(point, distance(point, other) + 0.001)
        assert box.south <= other.latitude <= box.north
        assert box.west <= other.longitude <= box.east


@pytest.mark.django_db
def test_nearest_stores_are_those_of_a_full_comparison(world: World) -> None:
    dice = random.Random(3)
    rows = Store.objects.bulk_create(
        Store(
            brand=world.brand,
            slug=f"n{n}",
            name=f"N{n}",
            latitude=dice.uniform(-60, 70),
            longitude=dice.uniform(-180, 180),
        )
        for n in range(300)
    )
    for point in (PARIS, Point(-17.7, 178.1), Point(89.9, 0)):
        found = nearest_stores(world.brand, point, count=20)
        wanted = sorted(
            rows,
            key=lambda s: distance(point, Point(s.latitude or 0, s.longitude or 0)),
        )
        assert [one.store for one in found] == wanted[:20]
    assert len(nearest_stores(world.brand, PARIS, count=1000)) == 300


def first(world: World) -> dt.datetime:
    start = masks_for(
        StartQuery(offer=world.offers["video"], store=world.store, now=timezone.now())
    ).first()
    assert start is not None
    return start.starts_at


@pytest.mark.django_db
def test_each_near_store_says_its_first_hour(client: Client, world: World) -> None:
    stores = [world.store, world.other_store]
    for store, point in zip(stores, (LILLE, Point(50.29, 2.78)), strict=True):
        store.latitude, store.longitude = point.latitude, point.longitude
        store.save(update_fields=["latitude", "longitude"])
    address = "/api/v1/brands/tilleul/stores/near/"
    query = {"lat": "50.63", "lon": "3.06", "topic": world.topic.slug}

    client.get(address, query)
    before = first(world)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = client.get(address, query).json()

    assert [one["store"]["slug"] for one in found] == ["lille", "arras"]
    assert found[0]["metres"] < 1000 < found[1]["metres"]
    assert {first["channel"] for first in found[0]["firsts"]} == set(world.offers)
    video = next(f for f in found[0]["firsts"] if f["channel"] == "video")
    assert dt.datetime.fromisoformat(video["starts_at"]) in (before, first(world))
    # So few stores are the worst case: the reach grows until it is half the globe.
    assert len(queries) <= 14


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"lat": "91"}, {"lon": "x"}, {"channel": "fax"}])
def test_an_absurd_point_is_refused(
    client: Client, world: World, wrong: dict[str, str]
) -> None:
    query = {"lat": "50", "lon": "3", "topic": world.topic.slug} | wrong
    answer = client.get("/api/v1/brands/tilleul/stores/near/", query)
    assert answer.status_code in (400, 422)
    assert set(wrong) <= set(answer.json()["fields"])
