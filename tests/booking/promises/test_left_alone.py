"""Nobody of the staff came: it is said, promised, made good, or stands above all."""

from __future__ import annotations

import datetime as dt

import pytest

from booking.errors import (
    NobodyAtWork,
    PhoneNeeded,
    SlotNotOffered,
    StaleVersion,
    TransitionRefused,
)
from booking.models import Actor, Appointment, Promise
from booking.promises.calls import call_owed, promise_call, refuse_call
from booking.promises.clock import run_clock
from booking.services.attendance import announce_delay, mark_staff_came
from booking.services.callbacks import record_call_attempt
from booking.services.cancelling import cancel_appointment
from booking.services.rescheduling import move_appointment
from booking.shown import Shown
from booking.states import Status
from stores.models import Channel, Offer, Posting
from tests.booking.asking import kinds, takes_time
from tests.booking.customers import visit_in
from tests.cast import World, next_step, now_utc

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
CUSTOMER = Actor.customer()


@pytest.fixture
def visit(world: World) -> Appointment:
    """Alice said "I'm here" for a visit with Bob that began some minutes ago."""
    return visit_in(world, minutes=-10, status=Status.ARRIVED)


def at(visit: Appointment, minutes: int) -> dt.datetime:
    return visit.starts_at + minutes * MINUTE


def call_of(visit: Appointment) -> Promise:
    found = call_owed(visit)
    assert found is not None
    return found


def test_after_five_minutes_it_is_written_down_once(visit: Appointment) -> None:
    run_clock(now=at(visit, 4))
    assert kinds(visit) == []
    assert run_clock(now=at(visit, 5)) == 1
    assert run_clock(now=at(visit, 6)) == 0
    assert kinds(visit) == ["nobody_came"]


def test_a_delay_that_was_announced_is_waited_for(
    world: World, visit: Appointment
) -> None:
    by = Actor.staff(world.bob.user)
    announce_delay(appointment=visit, minutes=10, by=by, now=at(visit, 1))
    run_clock(now=at(visit, 14))
    assert "nobody_came" not in kinds(visit)
    run_clock(now=at(visit, 15))
    assert kinds(visit)[-1] == "nobody_came"


def test_who_was_met_at_the_door_is_not_alone(visit: Appointment) -> None:
    mark_staff_came(appointment=visit, now=at(visit, 3))
    run_clock(now=at(visit, 20))
    assert kinds(visit) == []


def test_who_never_came_is_not_written_to(world: World) -> None:
    visit = visit_in(world, minutes=-10)
    for minute in (5, 10, 11):
        run_clock(now=at(visit, minute))
    assert kinds(visit) == []
    assert not Promise.objects.exists()


def test_a_tap_promises_a_call_within_a_quarter_of_an_hour(
    world: World, visit: Appointment
) -> None:
    now = at(visit, 6)
    promise = promise_call(appointment=visit, by=CUSTOMER, now=now)
    visit.refresh_from_db()
    assert (visit.channel, visit.status) == (Channel.CALLBACK, Status.CONFIRMED)
    assert visit.staff_member == world.bob.staff_member
    assert promise.due_at <= now + 15 * MINUTE
    assert promise.due_at == visit.starts_at + 15 * MINUTE
    assert takes_time(visit)
    again = promise_call(appointment=visit, by=CUSTOMER, now=now + MINUTE)
    assert again == promise
    assert Promise.objects.count() == 1


def test_it_goes_over_whatever_else_the_adviser_has(
    world: World, visit: Appointment
) -> None:
    other = visit_in(world, minutes=10)
    promise_call(appointment=visit, by=CUSTOMER, now=other.starts_at + MINUTE)
    other.refresh_from_db()
    assert other.status == Status.CONFIRMED
    assert takes_time(visit)


def test_who_chooses_nothing_is_called_all_the_same(visit: Appointment) -> None:
    for minute in (5, 9):
        run_clock(now=at(visit, minute))
    assert call_owed(visit) is None
    due_at = at(visit, 25)
    run_clock(now=at(visit, 10))
    visit.refresh_from_db()
    assert call_of(visit).due_at == due_at
    assert visit.events.filter(actor="system", kind="became_callback").exists()


