"""Changing hours while others book: nothing is missed, nobody waits in a circle."""

from __future__ import annotations

import datetime as dt

import pytest

from booking.models import Appointment
from booking.rota.absences import add_absence
from booking.rota.asked_absences import (
    approve_request,
    ask_absence,
    refuse_request,
    withdraw_request,
)
from booking.rota.closures import add_closure
from booking.rota.conflicts import AppointmentsAffected, Decision
from booking.services.booking import book_appointment
from booking.services.holding import hold_slot
from stores.models import Absence, AbsenceRequest, Closure
from tests.at_once import outcomes_at_once
from tests.booking.meanwhile import assert_nothing_is_taken_twice
from tests.cast import World, make_adviser, make_world, next_step, now_utc

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = dt.timedelta(hours=1)


def book(world: World, at: dt.datetime, visitor: str) -> Appointment:
    now = now_utc()
    held = hold_slot(
        store=world.store,
        topic=world.topic,
        channel="video",
        starts_at=at,
        visitor=visitor,
        network=visitor,
        now=now,
    )
    return book_appointment(
        hold=held, name="A", email=f"{held.pk.hex}@b.example", now=now
    )


@pytest.mark.parametrize("attempt", range(5))
def test_an_absence_and_a_booking_never_both_pass_unseen(attempt: int) -> None:
    world = make_world()
    at = next_step(now_utc(), minutes=180)

    def be_away() -> object:
        return add_absence(
            agenda=world.bob.agenda,
            starts_at=at,
            ends_at=at + HOUR,
            reason="sickness",
            user=world.dora,
            now=now_utc(),
        )

    outcomes_at_once(be_away, lambda: book(world, at, "v"))
    booked = Appointment.objects.filter(starts_at=at, status="confirmed").exists()
    assert booked != Absence.objects.exists()


def test_moving_away_while_others_book_the_same_pool() -> None:
    """The change locks the whole pool at once, in the order in which bookings do."""
    world = make_world()
    for name in ("Ann", "Ben"):
        make_adviser(world.store, name, topics=[world.topic])
    at = next_step(now_utc(), minutes=24 * 60)
    visits = [book(world, at + n * HOUR, f"v{n}") for n in range(6)]
    day = at.astimezone(world.store.zone).date()

    def close() -> object:
        return add_closure(
            brand=world.brand,
            store=world.store,
            first_day=day,
            last_day=day + dt.timedelta(days=1),
            reason={},
            user=world.dora,
            now=now_utc(),
            decisions=[
                Decision.from_code(
                    visit.pk,
                    f"move:{(visit.starts_at + dt.timedelta(days=4)).isoformat()}",
                )
                for visit in visits
            ],
        )

    later = at + dt.timedelta(days=4)
    answers = outcomes_at_once(
        close,
        *(
            lambda n=n: book(world, later + n * HOUR / 2, f"other {n}")
            for n in range(5)
        ),
    )
    assert set(answers) <= {"done", "slot_taken", AppointmentsAffected.code}
    if answers[0] == "done":
        assert Closure.objects.exists()
        assert not Appointment.objects.filter(starts_at__lt=later - HOUR).exists()
    assert_nothing_is_taken_twice()


def asked_for(world: World, at: dt.datetime) -> AbsenceRequest:
    return ask_absence(
        agenda=world.bob.agenda,
        zone=world.store.zone,
        starts_at=at,
        ends_at=at + HOUR,
        reason="holiday",
        note="",
        now=now_utc(),
    )


@pytest.mark.parametrize("attempt", range(5))
def test_an_approval_and_a_withdrawal_never_both_pass(attempt: int) -> None:
    world = make_world()
    asked = asked_for(world, next_step(now_utc(), minutes=48 * 60))
    outcomes = outcomes_at_once(
        lambda: approve_request(asked=asked, user=world.dora, now=now_utc()),
        lambda: withdraw_request(asked=asked),
    )
    state = AbsenceRequest.objects.get(pk=asked.pk).state
    assert (state, outcomes) in [
        ("approved", ["done", "request_answered"]),
        ("withdrawn", ["request_withdrawn", "done"]),
    ]
    assert Absence.objects.exists() == (state == "approved")


def test_two_answers_at_once_are_one() -> None:
    world = make_world()
    asked = asked_for(world, next_step(now_utc(), minutes=48 * 60))

    def approve() -> object:
        return approve_request(asked=asked, user=world.dora, now=now_utc())

    def refuse() -> None:
        refuse_request(asked=asked, answer="No", user=world.dora, now=now_utc())

    outcomes = outcomes_at_once(approve, approve, refuse)
    assert sorted(outcomes) == ["done", "request_answered", "request_answered"]
    approved = AbsenceRequest.objects.get(pk=asked.pk).state == "approved"
    assert Absence.objects.count() == approved


def test_one_time_is_asked_for_once_by_two_taps() -> None:
    world = make_world()
    at = next_step(now_utc(), minutes=48 * 60)
    outcomes = outcomes_at_once(*(lambda: asked_for(world, at) for _ in range(3)))
    assert sorted(outcomes) == ["asking_refused", "asking_refused", "done"]
