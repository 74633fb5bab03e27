"""What is offered, to whom, from when to when."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from booking.models import Actor
from booking.rota.absences import add_absence
from booking.services import booking as services
from booking.services import holding
from booking.services.cancelling import cancel_appointment
from stores.access import offer_for
from stores.calendar.recurrence import instant
from stores.models import Closure, DayOverride, Offer, WorkingHours
from tests.booking.found_and_held import all_starts
from tests.booking.starts import bookable_starts
from tests.cast import World, make_adviser, make_visit, next_step, now_utc

pytestmark = pytest.mark.django_db


def test_day_and_night_gives_every_step_until_the_horizon(world: World) -> None:
    now = dt.datetime(2026, 11, 23, 8, 2, tzinfo=dt.UTC)
    found = all_starts(world, now)
    assert found[0] == now.replace(minute=5)
    assert found[-1] <= now + dt.timedelta(days=world.offers["video"].horizon)
    assert len(found) == 30 * 288


def test_a_visit_takes_itself_and_its_buffers_away(world: World) -> None:
    offer = world.offers["video"]
    Offer.objects.filter(pk=offer.pk).update(buffer_before=5, buffer_after=10)
    offer.refresh_from_db()
    now = now_utc()
    visit_at = next_step(now, minutes=120)
    make_visit(world, starts_at=visit_at, now=now)
    found = bookable_starts(StartQuery(offer=offer, store=world.store, now=now))
    taken = {start.starts_at for start in found}
    step = dt.timedelta(minutes=5)
    # 20 minutes of visit, 5 before and 10 after: the visit's own time is bare rows.
    assert visit_at - 6 * step in taken
    assert visit_at - 5 * step not in taken
    assert visit_at + 4 * step not in taken
    assert visit_at + 5 * step in taken


def test_notice_and_horizon_bound_the_list(world: World) -> None:
    offer = world.offers["video"]
    Offer.objects.filter(pk=offer.pk).update(minimum_notice=90, horizon=2)
    offer.refresh_from_db()
    now = now_utc()
    found = bookable_starts(StartQuery(offer=offer, store=world.store, now=now))
    assert found[0].starts_at >= now + dt.timedelta(minutes=90)
    assert found[-1].starts_at <= now + dt.timedelta(days=2)


def test_two_free_advisers_are_one_time(world: World) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    now = now_utc()
    first = masks_for(
        StartQuery(offer=world.offers["video"], store=world.store, now=now)
    ).first()
    assert first is not None
    assert set(first.staff_ids) == {world.bob.staff_member.pk, ann.staff_member.pk}
    mine = masks_for(
        StartQuery(
            offer=world.offers["video"],
            store=world.store,
            now=now,
            staff_member=ann.staff_member,
        )
    ).first()
    assert mine is not None
    assert mine.staff_ids == (ann.staff_member.pk,)


def test_who_does_not_know_the_topic_by_the_channel_is_not_asked(world: World) -> None:
    world.bob.staff_member.competences.update(channels=["in_store"])
    now = now_utc()
    offers = world.offers
    assert (
        masks_for(StartQuery(offer=offers["video"], store=world.store, now=now)).first()
        is None
    )
    assert masks_for(
        StartQuery(offer=offers["in_store"], store=world.store, now=now)
    ).first()


def test_hours_of_another_store_offer_nothing_here(world: World) -> None:
    WorkingHours.objects.filter(agenda=world.bob.agenda).update(store=world.other_store)
    assert all_starts(world, now_utc()) == []


def test_an_override_replaces_its_day_and_a_closure_empties_it(world: World) -> None:
    now = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
    tuesday, wednesday = dt.date(2026, 11, 24), dt.date(2026, 11, 25)
    DayOverride.objects.create(
        brand=world.brand,
        agenda=world.bob.agenda,
        store=world.store,
        day=tuesday,
        starts_at=dt.time(14),
        minutes=60,
        channels=["video"],
    )
    Closure.objects.create(
        brand=world.brand, store=world.store, first_day=wednesday, last_day=wednesday
    )
    found = all_starts(world, now)
    zone = world.store.zone
    local = [at.astimezone(zone) for at in found]
    on_tuesday = [at.time() for at in local if at.date() == tuesday]
    assert on_tuesday[0] == dt.time(14)
    assert on_tuesday[-1] == dt.time(14, 40)
    assert not [at for at in local if at.date() == wednesday]


def test_an_absence_is_seen_at_once_though_hours_are_cached(world: World) -> None:
    now = now_utc()
    assert all_starts(world, now)[0] < now + dt.timedelta(hours=1)
    add_absence(
        agenda=world.bob.agenda,
        starts_at=now,
        ends_at=now + dt.timedelta(days=1),
        reason="training",
        user=world.dora,
        now=now,
    )
    assert all_starts(world, now)[0] >= now + dt.timedelta(days=1)


def test_a_live_hold_hides_its_time_until_it_expires(world: World) -> None:
    now = now_utc()
    first = all_starts(world, now)[0]
    holding.hold_slot(
        store=world.store,
        topic=world.topic,
        channel="video",
        starts_at=first,
        visitor="v",
        network="n",
        now=now,
    )
    assert first not in all_starts(world, now)
    later = now + holding.HOLD_TIME
    Offer.objects.update(minimum_notice=0)
    assert all_starts(world, later)[0] < later + dt.timedelta(minutes=6)


def test_days_cut_the_list_at_local_midnight(world: World) -> None:
    now = dt.datetime(2027, 3, 26, 8, tzinfo=dt.UTC)
    sunday = dt.date(2027, 3, 28)
    found = bookable_starts(
        StartQuery(offer=world.offers["video"], store=world.store, now=now),
        since=sunday,
        until=sunday,
    )
    zone = world.store.zone
    assert found[0].starts_at == instant(sunday, dt.time(), zone)
    assert {start.local.date() for start in found} == {sunday}
    assert len(found) == 23 * 12


def test_nearest_starts_surround_the_time_that_was_taken(world: World) -> None:
    now = now_utc()
    at = next_step(now, minutes=300)
    make_visit(world, starts_at=at, now=now)
    found = masks_for(
        StartQuery(offer=world.offers["video"], store=world.store, now=now)
    ).nearest(at)
    assert len(found) == 3
    gaps = [abs(start.starts_at - at) for start in found]
    assert gaps == sorted(gaps)
    assert gaps[0] == dt.timedelta(minutes=20)


def test_a_stores_own_offer_replaces_the_brands(world: World) -> None:
    Offer.objects.create(
        brand=world.brand,
        store=world.store,
        topic=world.topic,
        channel="video",
        duration=45,
        step=15,
    )
    here = offer_for(store=world.store, topic=world.topic, channel="video")
    there = offer_for(store=world.other_store, topic=world.topic, channel="video")
    assert here is not None
    assert there is not None
    assert (here.duration, there.duration) == (45, 20)


def test_queries_do_not_grow_with_people_or_days(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("Ann", "Ben", "Cid", "Dan"):
        make_adviser(world.store, name, topics=[world.topic])
    with django_assert_max_num_queries(6):
        all_starts(world, now_utc())
    with django_assert_max_num_queries(2):
        all_starts(world, now_utc())


@pytest.mark.usefixtures("one_contact_books_often")
def test_everything_offered_can_be_booked_and_cancelled(world: World) -> None:
    now = now_utc()
    for starts_at in all_starts(world, now)[::977]:
        hold = holding.hold_slot(
            store=world.store,
            topic=world.topic,
            channel="video",
            starts_at=starts_at,
            visitor="v",
            network="n",
            now=now,
        )
        visit = services.book_appointment(hold=hold, name="A", email="a@b.c", now=now)
        assert starts_at not in all_starts(world, now)
        cancel_appointment(appointment=visit, by=Actor.customer(), now=now)
        assert starts_at in all_starts(world, now)
