"""What bounds a search beside hours: ceilings, things, postings, fairness."""

import datetime as dt

import pytest

from booking.availability.query import StartQuery
from booking.services import booking as services
from booking.services import holding
from stores.models import Agenda, Offer, Resource
from tests.booking.found_and_held import all_starts
from tests.booking.starts import bookable_starts
from tests.cast import World, make_adviser, next_step, now_utc

pytestmark = pytest.mark.django_db


def test_a_day_at_the_ceiling_is_offered_no_more(world: World) -> None:
    Offer.objects.filter(channel="video").update(daily_ceiling=1)
    now = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
    at = now + dt.timedelta(days=1)
    facts = {"visitor": "v", "network": "n", "now": now, "channel": "video"}
    hold = holding.hold_slot(
        store=world.store,
        topic=world.topic,
        starts_at=at,
        **facts,  # type: ignore[arg-type]  # one dict of several kinds
    )
    services.book_appointment(hold=hold, name="A", email="a@b.c", now=now)
    zone = world.store.zone
    days = {start.astimezone(zone).date() for start in all_fresh(world, now)}
    assert at.astimezone(zone).date() not in days
    assert len(days) > 20


def test_a_row_of_the_stores_own_does_not_empty_the_count(world: World) -> None:
    """What was booked under the brand's rule still fills the adviser's day."""
    now = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
    at = now + dt.timedelta(days=1)
    hold = holding.hold_slot(
        store=world.store,
        topic=world.topic,
        channel="video",
        starts_at=at,
        visitor="v",
        network="n",
        now=now,
    )
    services.book_appointment(hold=hold, name="A", email="a@b.c", now=now)
    own = Offer.objects.get(pk=world.offers["video"].pk)
    own.pk, own.store, own.daily_ceiling = None, world.store, 1
    own.save(force_insert=True)
    found = bookable_starts(StartQuery(offer=own, store=world.store, now=now))
    zone = world.store.zone
    days = {start.starts_at.astimezone(zone).date() for start in found}
    assert at.astimezone(zone).date() not in days
    assert len(days) > 20


def all_fresh(world: World, now: dt.datetime) -> list[dt.datetime]:
    offer = Offer.objects.get(pk=world.offers["video"].pk)
    found = bookable_starts(StartQuery(offer=offer, store=world.store, now=now))
    return [start.starts_at for start in found]


def test_a_visit_that_needs_a_booth_takes_one_too(world: World) -> None:
    Offer.objects.filter(channel="video").update(resource_kind="booth")
    now = now_utc()
    assert all_fresh(world, now) == []
    booth = Resource.objects.create(
        brand=world.brand, store=world.store, kind="booth", name="Booth 1"
    )
    agenda = Agenda.objects.create(brand=world.brand, resource=booth)
    make_adviser(world.store, "Ann", topics=[world.topic])
    at = all_fresh(world, now)[0]
    hold = holding.hold_slot(
        store=world.store,
        topic=world.topic,
        channel="video",
        starts_at=at,
        visitor="v",
        network="n",
        now=now,
    )
    assert hold.occupancies.count() == 2
    assert hold.occupancies.filter(agenda=agenda).exists()
    # The second adviser is free, the only booth is not.
    assert at not in all_fresh(world, now)


def test_a_posting_that_has_ended_offers_nothing_after_it(world: World) -> None:
    now = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
    last = dt.date(2026, 11, 25)
    world.bob.staff_member.postings.update(valid_until=last)
    zone = world.store.zone
    assert {at.astimezone(zone).date() for at in all_starts(world, now)} == {
        dt.date(2026, 11, 23) + dt.timedelta(days=n) for n in range(3)
    }


def test_who_was_given_a_visit_longest_ago_comes_first(world: World) -> None:
    make_adviser(world.store, "Ann", topics=[world.topic])
    now = now_utc()
    at = next_step(now)
    served = []
    for n in range(4):
        hold = holding.hold_slot(
            store=world.store,
            topic=world.topic,
            channel="video",
            starts_at=at + n * dt.timedelta(hours=1),
            visitor="v",
            network="n",
            now=now,
        )
        visit = services.book_appointment(hold=hold, name="A", email="a@b.c", now=now)
        served.append(visit.staff_member.first_name)
    assert served == ["Bob", "Ann", "Bob", "Ann"]
