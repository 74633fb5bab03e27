"""Facts say of past days what the visits say."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from booking.models import Appointment, DayFacts, HourFacts, VisitRating
from booking.reports import queries
from booking.reports.queries import Scope
from booking.reports.writing import ON_TIME, write_due_facts, write_facts
from booking.states import Status
from stores.calendar.recurrence import instant
from stores.models import Absence, WorkingHours
from tests.cast import World, make_visit, now_utc

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def day(world: World) -> dt.date:
    return now_utc().astimezone(world.store.zone).date() - dt.timedelta(days=4)


def was(world: World, day: dt.date, hour: int, status: str, **facts: Any) -> None:
    """A visit of that local hour, as it ended."""
    at = instant(day, dt.time(hour), world.store.zone)
    visit = make_visit(world, starts_at=at, now=at - dt.timedelta(days=1))
    late = facts.pop("late", None)
    if late is not None:
        facts["started_at"] = at + late
    Appointment.objects.filter(pk=visit.pk).update(status=status, **facts)


def sums(world: World, day: dt.date, **asked: Any) -> dict[str, int]:
    found = queries.totals(Scope(world.brand, day, day, **asked))
    return {name: number for name, number in found.items() if number}


def test_each_visit_counts_once_as_it_ended(world: World, day: dt.date) -> None:
    was(world, day, 9, Status.DONE, late=ON_TIME)
    was(world, day, 10, Status.DONE, late=ON_TIME + MINUTE)
    was(world, day, 11, Status.MISSED_BY_CUSTOMER)
    was(world, day, 12, Status.MISSED_BY_STAFF)
    was(world, day, 13, Status.CANCELLED_BY_CUSTOMER)
    was(world, day, 14, Status.CANCELLED_BY_STORE)
    was(world, day, 15, Status.DONE, late=MINUTE, is_trial=True)
    was(world, day, 16, Status.REQUESTED)
    write_facts(brand=world.brand, first=day, last=day)
    lille, whole = sums(world, day, stores=[world.store]), sums(world, day)
    whole["present"] = lille["present"] = 0
    assert lille == whole
    assert whole == {
        "due": 4,
        "kept": 2,
        "on_time": 1,
        "missed_by_customer": 1,
        "missed_by_staff": 1,
        "cancelled_by_customer": 1,
        "cancelled_by_store": 1,
        "minutes": 80,
        "present": 0,
        "done": 2,
    }


def test_ratings_are_counted_of_what_was_done(world: World, day: dt.date) -> None:
    for hour, score, status in (
        (9, 5, Status.DONE),
        (10, 2, Status.DONE),
        (11, None, Status.DONE),
        (12, 1, Status.CONFIRMED),
    ):
        was(world, day, hour, status)
        visit = Appointment.objects.order_by("-starts_at")[0]
        VisitRating.objects.create(
            brand=world.brand, appointment=visit, score=score, rated_at=now_utc()
        )
    write_facts(brand=world.brand, first=day, last=day)
    found = sums(world, day, stores=[world.store])
    assert (found["done"], found["rated"], found["scores"]) == (3, 2, 7)


def test_a_callback_is_on_time_within_its_window(world: World, day: dt.date) -> None:
    for hour, late in ((9, 14), (11, 16)):
        was(world, day, hour, Status.DONE, late=late * MINUTE, channel="callback")
    write_facts(brand=world.brand, first=day, last=day)
    assert sums(world, day)["on_time"] == 1


def test_a_day_is_the_stores_own(world: World, day: dt.date) -> None:
    """The last local hour of a day is of that day, whatever the day in UTC."""
    was(world, day, 23, Status.DONE, late=MINUTE)
    write_facts(brand=world.brand, first=day, last=day + dt.timedelta(days=1))
    assert sums(world, day)["due"] == 1
    after = day + dt.timedelta(days=1)
    assert "due" not in sums(world, after)
    hours = HourFacts.objects.filter(store=world.store, demand__gt=0)
    assert [(row.day, row.hour) for row in hours] == [(day, 23)]


def test_people_are_there_by_their_hours_less_absences(
    world: World, day: dt.date
) -> None:
    WorkingHours.objects.for_brand(world.brand).delete()
    agenda = world.bob.agenda
    WorkingHours.objects.create(
        brand=world.brand,
        agenda=agenda,
        store=world.store,
        weekday=day.weekday(),
        starts_at=dt.time(9, 30),
        minutes=150,
        channels=["video"],
    )
    noon = instant(day, dt.time(11, 45), world.store.zone)
    Absence.objects.create(
        brand=world.brand,
        agenda=agenda,
        starts_at=noon,
        ends_at=noon + dt.timedelta(hours=3),
    )
    write_facts(brand=world.brand, first=day, last=day)
    rows = HourFacts.objects.filter(store=world.store, day=day)
    assert {row.hour: row.present for row in rows} == {9: 30, 10: 60, 11: 45}


def test_written_again_it_is_as_it_stands_now(world: World, day: dt.date) -> None:
    """Twice is once, and an outcome that was noted later counts."""
    was(world, day, 9, Status.MISSED_BY_CUSTOMER)
    for _ in range(2):
        write_facts(brand=world.brand, first=day, last=day)
    assert DayFacts.objects.filter(day=day).count() == 2
    rows = Appointment.objects.for_brand(world.brand)
    rows.update(status=Status.DONE, started_at=now_utc())
    write_facts(brand=world.brand, first=day, last=day)
    found = sums(world, day)
    assert (found["kept"], found.get("missed_by_customer")) == (1, None)


def test_each_night_writes_what_is_missing(world: World, day: dt.date) -> None:
    """A night that was missed is made up for; the same night once more does nothing."""
    was(world, day, 9, Status.DONE, late=MINUTE)
    now = dt.datetime.combine(day, dt.time(13), dt.UTC) + dt.timedelta(days=2)
    assert write_due_facts(now=now) > 0
    assert sums(world, day)["kept"] == 1
    assert write_due_facts(now=now) == 0
    later = now + dt.timedelta(days=5)
    was(world, day + dt.timedelta(days=1), 9, Status.DONE, late=MINUTE)
    assert write_due_facts(now=later) >= 5
    assert sums(world, day + dt.timedelta(days=1))["kept"] == 1
