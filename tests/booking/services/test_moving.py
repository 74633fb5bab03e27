"""Another time, adviser or channel; and taking a cancellation back."""

import datetime as dt
from functools import partial

import pytest

from booking.availability.query import StartQuery
from booking.errors import (
    SlotNotOffered,
    SlotTaken,
    TooLateToMove,
    TransitionRefused,
    UndoExpired,
)
from booking.models import AccessLink, Actor, Appointment, Occupancy
from booking.services import booking as services
from booking.services import holding
from booking.services.attendance import complete_visit, record_arrival
from booking.services.cancelling import (
    REOPEN_TIME,
    UNDO_TIME,
    cancel_appointment,
    reopen_appointment,
    undo_cancel,
)
from booking.services.rescheduling import move_appointment, overlap_appointment
from stores.models import Offer
from tests.at_once import outcomes_at_once
from tests.booking.starts import bookable_starts
from tests.cast import World, make_adviser, make_world, next_step, now_utc

pytestmark = pytest.mark.django_db
CUSTOMER = Actor.customer()
HOUR = dt.timedelta(hours=1)


def book(world: World, starts_at: dt.datetime, visitor: str = "v") -> Appointment:
    now = now_utc()
    held = holding.hold_slot(
        store=world.store,
        topic=world.topic,
        channel="video",
        starts_at=starts_at,
        visitor=visitor,
        network="n",
        now=now,
    )
    return services.book_appointment(
        hold=held,
        name="A",
        email="a@b.example",
        phone="+33639980001",
        also=True,
        now=now,
    )


@pytest.fixture
def visit(world: World) -> Appointment:
    return book(world, next_step(now_utc(), minutes=180))


def active(visit: Appointment) -> Occupancy:
    return Occupancy.objects.get(appointment=visit, active=True)


def free(world: World) -> set[dt.datetime]:
    offer = world.offers["video"]
    found = bookable_starts(StartQuery(offer=offer, store=world.store, now=now_utc()))
    return {start.starts_at for start in found}


def test_moving_takes_the_new_time_and_frees_the_old(
    world: World, visit: Appointment
) -> None:
    old, new = visit.starts_at, visit.starts_at + HOUR
    link = AccessLink.objects.get()
    move_appointment(appointment=visit, starts_at=new, by=CUSTOMER, now=now_utc())
    assert (visit.starts_at, visit.sequence, visit.status) == (new, 1, "confirmed")
    assert active(visit).starts_at == new
    assert old in free(world)
    assert new not in free(world)
    assert visit.events.last().kind == "moved"  # type: ignore[union-attr]
    assert AccessLink.objects.get() == link


def test_a_visit_may_move_over_its_own_old_time(
    world: World, visit: Appointment
) -> None:
    new = visit.starts_at + dt.timedelta(minutes=10)
    move_appointment(appointment=visit, starts_at=new, by=CUSTOMER, now=now_utc())
    assert active(visit).starts_at == new


def test_a_taken_time_leaves_everything_as_it_was(
    world: World, visit: Appointment
) -> None:
    other = book(world, visit.starts_at + HOUR, "other")
    with pytest.raises(SlotTaken) as refusal:
        move_appointment(
            appointment=visit, starts_at=other.starts_at, by=CUSTOMER, now=now_utc()
        )
    assert len(refusal.value.nearest) == 3
    visit.refresh_from_db()
    assert (visit.version, visit.sequence) == (1, 0)
    assert active(visit).starts_at == visit.starts_at


def test_the_same_person_is_asked_first_then_the_pool(
    world: World, visit: Appointment
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic]).staff_member
    new = visit.starts_at + HOUR
    move_appointment(appointment=visit, starts_at=new, by=CUSTOMER, now=now_utc())
    assert visit.staff_member == world.bob.staff_member
    blocker = book(world, new + HOUR, "other")
    if blocker.staff_member == ann:
        bob = world.bob.staff_member
        move_appointment(
            appointment=blocker, staff_member=bob, by=CUSTOMER, now=now_utc()
        )
    move_appointment(
        appointment=visit, starts_at=new + HOUR, by=CUSTOMER, now=now_utc()
    )
    assert visit.staff_member == ann


def test_reassigning_keeps_the_time(world: World, visit: Appointment) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic]).staff_member
    by = Actor.staff(world.dora)
    move_appointment(appointment=visit, staff_member=ann, by=by, now=now_utc())
    assert visit.staff_member == ann
    assert visit.events.last().kind == "reassigned"  # type: ignore[union-attr]


def test_the_channel_changes_on_the_same_row(world: World, visit: Appointment) -> None:
    Offer.objects.filter(channel="in_store").update(duration=45)
    at = visit.starts_at
    move_appointment(appointment=visit, channel="in_store", by=CUSTOMER, now=now_utc())
    assert (visit.channel, visit.starts_at) == ("in_store", at)
    assert visit.duration == dt.timedelta(minutes=45)
    assert visit.events.last().kind == "channel_changed"  # type: ignore[union-attr]


