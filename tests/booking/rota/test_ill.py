"""Somebody is ill: each visit gets what disturbs its customer least."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from booking.models import Actor, Appointment, Occupancy
from booking.rota.changes import dry_run
from booking.rota.conflicts import (
    AppointmentsAffected,
    Conflict,
    Decision,
    DecisionKind,
)
from booking.rota.leaving import ill_today
from booking.services.attendance import start_visit
from booking.services.locking import raise_versions
from booking.states import LIVE
from stores.models import (
    Absence,
    Channel,
    StaffMember,
)
from tests.booking.rota.days import HOUR, day_after_tomorrow, proposals
from tests.cast import World, make_adviser, make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def morning(world: World) -> dt.datetime:
    """When Bob is ill."""
    return day_after_tomorrow(world)


def underneath(world: World, now: dt.datetime) -> tuple[Conflict, ...]:
    return dry_run(lambda: is_ill(world, now))


def is_ill(world: World, now: dt.datetime, *decisions: Decision) -> Absence:
    return ill_today(
        agenda=world.bob.agenda,
        zone=world.store.zone,
        user=world.dora,
        now=now,
        decisions=decisions,
    )


def test_an_empty_day_is_closed_until_midnight_and_once(
    world: World, morning: dt.datetime
) -> None:
    absence = is_ill(world, morning)
    assert absence.starts_at == morning
    assert absence.ends_at == morning + 16 * HOUR
    assert is_ill(world, morning + HOUR) == absence
    assert Absence.objects.for_brand(world.brand).count() == 1


def test_a_colleague_takes_the_hour_and_of_two_visits_at_once_one_waits(
    world: World, morning: dt.datetime
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    visits = [
        make_visit(world, starts_at=morning + n * HOUR, now=morning) for n in (1, 2, 3)
    ]
    make_visit(world, starts_at=morning + 2 * HOUR, now=morning, adviser=ann)
    found = underneath(world, morning)
    assert [conflict.appointment for conflict in found] == visits
    wanted = proposals(found)
    assert {one.staff_id for one in wanted} == {ann.staff_member.pk}
    assert [one.kind for one in wanted] == ["reassign", "move", "reassign"]
    is_ill(world, morning, *wanted)
    for visit in visits:
        visit.refresh_from_db()
        assert visit.staff_member == ann.staff_member
        assert visit.status in LIVE
    assert visits[1].starts_at > morning + 2 * HOUR


def test_nobody_is_asked_to_come_earlier_on_the_same_day(
    world: World, morning: dt.datetime
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    # She is free before, and not for the rest of the day.
    evening = morning + 10 * HOUR
    Absence.objects.create(
        brand=world.brand,
        agenda=ann.agenda,
        starts_at=evening - HOUR,
        ends_at=evening + 4 * HOUR,
        reason=Absence.Reason.TRAINING,
        created_by=world.dora,
    )
    visit = make_visit(world, starts_at=evening, now=morning)
    (wanted,) = proposals(underneath(world, morning))
    assert wanted.starts_at
    assert wanted.starts_at > visit.starts_at


def test_who_speaks_the_language_comes_before_who_is_free_sooner(
    world: World, morning: dt.datetime
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    eve = make_adviser(world.store, "Eve", topics=[world.topic])
    rows = StaffMember.objects.for_brand(world.brand)
    rows.filter(pk=ann.staff_member.pk).update(languages=["en"])
    rows.filter(pk=eve.staff_member.pk).update(languages=["fr", "en"])
    visit = make_visit(world, starts_at=morning + HOUR, now=morning)
    make_visit(world, starts_at=visit.starts_at, now=morning, adviser=eve)
    (wanted,) = proposals(underneath(world, morning))
    assert (wanted.kind, wanted.staff_id) == (DecisionKind.MOVE, eve.staff_member.pk)


def test_what_has_begun_goes_on_and_who_cannot_be_placed_is_asked_about(
    world: World, morning: dt.datetime
) -> None:
    """Nobody else is there: another day of the same person is the way."""
    begun = make_visit(world, starts_at=morning, now=morning)
    start_visit(appointment=begun, by=Actor.staff(world.bob.user), now=morning)
    visit = make_visit(world, starts_at=morning + HOUR, now=morning)
    kept, moved = proposals(underneath(world, morning))
    assert kept.kind == DecisionKind.KEEP
    assert moved.staff_id == world.bob.staff_member.pk
    assert moved.starts_at
    assert moved.starts_at.astimezone(visit.zone).date() > morning.date()
    is_ill(world, morning, kept, moved)
    visit.refresh_from_db()
    assert visit.starts_at == moved.starts_at


def test_without_anybody_nothing_is_proposed_and_nothing_written(
    world: World, morning: dt.datetime
) -> None:
    visit = make_visit(
        world, starts_at=morning + HOUR, now=morning, channel=Channel.IN_STORE
    )
    world.bob.agenda.working_hours.all().delete()
    with pytest.raises(AppointmentsAffected) as refused:
        is_ill(world, morning)
    assert [one.proposal for one in refused.value.conflicts] == [None]
    assert not Absence.objects.for_brand(world.brand).exists()
    visit.refresh_from_db()
    assert visit.status in LIVE


def test_the_hour_that_was_proposed_is_gone_and_another_is_proposed(
    world: World, morning: dt.datetime
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    visit = make_visit(world, starts_at=morning + HOUR, now=morning)
    wanted = proposals(underneath(world, morning))
    make_visit(world, starts_at=visit.starts_at, now=morning, adviser=ann)
    raise_versions([ann.agenda.pk])
    with pytest.raises(AppointmentsAffected) as refused:
        is_ill(world, morning, *wanted)
    assert visit.pk in refused.value.refusals
    is_ill(world, morning, *proposals(refused.value.conflicts))
    assert not people_twice(world)


def people_twice(world: World) -> bool:
    """Whether two visits stand at one time of one person."""
    rows = Occupancy.objects.for_brand(world.brand).filter(active=True)
    taken = sorted((r.agenda_id, r.starts_at, r.ends_at) for r in rows)
    return any(
        one[0] == two[0] and two[1] < one[2] for one, two in itertools.pairwise(taken)
    )


def test_a_whole_day_is_planned_so_that_all_decisions_can_be_carried_out(
    world: World, morning: dt.datetime
) -> None:
    for name in ("Ann", "Eve", "Kim"):
        make_adviser(world.store, name, topics=[world.topic])
    visits = [
        make_visit(world, starts_at=morning + n * HOUR / 2, now=morning)
        for n in range(1, 20)
    ]
    is_ill(world, morning, *proposals(underneath(world, morning)))
    assert not people_twice(world)
    rows = Appointment.objects.for_brand(world.brand).filter(
        pk__in=[visit.pk for visit in visits]
    )
    assert {row.starts_at for row in rows} == {visit.starts_at for visit in visits}
    assert world.bob.staff_member.pk not in {row.staff_member_id for row in rows}
