"""The first hours of a day are kept for a priority topic, until ten o'clock."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from booking.availability.query import StartQuery
from booking.errors import SlotNotOffered
from booking.explain.reasons import Why
from booking.explain.why_not import why_not
from booking.models import Actor, Appointment, Hold
from booking.services import booking as services
from booking.services.hold_and_book import book_directly
from booking.services.holding import hold_slot
from booking.services.rescheduling import move_appointment
from stores.models import Agenda, Competence, Offer, Topic, WorkingHours
from tests.booking.starts import bookable_starts
from tests.cast import World, make_adviser, make_offers, make_topic
from tests.oracles.messy_worlds import messy_world

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
TUESDAY = dt.date(2026, 11, 24)
NOW = dt.datetime(2026, 11, 23, 8, tzinfo=PARIS)
"""The Monday before, when the doors are not open yet."""


def at(hour: int, minute: int = 0, day: dt.date = TUESDAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), PARIS)


@pytest.fixture
def other(world: World) -> Topic:
    """A second topic that Bob knows, too; he works from nine to noon. The first keeps
    two starts of twenty minutes."""
    topic = make_topic(world.brand, "casque", "Casque", "Helmet")
    make_offers(topic)
    knows = Competence(
        brand=world.brand, staff_member=world.bob.staff_member, topic=topic
    )
    knows.save()
    set_hours(world, 9, 180)
    keep(world.topic, 2)
    return topic


def set_hours(world: World, hour: int, minutes: int) -> None:
    rows = WorkingHours.objects.filter(agenda=world.bob.agenda)
    rows.update(starts_at=dt.time(hour), minutes=minutes)
    agenda = Agenda.objects.get(pk=world.bob.agenda.pk)
    agenda.version += 1
    agenda.save()


def keep(topic: Topic, count: int) -> None:
    priority = Topic.Priority.SENSITIVE if count else Topic.Priority.NORMAL
    Topic.objects.filter(pk=topic.pk).update(kept_starts=count, priority=priority)


def offered(
    world: World,
    topic: Topic,
    *,
    day: dt.date = TUESDAY,
    now: dt.datetime = NOW,
    channel: str = "video",
) -> list[dt.time]:
    offer = Offer.objects.get(topic=topic, channel=channel, store=None)
    query = StartQuery(offer=offer, store=world.store, now=now)
    found = bookable_starts(query, since=day, until=day)
    return [start.local.time() for start in found]


def hold(world: World, topic: Topic, starts_at: dt.datetime) -> Hold:
    return hold_slot(
        store=world.store,
        topic=topic,
        channel="video",
        starts_at=starts_at,
        visitor=str(starts_at),
        network="n",
        now=NOW,
    )


def book(world: World, topic: Topic, starts_at: dt.datetime) -> Appointment:
    email = f"{starts_at:%H%M}@customer.example"
    return services.book_appointment(
        hold=hold(world, topic, starts_at), name="A", email=email, now=NOW
    )


@pytest.mark.django_db
def test_others_begin_after_the_kept_starts(world: World, other: Topic) -> None:
    assert offered(world, world.topic)[0] == dt.time(9)
    assert offered(world, other)[0] == dt.time(9, 40)
    keep(world.topic, 0)
    assert offered(world, other)[0] == dt.time(9)


@pytest.mark.django_db
def test_buffers_and_steps_are_kept_with_the_visit(world: World, other: Topic) -> None:
    rules = Offer.objects.filter(topic=world.topic)
    rules.update(duration=20, buffer_after=5, step=30)
    # 9:00 and 9:30, each with its breath; what lies between is too short for others.
    assert offered(world, other)[0] == dt.time(9, 55)
    Offer.objects.filter(topic=other).update(duration=5)
    assert offered(world, other)[:2] == [dt.time(9, 25), dt.time(9, 55)]


@pytest.mark.django_db
def test_of_several_channels_the_longest_is_kept(world: World, other: Topic) -> None:
    Offer.objects.filter(topic=world.topic, channel="callback").update(duration=45)
    assert offered(world, other)[0] == dt.time(10, 30)
    Competence.objects.filter(topic=world.topic).update(channels=["video"])
    assert offered(world, other)[0] == dt.time(9, 40), "who is not called keeps no call"


@pytest.mark.django_db
def test_a_rule_of_the_store_is_the_one_that_counts(world: World, other: Topic) -> None:
    own = Offer.objects.get(topic=world.topic, channel="video")
    own.pk, own.store, own.duration = None, world.store, 40
    own.save(force_insert=True)
    assert offered(world, other)[0] == dt.time(10, 20)
    Offer.objects.filter(topic=world.topic).update(active=False)
    assert offered(world, other)[0] == dt.time(9), "offered no more, it keeps nothing"


@pytest.mark.django_db
def test_at_ten_all_have_what_is_left(world: World, other: Topic) -> None:
    set_hours(world, 14, 120)
    before = at(9, 59)
    assert offered(world, other, now=before)[0] == dt.time(14, 40)
    assert offered(world, other, now=at(10))[0] == dt.time(14)
    wednesday = TUESDAY + dt.timedelta(days=1)
    assert offered(world, other, now=at(10), day=wednesday)[0] == dt.time(14, 40)


@pytest.mark.django_db
def test_what_is_taken_counts_whoever_took_it(world: World, other: Topic) -> None:
    book(world, world.topic, at(9))
    assert offered(world, other)[0] == dt.time(9, 40)
    keep(world.topic, 0)
    book(world, other, at(9, 20))
    keep(world.topic, 2)
    assert offered(world, other)[0] == dt.time(9, 40), "no third is kept instead"
    assert offered(world, world.topic)[0] == dt.time(9, 40)


@pytest.mark.django_db
def test_who_does_not_serve_it_keeps_nothing(world: World, other: Topic) -> None:
    ann = make_adviser(world.store, "Ann", topics=[other])
    assert offered(world, other)[0] == dt.time(0)
    offer = Offer.objects.get(topic=other, channel="video")
    query = StartQuery(
        offer=offer,
        store=world.store,
        now=NOW,
        staff_member=world.bob.staff_member,
    )
    assert bookable_starts(query, since=TUESDAY)[0].starts_at == at(9, 40)
    assert ann.staff_member.pk


@pytest.mark.django_db
def test_two_that_keep_hours_do_not_shut_each_other_out(
    world: World, other: Topic
) -> None:
    keep(other, 1)
    assert offered(world, other)[0] == dt.time(9)
    assert offered(world, world.topic)[0] == dt.time(9)


@pytest.mark.django_db
def test_a_kept_start_is_refused_to_others_by_every_way(
    world: World, other: Topic
) -> None:
    with pytest.raises(SlotNotOffered):
        hold(world, other, at(9))
    with pytest.raises(SlotNotOffered):
        book_directly(
            store=world.store,
            topic=other,
            channel="video",
            starts_at=at(9, 20),
            network="key",
            now=NOW,
            name="A",
            email="a@customer.example",
        )
    visit = book(world, other, at(10))
    with pytest.raises(SlotNotOffered) as refused:
        move_appointment(
            appointment=visit, by=Actor.customer(), now=NOW, starts_at=at(9)
        )
    assert refused.value.nearest[0].starts_at == at(9, 40)
    assert hold(world, world.topic, at(9)).starts_at == at(9)


@pytest.mark.django_db
def test_staff_may_give_a_kept_start(world: World, other: Topic) -> None:
    visit = book(world, other, at(10))
    by = Actor.staff(world.bob.user)
    move_appointment(appointment=visit, by=by, now=NOW, starts_at=at(9))
    visit.refresh_from_db()
    assert visit.starts_at == at(9)
    # There, it may stay: by telephone at the same hour.
    move_appointment(
        appointment=visit, by=Actor.customer(), now=NOW, channel="in_store"
    )
    visit.refresh_from_db()
    assert (visit.channel, visit.starts_at) == ("in_store", at(9))


@pytest.mark.django_db
def test_why_not_names_the_topic(world: World, other: Topic) -> None:
    answer = why_not(
        store=world.store, topic=other, channel="video", starts_at=at(9), now=NOW
    )
    (reason,) = answer.reasons
    assert reason.why == Why.KEPT
    assert answer.code == SlotNotOffered.code
    assert isinstance(reason.fact, Topic)
    assert (reason.fact.pk, reason.fact.name) == (world.topic.pk, world.topic.name)


@pytest.mark.django_db
def test_a_search_asks_no_more_because_of_it(
    world: World, other: Topic, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    offer = Offer.objects.get(topic=other, channel="video")
    query = StartQuery(offer=offer, store=world.store, now=NOW)
    with django_assert_num_queries(6):
        bookable_starts(query)
    with django_assert_num_queries(2):
        bookable_starts(query)


@pytest.mark.django_db
def test_only_a_priority_topic_keeps_hours_and_only_a_few(world: World) -> None:
    rows = Topic.objects.filter(pk=world.topic.pk)
    sensitive = Topic.Priority.SENSITIVE
    for wrong in ({"kept_starts": 1}, {"kept_starts": 5, "priority": sensitive}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


@pytest.mark.django_db
def test_a_messy_world_keeps_what_the_oracle_keeps() -> None:
    """Odd hours, three channels, booths, absences: offered, refused and explained.
    One world may have nothing to offer at the moment, not all of them."""
    known = sum(known_in(seed) for seed in range(4))
    assert known


def known_in(seed: int) -> int:
    with messy_world(seed) as messy:
        urgent = make_topic(messy.world.brand, "urgent", "Urgent", "Urgent")
        keep(urgent, 1 + seed % 4)
        for offer in make_offers(urgent).values():
            offer.duration = messy.luck.choice([15, 25, 50])
            offer.buffer_before = messy.luck.choice([0, 5])
            offer.step = messy.luck.choice([5, 20, 30])
            offer.save()
        for adviser in messy.people[1:]:
            Competence.objects.create(
                brand=messy.world.brand,
                staff_member=adviser.staff_member,
                topic=urgent,
                channels=messy.luck.choice([[], ["video"], ["callback", "in_store"]]),
            )
        known, wrong = messy.differences()
        assert not wrong
        seen = messy.draw(inside=10, outside=20)
        assert not seen["inside_refused"], seen
        assert not seen["outside_held"], seen
        assert not seen["other_code"], seen
        return known