def test_who_left_no_number_is_not_called_by_itself(visit: Appointment) -> None:
    visit.customer.phone = ""
    visit.customer.save(update_fields=["phone"])
    for minute in (5, 10, 11):
        run_clock(now=at(visit, minute))
    with pytest.raises(PhoneNeeded):
        promise_call(appointment=visit, by=CUSTOMER, now=at(visit, 11))
    phone = "+33612345678"
    promise_call(appointment=visit, by=CUSTOMER, now=at(visit, 11), phone=phone)
    visit.customer.refresh_from_db()
    assert visit.customer.phone == phone


def test_nothing_is_promised_that_nobody_can_keep(
    world: World, visit: Appointment
) -> None:
    Posting.objects.filter(store=world.store).delete()
    with pytest.raises(NobodyAtWork):
        promise_call(appointment=visit, by=CUSTOMER, now=at(visit, 6))
    Offer.objects.filter(channel=Channel.CALLBACK).delete()
    with pytest.raises(SlotNotOffered):
        promise_call(appointment=visit, by=CUSTOMER, now=at(visit, 6))


def test_a_visit_that_goes_as_promised_owes_no_call(world: World) -> None:
    for visit in (visit_in(world, minutes=10), visit_in(world, minutes=-10)):
        with pytest.raises(TransitionRefused):
            promise_call(appointment=visit, by=CUSTOMER, now=at(visit, 2))
    mark_staff_came(appointment=visit, now=at(visit, 2))
    visit.refresh_from_db()
    with pytest.raises(TransitionRefused):
        promise_call(appointment=visit, by=CUSTOMER, now=at(visit, 8))


def test_a_call_keeps_the_promise_and_the_clock_breaks_it(
    world: World, visit: Appointment
) -> None:
    promise_call(appointment=visit, by=CUSTOMER, now=at(visit, 6))
    promise = call_of(visit)
    run_clock(now=promise.due_at)
    assert call_of(visit).broken_at == promise.due_at
    record_call_attempt(
        appointment=visit,
        result="no_answer",
        user=world.bob.user,
        now=promise.due_at + MINUTE,
    )
    assert call_owed(visit) is None
    promise.refresh_from_db()
    assert promise.kept_at == promise.due_at + MINUTE


def test_broken_it_may_be_asked_for_again(visit: Appointment) -> None:
    first = promise_call(appointment=visit, by=CUSTOMER, now=at(visit, 6))
    run_clock(now=first.due_at)
    again = promise_call(appointment=visit, by=CUSTOMER, now=first.due_at + MINUTE)
    assert again != first
    assert again.broken_at is None


def test_nobody_waits_for_the_call_of_what_is_over_or_elsewhere(
    world: World, visit: Appointment
) -> None:
    promise_call(appointment=visit, by=CUSTOMER, now=at(visit, 6))
    by, promise = Actor.staff(world.bob.user), call_of(visit)
    later = next_step(now_utc(), minutes=600)
    move_appointment(appointment=visit, by=by, now=at(visit, 8), starts_at=later)
    assert call_owed(visit) is None
    run_clock(now=promise.due_at)
    assert not Promise.objects.exists()


def test_cancelled_by_staff_it_is_not_owed(world: World, visit: Appointment) -> None:
    promise_call(appointment=visit, by=CUSTOMER, now=at(visit, 6))
    by = Actor.staff(world.bob.user)
    cancel_appointment(appointment=visit, by=by, now=at(visit, 8))
    assert call_owed(visit) is None


def test_no_call_is_our_miss_never_theirs(visit: Appointment) -> None:
    promise_call(appointment=visit, by=CUSTOMER, now=at(visit, 6))
    refuse_call(appointment=visit, now=at(visit, 7))
    visit.refresh_from_db()
    assert visit.status == Status.MISSED_BY_STAFF
    assert not takes_time(visit)
    assert not Promise.objects.exists()
    with pytest.raises(TransitionRefused):
        refuse_call(appointment=visit, now=at(visit, 8))


def test_a_page_of_before_asks_again(visit: Appointment) -> None:
    shown = Shown(sequence=visit.sequence + 1)
    with pytest.raises(StaleVersion):
        promise_call(appointment=visit, by=CUSTOMER, now=at(visit, 6), shown=shown)


def test_whom_we_keep_waiting_may_take_another_hour(visit: Appointment) -> None:
    later = next_step(now_utc(), minutes=600)
    move_appointment(appointment=visit, by=CUSTOMER, now=at(visit, 6), starts_at=later)
    visit.refresh_from_db()
    assert (visit.starts_at, visit.status) == (later, Status.CONFIRMED)
    assert visit.staff_came_at is None
