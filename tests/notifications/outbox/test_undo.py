"""Staff take back what they cancelled by mistake: the customer reads nothing of it."""

from __future__ import annotations

import pytest

from booking.models import Actor, Appointment
from booking.services.attendance import mark_missed
from booking.services.cancelling import (
    UNDO_TIME,
    cancel_appointment,
    reopen_appointment,
    undo_cancel,
)
from notifications.outbox.dispatch import sweep
from tests.cast import World, now_utc
from tests.notifications.bookings import DAY, HOUR, SECOND, book, due, on_the_grid
from tests.notifications.post_office import PostOffice

NOW = now_utc()
LATER = NOW + HOUR


@pytest.fixture
def visit(world: World) -> Appointment:
    return book(world, starts_at=on_the_grid(NOW + 3 * DAY), now=NOW)


def test_a_cancellation_that_is_undone_is_never_told(
    world: World, visit: Appointment, post_office: PostOffice
) -> None:
    staff = Actor.staff(world.bob.user)
    sweep(now=NOW)
    cancel_appointment(appointment=visit, by=staff, now=LATER)
    sweep(now=LATER + UNDO_TIME - 2 * SECOND)
    undo_cancel(appointment=visit, by=staff, now=LATER + UNDO_TIME - SECOND)
    sweep(now=LATER + 2 * UNDO_TIME)
    assert len(post_office.arrived) == 1
    assert set(due(visit)) == {"reminder_day", "reminder_soon"}
    sweep(now=visit.starts_at - HOUR)
    assert len(post_office.arrived) == 2


def test_a_cancellation_that_stays_is_told(
    world: World, visit: Appointment, post_office: PostOffice
) -> None:
    sweep(now=NOW)
    staff = Actor.staff(world.bob.user)
    cancel_appointment(appointment=visit, by=staff, now=LATER)
    assert not sweep(now=LATER + UNDO_TIME - SECOND).sent
    assert sweep(now=LATER + UNDO_TIME).sent == 1
    assert post_office.subjects[1] == "Nous devons annuler, désolés"


def test_an_undone_visit_whose_confirmation_had_not_left_is_confirmed(
    world: World, visit: Appointment, post_office: PostOffice
) -> None:
    staff = Actor.staff(world.bob.user)
    cancel_appointment(appointment=visit, by=staff, now=NOW + SECOND)
    undo_cancel(appointment=visit, by=staff, now=NOW + 2 * SECOND)
    sweep(now=NOW + 3 * SECOND)
    sweep(now=NOW + 2 * UNDO_TIME)
    assert len(post_office.arrived) == 1
    assert post_office.subjects[0].startswith("Rendez-vous vidéo")


def test_who_read_of_a_cancellation_reads_that_the_visit_stands(
    world: World, visit: Appointment, post_office: PostOffice
) -> None:
    staff = Actor.staff(world.bob.user)
    sweep(now=NOW)
    cancel_appointment(appointment=visit, by=staff, now=LATER)
    sweep(now=LATER + HOUR)
    reopen_appointment(appointment=visit, by=staff, now=LATER + 2 * HOUR)
    sweep(now=LATER + 2 * HOUR)
    assert len(post_office.arrived) == 3
    assert post_office.subjects[2] == post_office.subjects[0]


def test_a_visit_marked_missed_too_early_and_reopened_is_no_news(
    world: World, visit: Appointment, post_office: PostOffice
) -> None:
    staff = Actor.staff(world.bob.user)
    sweep(now=NOW)
    began = visit.starts_at + 60 * SECOND
    mark_missed(appointment=visit, by_staff=False, by=staff, now=began)
    reopen_appointment(appointment=visit, by=staff, now=began + SECOND)
    sweep(now=began + 2 * SECOND)
    assert len(post_office.arrived) == 1
