"""In a messy world "why not" and holding a start always agree."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from booking.availability.query import StartQuery
from booking.errors import SlotNotOffered, SlotTaken
from booking.explain.why_not import why_not
from booking.models import Hold
from booking.services.holding import hold_slot
from stores.models import (
    Offer,
)
from tests.booking.starts import bookable_starts
from tests.cast import Adviser, World, make_world, now_utc
from tests.oracles.holding import refusal_of_holding
from tests.oracles.messy_worlds import messy, random_start
from tests.shares import some

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def offered_by_channel(world: World, now: dt.datetime) -> dict[str, list[dt.datetime]]:
    offers = Offer.objects.filter(brand=world.brand)
    return {
        offer.channel: [
            start.starts_at
            for start in bookable_starts(
                StartQuery(offer=offer, store=world.store, now=now)
            )
        ]
        for offer in offers
    }


@pytest.mark.parametrize("seed", range(some(3, every=6)))
def test_it_says_bookable_exactly_where_holding_works(seed: int) -> None:
    luck = random.Random(seed)
    world, now = make_world(), now_utc()
    people = messy(world, luck, now)
    seen = {"": 0, SlotTaken.code: 0, SlotNotOffered.code: 0}
    offered = offered_by_channel(world, now)
    for number in range(50):
        adviser = luck.choice([None, None, *people])
        channel = luck.choice(["video", "video", "callback", "in_store"])
        drawn = luck.random() < 0.4 and offered[channel]
        at = luck.choice(drawn) if drawn else random_start(luck, now)
        answer = why_not(
            store=world.store,
            topic=world.topic,
            channel=channel,
            starts_at=at,
            now=now,
            staff_member=adviser.staff_member if adviser else None,
        )
        held = refusal_of_holding(world, at, now, adviser, channel)
        assert answer.code == held, (at, channel, adviser, answer)
        assert answer.is_bookable == (held == "")
        seen[held] += 1
        if held == "" and number % 2:
            keep_holding(world, at, now, adviser, channel, visitor=f"v{number}")
    assert seen[""] or not any(offered.values())
    assert seen[SlotNotOffered.code]


def keep_holding(
    world: World,
    at: dt.datetime,
    now: dt.datetime,
    adviser: Adviser | None,
    channel: str,
    *,
    visitor: str,
) -> Hold:
    return hold_slot(
        store=world.store,
        topic=world.topic,
        channel=channel,
        starts_at=at,
        visitor=visitor,
        network=visitor,
        now=now,
        staff_member=adviser.staff_member if adviser else None,
    )
