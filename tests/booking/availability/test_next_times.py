"""The hour beside each store is the one that its own page would offer first."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from booking.availability.query import StartQuery
from booking.availability.search import next_times
from booking.availability.starts import masks_for
from stores.models import Offer
from tests.cast import World, make_visit, next_step

pytestmark = pytest.mark.django_db


def test_each_store_has_the_first_start_of_its_own_search(world: World) -> None:
    now = timezone.now()
    make_visit(world, starts_at=next_step(now, minutes=0), now=now)
    stores = [world.store, world.other_store]

    found = next_times(world.brand, stores, channel="video", now=now)

    for store in stores:
        offer = world.offers["video"]
        first = masks_for(StartQuery(offer=offer, store=store, now=now)).first()
        assert first is not None
        assert found[store.pk].starts_at == first.starts_at
        assert found[store.pk].staff_ids == first.staff_ids


def test_a_store_that_offers_nothing_by_that_channel_has_no_hour(world: World) -> None:
    Offer.objects.create(
        brand=world.brand,
        topic=world.topic,
        channel="video",
        store=world.store,
        active=False,
    )
    stores = [world.store, world.other_store]
    found = next_times(world.brand, stores, channel="video", now=timezone.now())
    assert set(found) == {world.other_store.pk}


@pytest.mark.parametrize(
    ("town", "found", "left_out"),
    [
        ("arras", "Arras", "Lille"),
        ("ÀRRAS", "Arras", "Lille"),
        ("59", "Lille", "nothing is left out"),
        ("nowhere", "Lille", "nothing is left out"),
    ],
)
def test_stores_are_found_by_town(
    client: Client, world: World, town: str, found: str, left_out: str
) -> None:
    page = client.get("/tilleul/stores/", {"town": town}).content.decode()
    assert f"<h3>{found}</h3>" in page
    assert f"<h3>{left_out}</h3>" not in page
