"""In a messy world "why not" and holding a start always agree."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from booking.availability import search
from booking.errors import SlotNotOffered, SlotTaken
from booking.explain.why_not import why_not
from booking.models import Hold
from booking.services.holding import hold_slot
from stores.models import (
    Absence,
    Agenda,
    Closure,
    Competence,
    DayOverride,
    Offer,
    Posting,
    Resource,
    WorkingHours,
)
from tests.cast import Adviser, World, make_adviser, make_world, next_step, now_utc
from tests.oracles.holding import raise_all_versions, refusal_of_holding

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def messy(world: World, luck: random.Random, now: dt.datetime) -> list[Adviser]:
    """Hours with holes, odd breaths, absences, closed days, visits, holds, things."""
    store, brand = world.store, world.brand
    zone = store.zone
    today = now.astimezone(zone).date()
    mix_offers(world, luck)
    for kind, name in (("booth", "B"), ("chair", "C"), ("chair", "D")):
        thing = Resource.objects.create(brand=brand, store=store, kind=kind, name=name)
        Agenda.objects.create(brand=brand, resource=thing)
    people = [world.bob, world.charlie]
    people += [make_adviser(store, n, topics=[world.topic]) for n in ("Ann", "Ben")]
    for adviser in people:
        mix_hours(world, adviser, luck, now)
    Posting.objects.filter(staff_member=people[2].staff_member).update(
        valid_from=today + 2 * DAY
    )
    Competence.objects.filter(staff_member=people[3].staff_member).update(
        channels=["callback"]
    )
    closed = today + 3 * DAY
    Closure.objects.create(brand=brand, first_day=closed, last_day=closed)
    raise_all_versions()
    return people


def mix_offers(world: World, luck: random.Random) -> None:
    for offer in Offer.objects.filter(brand=world.brand):
        offer.duration = luck.choice([15, 20, 22, 45])
        offer.buffer_before = luck.choice([0, 1, 5])
        offer.buffer_after = luck.choice([0, 4, 10])
        offer.step = luck.choice([5, 15, 20])
        offer.minimum_notice = luck.choice([0, 60, 600])
        offer.horizon = luck.choice([3, 5])
        offer.daily_ceiling = luck.choice([None, 1, 2])
        offer.resource_kind = luck.choice(["", "booth"])
        offer.further_resources = luck.choice([[], [], ["chair"], ["chair", "chair"]])
        offer.save()


def mix_hours(
    world: World, adviser: Adviser, luck: random.Random, now: dt.datetime
) -> None:
    store, brand = world.store, world.brand
    today = now.astimezone(store.zone).date()
    WorkingHours.objects.filter(agenda=adviser.agenda).delete()
    for weekday in range(7):
        WorkingHours.objects.create(
            brand=brand,
            agenda=adviser.agenda,
            store=luck.choice([store, store, world.other_store]),
            weekday=weekday,
            starts_at=dt.time(luck.randrange(24), luck.choice([0, 30])),
            minutes=luck.choice([240, 602, 1440]),
            channels=luck.choice([["video"], ["video", "callback"], ["in_store"]]),
        )
    start = now + luck.random() * 5 * DAY
    Absence.objects.create(
        brand=brand,
        agenda=adviser.agenda,
        starts_at=start,
        ends_at=start + luck.random() * DAY,
    )
    opened = {"starts_at": dt.time(10), "minutes": 305, "channels": ["video"]}
    DayOverride.objects.create(
        brand=brand,
        agenda=adviser.agenda,
        store=luck.choice([store, world.other_store]),
        day=today + luck.randrange(5) * DAY,
        **luck.choice([{}, opened]),
    )


def offered_by_channel(world: World, now: dt.datetime) -> dict[str, list[dt.datetime]]:
    offers = Offer.objects.filter(brand=world.brand)
    return {
        offer.channel: [
            start.starts_at
            for start in search.starts(offer=offer, store=world.store, now=now)
        ]
        for offer in offers
    }


def random_start(luck: random.Random, now: dt.datetime) -> dt.datetime:
    minutes = luck.choice([5, 5, 5, 5, 60, 1]) * luck.randrange(-20, 1500)
    return next_step(now, minutes=minutes % (6 * 24 * 60) - 120) + dt.timedelta(
        minutes=minutes % 2 if minutes % 5 else 0
    )


@pytest.mark.parametrize("seed", range(6))
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
