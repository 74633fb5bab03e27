"""A start at this very moment: offered by nobody, held by nobody, and said so."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from booking.errors import SlotNotOffered
from booking.explain.reasons import Why
from booking.explain.why_not import why_not
from booking.services.holding import hold_slot
from stores.models import Offer
from tests.cast import World

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2027, 3, 9, 12, tzinfo=dt.UTC)
STEP = dt.timedelta(minutes=5)


@pytest.fixture
def offer(world: World) -> Offer:
    offer = world.offers["video"]
    offer.minimum_notice, offer.step = 0, 5
    offer.save()
    return offer


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (NOON, NOON + STEP),
        (NOON - dt.timedelta(seconds=1), NOON),
        (NOON + dt.timedelta(microseconds=1), NOON + STEP),
    ],
)
@pytest.mark.parametrize("as_staff", [False, True])
def test_the_first_start_comes_after_now(
    world: World, offer: Offer, now: dt.datetime, first: dt.datetime, as_staff: bool
) -> None:
    query = StartQuery(offer=offer, store=world.store, now=now, as_staff=as_staff)
    found = masks_for(query)
    start = found.first()
    assert start is not None
    assert start.starts_at == first
    assert not found.is_offered(now)


def test_what_is_not_offered_is_not_held_and_has_its_reason(
    world: World, offer: Offer
) -> None:
    with pytest.raises(SlotNotOffered):
        hold_slot(
            store=world.store,
            topic=world.topic,
            channel="video",
            starts_at=NOON,
            visitor="v" * 64,
            network="n" * 64,
            now=NOON,
        )
    answer = why_not(
        store=world.store, topic=world.topic, channel="video", starts_at=NOON, now=NOON
    )
    assert [reason.why for reason in answer.general] == [Why.PAST]


def test_the_page_offers_what_can_be_booked(
    world: World, offer: Offer, client: Client
) -> None:
    with time_machine.travel(NOON, tick=False):
        page = client.get("/tilleul/lille/premier-velo/video/").content.decode()
    assert (NOON + STEP).isoformat() in page
    assert f'value="{NOON.isoformat()}"' not in page
