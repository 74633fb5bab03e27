"""Hours change: nothing is saved until each visit underneath has a decision."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from booking.availability.query import StartQuery
from booking.errors import SlotTaken
from booking.models import Actor, Appointment, Hold, Occupancy
from booking.rota.absences import add_absence, remove_absence
from booking.rota.changes import dry_run
from booking.rota.conflicts import (
    AppointmentsAffected,
    Conflict,
    Decision,
    DecisionKind,
)
from booking.rota.hours import WeeklyStretch, set_working_hours
from booking.services.attendance import record_arrival, start_visit
from booking.services.holding import hold_slot
from stores.models import Absence, Agenda, Channel, WorkingHours
from tests.booking.rota.days import day_after_tomorrow
from tests.booking.starts import bookable_starts
from tests.cast import World, make_adviser, make_visit, next_step

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
ALL = tuple(Channel.values)


@pytest.fixture
def visit(world: World, now: dt.datetime) -> Appointment:
    return make_visit(world, starts_at=next_step(now, minutes=24 * 60), now=now)


def week(
    *, channels: tuple[str, ...] = ALL, minutes: int = 1440
) -> list[WeeklyStretch]:
    """Every day from midnight."""
    return [
        WeeklyStretch(
            weekday=n, starts_at=dt.time(), minutes=minutes, channels=channels
        )
        for n in range(7)
    ]


def change_week(
    world: World,
    now: dt.datetime,
    rows: list[WeeklyStretch],
    *decisions: Decision,
) -> None:
    set_working_hours(
        agenda=world.bob.agenda,
        store=world.store,
        rows=rows,
        user=world.dora,
        now=now,
        decisions=decisions,
    )


def underneath(
    world: World, now: dt.datetime, rows: list[WeeklyStretch]
) -> tuple[Conflict, ...]:
    return dry_run(lambda: change_week(world, now, rows))


def decision(visit: Appointment, code: str) -> Decision:
    return Decision.from_code(visit.pk, code)


def version(world: World) -> int:
    return Agenda.objects.get(pk=world.bob.agenda.pk).version


def test_a_week_without_visits_beneath_is_replaced_at_once(
    world: World, now: dt.datetime
) -> None:
    kept = WorkingHours.objects.get(agenda=world.bob.agenda, weekday=0)
    before = version(world)
    change_week(world, now, week()[:1])
    assert [row.pk for row in world.bob.agenda.working_hours.all()] == [kept.pk]
    assert version(world) == before + 1
    found = bookable_starts(
        StartQuery(offer=world.offers["video"], store=world.store, now=now)
    )
    assert {start.local.weekday() for start in found} == {0}


def test_saying_the_same_week_again_changes_no_row(
    world: World, now: dt.datetime, visit: Appointment
) -> None:
    before = set(world.bob.agenda.working_hours.values_list("pk", flat=True))
    change_week(world, now, [*week(), *week()])
    assert set(world.bob.agenda.working_hours.values_list("pk", flat=True)) == before


def test_a_visit_beneath_is_listed_with_its_re_offers_and_nothing_is_written(
    world: World, now: dt.datetime, visit: Appointment
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    rows_before = world.bob.agenda.working_hours.count()
    before = version(world)
    (conflict,) = underneath(world, now, [])
    assert conflict.appointment == visit
    assert conflict.colleagues == (ann.staff_member.pk,)
    assert conflict.channels == ("callback", "in_store")
    assert len(conflict.times) == 3
    assert {t.staff_ids for t in conflict.times} == {(ann.staff_member.pk,)}
    assert world.bob.agenda.working_hours.count() == rows_before
    assert version(world) == before


def test_every_re_offer_can_be_carried_out(
    world: World, now: dt.datetime, visit: Appointment
) -> None:
    make_adviser(world.store, "Ann", topics=[world.topic])
    (conflict,) = underneath(world, now, [])
    assert len(conflict.decisions) == 1 + 2 + 3 + 2
    for number in range(len(conflict.decisions)):
        at = visit.starts_at + (1 + number) * 3 * HOUR
        other = make_visit(world, starts_at=at, now=now)
        (found,) = dry_run(partial(set_day_off_for_an_hour, world, at, now))
        wanted = found.decisions[number]
        set_day_off_for_an_hour(world, at, now, wanted)
        other.refresh_from_db()
        if wanted.kind == DecisionKind.KEEP:
            assert (other.starts_at, other.version) == (at, 1)
        elif wanted.kind == DecisionKind.CANCEL:
            assert other.status == "cancelled_by_store"
        else:
            assert other.version == 2
            assert wanted.staff_id in (None, other.staff_member_id)
            assert wanted.starts_at in (None, other.starts_at)
            assert wanted.channel in ("", other.channel)


def set_day_off_for_an_hour(
    world: World, at: dt.datetime, now: dt.datetime, *decisions: Decision
) -> Absence:
    return add_absence(
        agenda=world.bob.agenda,
        starts_at=at,
        ends_at=at + HOUR,
        reason="training",
        user=world.dora,
        now=now,
        decisions=decisions,
    )


def test_one_undecided_visit_keeps_all_from_being_written(
    world: World, now: dt.datetime, visit: Appointment
) -> None:
    other = make_visit(world, starts_at=visit.starts_at + HOUR, now=now)
    with pytest.raises(AppointmentsAffected) as refusal:
        change_week(world, now, [], decision(visit, "cancel"))
    assert refusal.value.visits == (visit, other)
    visit.refresh_from_db()
    assert visit.status == "confirmed"
    change_week(world, now, [], decision(visit, "cancel"), decision(other, "keep"))
    visit.refresh_from_db()
    assert visit.status == "cancelled_by_store"
    assert not world.bob.agenda.working_hours.exists()


def test_a_decision_that_is_refused_takes_everything_back(
    world: World, now: dt.datetime, visit: Appointment
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    other = make_visit(world, starts_at=visit.starts_at + HOUR, now=now)
    make_visit(world, starts_at=other.starts_at, now=now, adviser=ann)
    to_ann = f"reassign:{ann.staff_member.pk}"
    with pytest.raises(AppointmentsAffected) as refusal:
        change_week(world, now, [], decision(visit, to_ann), decision(other, to_ann))
    assert refusal.value.visits == (visit, other)
    assert {pk: type(e) for pk, e in refusal.value.refusals.items()} == {
        other.pk: SlotTaken
    }
    visit.refresh_from_db()
    assert visit.staff_member == world.bob.staff_member
    assert world.bob.agenda.working_hours.exists()


def test_a_foreign_staff_member_cannot_be_named(
    world: World, now: dt.datetime, visit: Appointment
) -> None:
    code = f"reassign:{world.eve.staff_member.pk}"
    with pytest.raises(AppointmentsAffected) as refusal:
        change_week(world, now, [], decision(visit, code))
    assert set(refusal.value.refusals) == {visit.pk}


def test_asking_leaves_no_copy_of_hours_that_never_were(
    world: World, now: dt.datetime, visit: Appointment
) -> None:
    """The version that a dry run gives up stands for other hours later."""
    offer = world.offers["video"]
    make_adviser(world.store, "Ann", topics=[world.topic])
    world.bob.staff_member.refresh_from_db()
    assert underneath(world, now, [])
    change_week(world, now, week()[:3], decision(visit, "keep"))
    found = bookable_starts(
        StartQuery(
            offer=offer, store=world.store, now=now, staff_member=world.bob.staff_member
        )
    )
    assert {start.local.weekday() for start in found} == {0, 1, 2}


def test_a_visit_that_is_kept_remembers_who_kept_it(
    world: World, now: dt.datetime, visit: Appointment
) -> None:
    before = visit.version, visit.sequence
    change_week(world, now, [], decision(visit, "keep"))
    visit.refresh_from_db()
    assert (visit.version, visit.sequence) == before, "nothing to tell the customer"
    event = visit.events.get()
    assert (event.kind, event.actor) == ("kept", "staff")
    assert event.actor_user is not None


def test_only_the_channel_that_closes_lands_on_its_visits(
    world: World, now: dt.datetime, visit: Appointment
) -> None:
    call = make_visit(
        world, starts_at=visit.starts_at + HOUR, now=now, channel="callback"
    )
    (conflict,) = underneath(world, now, week(channels=("video",)))
    assert conflict.appointment == call
    assert conflict.channels == ("video",)
    assert conflict.colleagues == ()
    change_week(
        world,
        now,
        week(channels=("video",)),
        decision(call, "change_channel:video"),
    )
    call.refresh_from_db()
    assert (call.channel, call.staff_member) == ("video", world.bob.staff_member)


def test_a_visit_outside_hours_already_is_nobodys_conflict(
    world: World, now: dt.datetime, visit: Appointment
) -> None:
    change_week(world, now, [], decision(visit, "keep"))
    assert underneath(world, now, []) == ()
    (conflict,) = dry_run(lambda: set_day_off_for_an_hour(world, visit.starts_at, now))
    assert conflict.appointment == visit


def test_who_is_being_served_can_only_be_kept(world: World, now: dt.datetime) -> None:
    visit = make_visit(world, starts_at=next_step(now, minutes=-5), now=now)
    record_arrival(appointment=visit, by=Actor.customer(), now=now)
    start_visit(appointment=visit, by=Actor.customer(), now=now)
    (conflict,) = underneath(world, now, [])
    assert [d.code for d in conflict.decisions] == ["keep"]
    with pytest.raises(AppointmentsAffected):
        change_week(world, now, [], decision(visit, "cancel"))


def test_holds_beneath_are_given_up(world: World, now: dt.datetime) -> None:
    hold = hold_slot(
        store=world.store,
        topic=world.topic,
        channel="video",
        starts_at=day_after_tomorrow(world),
        visitor="v",
        network="n",
        now=now,
    )
    # Other minutes than those: the last of each day.
    change_week(world, now, week(minutes=1435))
    assert Hold.objects.filter(pk=hold.pk).exists()
    change_week(world, now, [])
    assert not Hold.objects.exists()
    assert not Occupancy.objects.exists()


def test_an_absence_taken_back_opens_the_hours_again(
    world: World, now: dt.datetime
) -> None:
    offer = world.offers["video"]
    at = next_step(now, minutes=120)
    absence = set_day_off_for_an_hour(world, at, now)
    found = bookable_starts(StartQuery(offer=offer, store=world.store, now=now))
    assert at not in {start.starts_at for start in found}
    remove_absence(absence=absence, user=world.dora, now=now)
    remove_absence(absence=absence, user=world.dora, now=now)
    found = bookable_starts(StartQuery(offer=offer, store=world.store, now=now))
    assert at in {start.starts_at for start in found}
