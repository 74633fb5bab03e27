"""One search, said once."""

import datetime as dt
import zoneinfo
from dataclasses import replace

import pytest

from booking.availability import bits
from booking.availability.buffers import lengths_of, needed, with_buffers
from booking.availability.query import StartQuery
from booking.availability.starts import masks_for, masks_for_all
from stores.models import Offer
from tests.cast import World, make_adviser, now_utc


@pytest.fixture
def query(world: World) -> StartQuery:
    return StartQuery(offer=world.offers["video"], store=world.store, now=now_utc())


def test_a_person_is_named_by_object_or_by_id(world: World, query: StartQuery) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic]).staff_member
    by_object = masks_for(replace(query, staff_member=ann))
    by_id = masks_for(replace(query, staff_member=ann.pk))
    assert [t.agenda for t in by_object.times] == [t.agenda for t in by_id.times]
    assert len(by_object.times) == 1
    assert len(masks_for(query).times) == 2


def test_one_search_has_one_moment(world: World, query: StartQuery) -> None:
    later = replace(query, now=query.now + dt.timedelta(minutes=5))
    with pytest.raises(ValueError, match="one moment"):
        masks_for_all([query, later])
    with pytest.raises(ValueError, match="one moment"):
        masks_for_all([query, replace(query, as_staff=True)])
    assert masks_for_all([]) == []


def test_the_nearest_leave_itself_out_where_asked(query: StartQuery) -> None:
    found = masks_for(query)
    first = found.first()
    assert first is not None
    assert found.nearest(first.starts_at)[0] == first
    others = found.nearest(first.starts_at, itself=False)
    assert len(others) == 3
    assert first not in others


@pytest.mark.parametrize(
    ("day", "hours"), [("2027-03-28", 23), ("2027-10-31", 25), ("2027-06-01", 24)]
)
def test_local_days_are_as_long_as_their_clock_says(day: str, hours: int) -> None:
    at = dt.date.fromisoformat(day)
    base = bits.base_of(dt.datetime.combine(at, dt.time(), dt.UTC))
    mask = bits.local_days(base, zoneinfo.ZoneInfo("Europe/Paris"), at, at)
    assert mask.bit_count() * bits.BIT == dt.timedelta(hours=hours)
    every = bits.local_days(base, zoneinfo.ZoneInfo("Europe/Paris"), None, None)
    assert every == bits.FULL


@pytest.mark.parametrize(("before", "after"), [(0, 0), (1, 4), (5, 10), (7, 13)])
def test_what_is_searched_for_covers_what_is_stored(before: int, after: int) -> None:
    offer = Offer(duration=20, buffer_before=before, buffer_after=after)
    at = dt.datetime(2027, 1, 4, 10, tzinfo=dt.UTC)
    stored, wide = with_buffers(offer, at), needed(offer, at)
    assert wide.start <= stored.start < stored.end <= wide.end
    first, length = lengths_of(offer)
    assert wide.end - wide.start == length * bits.BIT
    assert at - wide.start == first * bits.BIT