def test_customers_are_bound_by_notice_and_limit_staff_are_not(
    world: World, visit: Appointment
) -> None:
    Offer.objects.update(minimum_notice=24 * 60, step=60)
    near = next_step(now_utc(), minutes=35)
    with pytest.raises(SlotNotOffered):
        move_appointment(appointment=visit, starts_at=near, by=CUSTOMER, now=now_utc())
    by = Actor.staff(world.dora)
    move_appointment(appointment=visit, starts_at=near, by=by, now=now_utc())
    assert visit.starts_at == near
    Offer.objects.update(cancel_limit=24 * 60)
    visit = Appointment.objects.get(pk=visit.pk)
    with pytest.raises(TooLateToMove):
        move_appointment(
            appointment=visit, starts_at=near + HOUR, by=CUSTOMER, now=now_utc()
        )


def test_who_is_at_the_door_may_still_be_called_instead(
    world: World, visit: Appointment
) -> None:
    Offer.objects.update(cancel_limit=24 * 60)
    visit = Appointment.objects.get(pk=visit.pk)
    record_arrival(appointment=visit, by=CUSTOMER, now=now_utc())
    at = visit.starts_at
    with pytest.raises(TooLateToMove):
        move_appointment(
            appointment=visit, starts_at=at + HOUR, by=CUSTOMER, now=now_utc()
        )
    move_appointment(appointment=visit, channel="callback", by=CUSTOMER, now=now_utc())
    assert (visit.channel, visit.status) == ("callback", "confirmed")


def test_who_had_arrived_is_awaited_anew_and_what_is_over_stays(
    world: World, visit: Appointment
) -> None:
    record_arrival(appointment=visit, by=CUSTOMER, now=now_utc())
    by = Actor.staff(world.dora)
    at = visit.starts_at + HOUR
    move_appointment(appointment=visit, starts_at=at, by=by, now=now_utc())
    assert (visit.status, visit.arrived_at) == ("confirmed", None)
    complete_visit(appointment=visit, outcome="sold", by=by, now=at)
    with pytest.raises(TransitionRefused):
        move_appointment(appointment=visit, starts_at=at, by=by, now=at)


def test_staff_overlap_on_purpose_with_a_reason_in_the_history(
    world: World, visit: Appointment
) -> None:
    other = book(world, visit.starts_at + HOUR, "other")
    facts = {
        "starts_at": visit.starts_at,
        "staff_member": world.bob.staff_member,
        "reason": "joint_visit",
        "now": now_utc(),
    }
    with pytest.raises(TransitionRefused):
        overlap_appointment(
            appointment=other,
            by=CUSTOMER,
            **facts,  # type: ignore[arg-type]  # one dict of several kinds
        )
    overlap_appointment(
        appointment=other,
        by=Actor.staff(world.dora),
        **facts,  # type: ignore[arg-type]  # one dict of several kinds
    )
    assert active(other).overlap_allowed
    event = other.events.last()
    assert event is not None
    assert (event.kind, event.reason, event.actor_user) == (
        "overlapped",
        "joint_visit",
        world.dora,
    )


def test_a_cancellation_by_staff_can_be_taken_back_for_90_seconds(
    world: World, visit: Appointment
) -> None:
    by, now = Actor.staff(world.dora), now_utc()
    cancel_appointment(appointment=visit, by=by, now=now)
    assert visit.starts_at not in free(world)
    undo_cancel(appointment=visit, by=by, now=now + UNDO_TIME - HOUR / 3600)
    assert visit.status == "confirmed"
    assert active(visit).starts_at == visit.starts_at
    cancel_appointment(appointment=visit, by=by, now=now)
    with pytest.raises(UndoExpired):
        undo_cancel(appointment=visit, by=by, now=now + UNDO_TIME)


def test_after_90_seconds_the_time_is_everybodys(
    world: World, visit: Appointment
) -> None:
    cancel_appointment(
        appointment=visit, by=Actor.staff(world.dora), now=now_utc() - UNDO_TIME
    )
    assert visit.starts_at in free(world)
    book(world, visit.starts_at, "other")


def test_an_ended_visit_is_reopened_within_a_day_while_its_time_is_free(
    world: World, visit: Appointment
) -> None:
    by = Actor.staff(world.dora)
    complete_visit(appointment=visit, outcome="sold", by=by, now=visit.starts_at)
    reopen_appointment(appointment=visit, by=by, now=visit.starts_at)
    assert (visit.status, visit.outcome) == ("confirmed", "")
    assert active(visit).ends_at == visit.ends_at
    cancel_appointment(appointment=visit, by=CUSTOMER, now=now_utc())
    with pytest.raises(TransitionRefused):
        late = visit.starts_at + REOPEN_TIME + HOUR
        reopen_appointment(appointment=visit, by=by, now=late)
    book(world, visit.starts_at, "other")
    with pytest.raises(SlotTaken):
        reopen_appointment(appointment=visit, by=by, now=now_utc())


@pytest.mark.django_db(transaction=True)
def test_visits_that_swap_places_at_once_neither_deadlock_nor_overlap() -> None:
    world = make_world()
    ann = make_adviser(world.store, "Ann", topics=[world.topic]).staff_member
    bob = world.bob.staff_member
    at = next_step(now_utc(), minutes=180)
    first, second = book(world, at, "first"), book(world, at, "second")

    def swap(visit: Appointment) -> None:
        move_appointment(
            appointment=visit,
            staff_member=ann if visit.staff_member == bob else bob,
            starts_at=at,
            by=Actor.staff(world.dora),
            now=now_utc(),
        )

    answers = outcomes_at_once(partial(swap, first), partial(swap, second))
    assert answers == ["slot_taken", "slot_taken"]
    assert Occupancy.objects.filter(active=True).count() == 2
