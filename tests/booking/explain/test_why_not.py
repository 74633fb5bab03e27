"""Why a start is not offered: each reason by itself, and the order of all."""

from __future__ import annotations

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from booking.errors import SlotTaken
from booking.explain.reasons import Explanation, Why
from booking.explain.why_not import why_not
from booking.services.holding import hold_slot
from stores.models import (
    Absence,
    Closure,
    Competence,
    DayOverride,
    Offer,
    Posting,
    WorkingHours,
)
from tests.cast import Adviser, World, make_adviser, make_visit, next_step
from tests.oracles.holding import raise_all_versions, refusal_of_holding

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def at(now: dt.datetime) -> dt.datetime:
    return next_step(now, minutes=24 * 60)


def ask(
    world: World, at: dt.datetime, now: dt.datetime, adviser: Adviser | None = None
) -> Explanation:
    return why_not(
        store=world.store,
        topic=world.topic,
        channel="video",
        starts_at=at,
        now=now,
        staff_member=adviser.staff_member if adviser else None,
    )


def whys(answer: Explanation) -> list[Why]:
    return [reason.why for reason in answer.reasons]


def test_a_free_start_has_no_reason(
    world: World, at: dt.datetime, now: dt.datetime
) -> None:
    answer = ask(world, at, now)
    assert answer.is_bookable
    assert answer.code == ""


def test_the_bounds_of_the_offer(
    world: World, at: dt.datetime, now: dt.datetime
) -> None:
    Offer.objects.update(minimum_notice=120, horizon=2, step=30)
    hour = at.replace(minute=0)
    for start, expected in (
        (hour - 26 * HOUR, Why.PAST),
        (next_step(now, minutes=10), Why.NOTICE),
        (hour + 3 * DAY, Why.HORIZON),
        (hour + dt.timedelta(minutes=10), Why.OFF_GRID),
        (hour + dt.timedelta(seconds=7), Why.OFF_GRID),
    ):
        answer = ask(world, start, now)
        assert expected in whys(answer)
        assert answer.code == refusal_of_holding(world, start, now) != ""
    Offer.objects.filter(channel="video").update(active=False)
    assert whys(ask(world, at, now)) == [Why.NOT_OFFERED]


def test_what_closes_is_named_with_its_row(
    world: World, at: dt.datetime, now: dt.datetime
) -> None:
    day = at.astimezone(world.store.zone).date()
    closure = Closure.objects.create(
        brand=world.brand, store=world.store, first_day=day, last_day=day
    )
    (reason,) = ask(world, at, now).reasons
    assert (reason.why, reason.fact) == (Why.CLOSED, closure)
    assert reason.target is not None
    assert reason.target.anchor == f"closure-{closure.pk}"
    closure.delete()
    override = DayOverride.objects.create(
        brand=world.brand, agenda=world.bob.agenda, store=world.store, day=day
    )
    raise_all_versions()
    (reason,) = ask(world, at, now).reasons
    assert (reason.why, reason.fact) == (Why.DAY_OVERRIDE, override)
    override.delete()
    absence = Absence.objects.create(
        brand=world.brand, agenda=world.bob.agenda, starts_at=at, ends_at=at + HOUR
    )
    raise_all_versions()
    (reason,) = ask(world, at, now).reasons
    assert (reason.why, reason.fact) == (Why.ABSENT, absence)
    absence.delete()
    WorkingHours.objects.filter(agenda=world.bob.agenda).update(channels=["callback"])
    raise_all_versions()
    (reason,) = ask(world, at, now).reasons
    assert reason.why == Why.NO_HOURS
    assert reason.target is not None
    assert reason.target.args == (world.bob.agenda.pk,)


def test_who_may_not_be_asked_says_why(
    world: World, at: dt.datetime, now: dt.datetime
) -> None:
    assert whys(ask(world, at, now, world.charlie))[0] == Why.NO_POSTING
    Competence.objects.filter(staff_member=world.bob.staff_member).update(
        channels=["in_store"]
    )
    assert whys(ask(world, at, now, world.bob)) == [Why.NO_COMPETENCE]
    Posting.objects.filter(store=world.store).delete()
    assert whys(ask(world, at, now)) == [Why.NOBODY]
    assert whys(ask(world, at, now, world.eve)) == [Why.NOBODY]


def test_what_is_taken_is_taken_by_somebody(
    world: World, at: dt.datetime, now: dt.datetime
) -> None:
    Offer.objects.filter(channel="video").update(buffer_after=10)
    visit = make_visit(world, starts_at=at, now=now)
    answer = ask(world, at + dt.timedelta(minutes=15), now)
    (reason,) = answer.reasons
    assert reason.why == Why.BOOKED
    assert reason.fact == visit.occupancies.get()
    assert reason.target is not None
    assert reason.target.args == (visit.pk,)
    assert answer.code == SlotTaken.code
    later = at + 5 * HOUR
    assert refusal_of_holding(world, later, now) == ""
    hold_slot(
        store=world.store,
        topic=world.topic,
        channel="video",
        starts_at=later,
        visitor="somebody",
        network="n",
        now=now,
    )
    assert whys(ask(world, later, now)) == [Why.HELD]
    assert refusal_of_holding(world, later, now) == SlotTaken.code


def test_a_ceiling_and_a_missing_booth_take_the_start_too(
    world: World, at: dt.datetime, now: dt.datetime
) -> None:
    noon = at.astimezone(world.store.zone).replace(hour=12, minute=0)
    start = noon.astimezone(dt.UTC) + DAY
    make_visit(world, starts_at=start, now=now)
    Offer.objects.filter(channel="video").update(daily_ceiling=1)
    assert whys(ask(world, start + HOUR, now)) == [Why.CEILING]
    assert refusal_of_holding(world, start + HOUR, now) == SlotTaken.code
    Offer.objects.filter(channel="video").update(
        daily_ceiling=None, resource_kind="booth"
    )
    assert whys(ask(world, start + HOUR, now)) == [Why.RESOURCE]
    assert refusal_of_holding(world, start + HOUR, now) == SlotTaken.code


def test_in_a_pool_who_is_nearly_free_speaks_first(
    world: World, at: dt.datetime, now: dt.datetime
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    Absence.objects.create(
        brand=world.brand, agenda=world.bob.agenda, starts_at=at, ends_at=at + HOUR
    )
    assert ask(world, at, now).is_bookable
    make_visit(world, starts_at=at, now=now, adviser=ann)
    raise_all_versions()
    answer = ask(world, at, now)
    assert whys(answer) == [Why.BOOKED, Why.ABSENT]
    assert [a.staff_member for a in answer.advisers] == [
        ann.staff_member,
        world.bob.staff_member,
    ]
    assert answer.code == refusal_of_holding(world, at, now) == SlotTaken.code


def test_the_number_of_queries_does_not_grow_with_people(
    world: World,
    at: dt.datetime,
    now: dt.datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    ask(world, at, now)
    for name in ("Ann", "Ben", "Cleo", "Dan", "Emma", "Fay"):
        adviser = make_adviser(world.store, name, topics=[world.topic])
        make_visit(world, starts_at=at, now=now, adviser=adviser)
    with django_assert_max_num_queries(20):
        assert ask(world, at, now).is_bookable
