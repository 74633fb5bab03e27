"""What was asked for and is moved, given up or taken up again stays asked for."""

from __future__ import annotations

import datetime as dt

import pytest

from booking.errors import TransitionRefused
from booking.models import Actor
from booking.models.promise import last_moment
from booking.promises.clock import run_clock
from booking.services.answers import confirm_request, decline_request
from booking.services.attendance import announce_delay
from booking.services.callbacks import continue_by_phone, record_call_attempt
from booking.services.cancelling import (
    can_reopen,
    cancel_appointment,
    reopen_appointment,
    undo_cancel,
)
from booking.services.rescheduling import move_appointment, overlap_appointment
from stores.models import Channel, Offer
from tests.booking.asking import HOUR, MINUTE, ask, promise_of, staff, takes_time
from tests.cast import World, next_step


def test_moved_it_is_asked_for_anew(world: World, now: dt.datetime) -> None:
    visit = ask(world, now)
    run_clock(now=promise_of(visit).due_at)
    visit.refresh_from_db()
    later = now + 5 * HOUR
    to = next_step(now, minutes=1800)
    move_appointment(appointment=visit, by=Actor.customer(), now=later, starts_at=to)
    assert visit.status == "requested"
    promise = promise_of(visit)
    assert promise.due_at == later + (to - later) / 2
    assert promise.broken_at is None
    assert visit.promises.count() == 2
    run_clock(now=later + HOUR)
    visit.refresh_from_db()
    assert visit.status == "requested"


def test_a_move_before_the_promise_is_over_leaves_one_promise(
    world: World, now: dt.datetime
) -> None:
    visit = ask(world, now)
    to = next_step(now, minutes=900)
    by = staff(world)
    move_appointment(appointment=visit, by=by, now=now + MINUTE, starts_at=to)
    overlap_appointment(
        appointment=visit,
        starts_at=to + HOUR,
        staff_member=world.bob.staff_member,
        reason="emergency",
        by=by,
        now=now + 2 * MINUTE,
    )
    assert visit.status == "requested"
    assert visit.promises.count() == 1
    assert promise_of(visit).told_at == now + 2 * MINUTE


def test_a_cancel_taken_back_leaves_it_asked_for(
    world: World, now: dt.datetime
) -> None:
    visit = ask(world, now)
    due = promise_of(visit).due_at
    cancel_appointment(appointment=visit, by=staff(world), now=now)
    assert promise_of(visit).kept_at == now
    undo_cancel(appointment=visit, by=staff(world), now=now + MINUTE)
    assert visit.status == "requested"
    assert promise_of(visit).kept_at is None
    assert promise_of(visit).due_at == due


@pytest.mark.parametrize("status", ["confirmed", "arrived"])
def test_a_cancel_taken_back_leaves_any_visit_as_it_was(
    world: World, now: dt.datetime, status: str
) -> None:
    visit = ask(world, now)
    confirm_request(appointment=visit, by=staff(world), now=now)
    if status == "arrived":
        visit.arrive(by=Actor.customer(), now=now)
    cancel_appointment(appointment=visit, by=staff(world), now=now)
    undo_cancel(appointment=visit, by=staff(world), now=now + MINUTE)
    assert visit.status == status
    assert (visit.arrived_at is not None) == (status == "arrived")


@pytest.mark.parametrize("how", ["customer", "store", "declined", "lapsed"])
def test_reopened_it_is_asked_for_and_not_confirmed(
    world: World, now: dt.datetime, how: str
) -> None:
    visit = ask(world, now)
    then = now + MINUTE
    if how == "customer":
        cancel_appointment(appointment=visit, by=Actor.customer(), now=then)
        assert visit.promises.count() == 0
    elif how == "store":
        cancel_appointment(appointment=visit, by=staff(world), now=then)
    elif how == "declined":
        decline_request(appointment=visit, by=staff(world), now=then, answer="No.")
    else:
        then = last_moment(now, visit.starts_at)
        run_clock(now=then)
        visit.refresh_from_db()
    again = then + 5 * MINUTE
    reopen_appointment(appointment=visit, by=staff(world), now=again)
    visit.refresh_from_db()
    assert visit.status == "requested"
    assert visit.answer == ""
    assert takes_time(visit)
    assert promise_of(visit).told_at == again
    assert promise_of(visit).kept_at is None
    assert promise_of(visit).broken_at is None


def test_what_was_asked_for_is_not_reopened_after_its_hour(
    world: World, now: dt.datetime
) -> None:
    visit = ask(world, now)
    decline_request(appointment=visit, by=staff(world), now=now)
    assert can_reopen(visit, visit.starts_at - MINUTE)
    assert not can_reopen(visit, visit.starts_at)


@pytest.mark.parametrize(
    ("needs_approval", "status"), [(True, "requested"), (False, "confirmed")]
)
def test_who_was_declined_takes_another_time_on_the_same_link(
    world: World, now: dt.datetime, needs_approval: bool, status: str
) -> None:
    visit = ask(world, now)
    decline_request(appointment=visit, by=staff(world), now=now, answer="Away.")
    Offer.objects.update(needs_approval=needs_approval)
    to = next_step(now, minutes=900)
    again = now + HOUR
    move_appointment(appointment=visit, by=Actor.customer(), now=again, starts_at=to)
    visit.refresh_from_db()
    assert visit.status == status
    assert visit.starts_at == to
    assert visit.answer == ""
    assert takes_time(visit)
    assert (promise_of(visit).told_at == again) == needs_approval


def test_what_is_asked_for_is_confirmed_by_no_accident(
    world: World, now: dt.datetime
) -> None:
    """Nothing but the store's yes makes a visit of it."""
    visit = ask(world, now)
    by = staff(world)
    with pytest.raises(TransitionRefused):
        continue_by_phone(appointment=visit, by=by, now=now)
    with pytest.raises(TransitionRefused):
        announce_delay(appointment=visit, minutes=10, by=by, now=now)
    move_appointment(
        appointment=visit, by=Actor.customer(), now=now, channel=Channel.CALLBACK
    )
    assert visit.status == "requested"
    with pytest.raises(TransitionRefused):
        record_call_attempt(
            appointment=visit, result="no_answer", user=world.bob.user, now=now
        )
    assert visit.call_attempts.count() == 0
    visit.refresh_from_db()
    assert visit.status == "requested"
