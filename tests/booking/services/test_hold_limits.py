"""How many times one browser and one network may keep from everybody else."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from booking.errors import HoldExpired, TooManyHolds
from booking.models import Hold
from booking.services import holding
from booking.services.holding import MOST_HOLDS_PER_NETWORK, MOST_OF_VISITOR
from tests.booking.found_and_held import hold
from tests.cast import World, make_adviser, make_offers, make_topic, next_step, now_utc

pytestmark = pytest.mark.django_db


def test_sixty_holds_of_one_network_shut_no_neighbour_out(world: World) -> None:
    now = now_utc()
    first = next_step(now)
    for n in range(61):
        hold(world, first + n * dt.timedelta(minutes=20), visitor=f"bot {n}", now=now)
    hold(world, first + dt.timedelta(hours=30), visitor="a neighbour", now=now)


def held_by_bots(world: World, now: dt.datetime) -> None:
    """As many as one network may have in a brand, without the way there."""
    pattern = hold(world, next_step(now), visitor="pattern", now=now)
    Hold.objects.bulk_create(
        Hold(
            brand=world.brand,
            visitor=f"bot {n}",
            **{
                name: getattr(pattern, name)
                for name in (
                    *("store_id", "topic_id", "offer_id", "staff_member_id"),
                    *("channel", "starts_at", "ends_at", "expires_at", "network"),
                )
            },
        )
        for n in range(MOST_HOLDS_PER_NETWORK)
    )


def test_one_network_cannot_hold_the_whole_week(world: World) -> None:
    now = now_utc()
    other = next_step(now) + dt.timedelta(hours=3)
    held_by_bots(world, now)
    with pytest.raises(TooManyHolds):
        hold(world, other, visitor="bot", now=now)
    hold(world, other, visitor="a neighbour", network="elsewhere", now=now)
    # Who has a time and gives it back for another takes nothing from anybody.
    later = other + dt.timedelta(hours=1)
    assert hold(world, later, visitor="pattern", now=now).starts_at == later


def test_holds_at_another_brand_count_there_alone(world: World) -> None:
    now = now_utc()
    held_by_bots(world, now)
    topic = make_topic(world.other_brand, "velo", "Vélo", "Bike")
    make_offers(topic)
    make_adviser(world.foreign_store, "Zoe", topics=[topic])
    hold(world, next_step(now), store=world.foreign_store, topic=topic, visitor="new")


def test_a_browser_that_takes_time_after_time_is_told_to_stop(world: World) -> None:
    at = next_step(now_utc())
    visitor = uuid.uuid4().hex
    for n in range(MOST_OF_VISITOR):
        hold(world, at + (n % 2) * dt.timedelta(hours=1), visitor=visitor)
    with pytest.raises(TooManyHolds):
        hold(world, at, visitor=visitor)


def test_asking_for_the_same_time_again_is_a_renewal_that_counts(world: World) -> None:
    now = now_utc()
    at = next_step(now, minutes=300)
    held = hold(world, at, now=now)
    for n in range(1, holding.MOST_RENEWALS + 1):
        now += dt.timedelta(minutes=9)
        held = hold(world, at, now=now)
        assert (held.renewals, held.expires_at) == (n, now + holding.HOLD_TIME)
    again = hold(world, at, now=now + dt.timedelta(minutes=9))
    assert again.pk == held.pk
    assert again.expires_at == held.expires_at, "the thirteenth time it is not renewed"
    with pytest.raises(HoldExpired):
        holding.extend_hold(hold=again, now=now + dt.timedelta(minutes=9))
