"""What was cancelled or moved meanwhile: not called about, nor opened to nobody."""

from __future__ import annotations

import pytest

from booking.errors import SlotNotOffered, StaleVersion, TransitionRefused, UndoExpired
from booking.models import Actor, Appointment, CallAttempt, EventKind
from booking.services.callbacks import record_call_attempt
from booking.services.cancelling import (
    cancel_appointment,
    reopen_appointment,
    undo_cancel,
)
from booking.services.rescheduling import move_appointment
from tests.booking.gone import GONE, HOUR, MINUTE, Wish, absent, absent_by_the_desk
from tests.cast import World, make_visit, next_step, now_utc

pytestmark = pytest.mark.django_db
CUSTOMER = Actor.customer()


@pytest.fixture
def wish(world: World) -> Wish:
    return Wish(world, next_step(now_utc(), minutes=120))


def test_a_call_about_what_was_cancelled_meanwhile_is_not_noted(wish: Wish) -> None:
    now, world = now_utc(), wish.world
    visit = make_visit(world, starts_at=wish.at, now=now, channel="callback")
    on_the_page = Appointment.objects.get()
    cancel_appointment(appointment=visit, by=CUSTOMER, now=now)
    with pytest.raises(TransitionRefused):
        record_call_attempt(
            appointment=on_the_page, result="no_answer", user=world.bob.user, now=now
        )
    assert not CallAttempt.objects.exists()


def test_a_call_about_an_hour_that_was_moved_meanwhile_is_not_noted(
    wish: Wish,
) -> None:
    now, world = now_utc(), wish.world
    visit = make_visit(world, starts_at=wish.at, now=now, channel="callback")
    on_the_page = Appointment.objects.get()
    move_appointment(appointment=visit, starts_at=wish.at + HOUR, by=CUSTOMER, now=now)
    with pytest.raises(StaleVersion):
        record_call_attempt(
            appointment=on_the_page, result="no_answer", user=world.bob.user, now=now
        )
    assert not CallAttempt.objects.exists()


def cancelled(wish: Wish) -> tuple[Appointment, Actor]:
    by = Actor.staff(wish.world.dora)
    visit = make_visit(wish.world, starts_at=wish.at, now=now_utc())
    cancel_appointment(appointment=visit, by=by, now=now_utc())
    return visit, by


@pytest.mark.parametrize(
    "gone", ["adviser away", "adviser off", "store closed", "adviser works elsewhere"]
)
def test_a_cancellation_is_not_taken_back_to_a_closed_door(
    wish: Wish, gone: str
) -> None:
    visit, by = cancelled(wish)
    GONE[gone](wish)
    with pytest.raises(SlotNotOffered):
        undo_cancel(appointment=visit, by=by, now=now_utc())
    with pytest.raises(SlotNotOffered):
        reopen_appointment(appointment=visit, by=by, now=now_utc() + 2 * MINUTE)
    assert Appointment.objects.get().status == "cancelled_by_store"


def test_an_absence_gives_up_what_was_kept_to_take_a_cancellation_back(
    wish: Wish,
) -> None:
    visit, by = cancelled(wish)
    absent_by_the_desk(wish)
    with pytest.raises(UndoExpired):
        undo_cancel(appointment=visit, by=by, now=now_utc())


def test_nor_to_an_hour_at_which_nobody_works_any_more(wish: Wish) -> None:
    visit, by = cancelled(wish)
    wish.world.bob.agenda.working_hours.all().delete()
    with pytest.raises(SlotNotOffered):
        undo_cancel(appointment=visit, by=by, now=now_utc())


@pytest.mark.parametrize(
    "gone", ["offer off", "topic off", "adviser forgot it, by the desk"]
)
def test_a_cancellation_is_taken_back_though_nobody_new_could_book(
    wish: Wish, gone: str
) -> None:
    visit, by = cancelled(wish)
    GONE[gone](wish)
    undo_cancel(appointment=visit, by=by, now=now_utc())
    assert Appointment.objects.get().status == "confirmed"


def test_a_visit_that_was_kept_in_an_absence_comes_back_to_it(wish: Wish) -> None:
    world, by = wish.world, Actor.staff(wish.world.dora)
    visit = make_visit(world, starts_at=wish.at, now=now_utc())
    absent(wish)
    visit.record(EventKind.KEPT, by=by, now=now_utc())
    cancel_appointment(appointment=visit, by=by, now=now_utc())
    undo_cancel(appointment=visit, by=by, now=now_utc())
    assert Appointment.objects.get().status == "confirmed"
