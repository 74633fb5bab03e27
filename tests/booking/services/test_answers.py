"""What was only asked for: yes, no, or no answer in time; each leaves the state."""

from __future__ import annotations

import datetime as dt

import pytest

from booking.errors import StaleVersion, TooLateToConfirm, TransitionRefused
from booking.models import Actor, Appointment
from booking.models.promise import answer_due, last_moment
from booking.promises.clock import run_clock
from booking.services.answers import answer_owed, confirm_request, decline_request
from booking.services.booking import book_appointment
from booking.services.cancelling import cancel_appointment
from booking.services.holding import hold_slot
from stores.models import Channel, Offer
from tests.booking.asking import (
    DAY,
    HOUR,
    MINUTE,
    ask,
    kinds,
    promise_of,
    staff,
    takes_time,
)
from tests.cast import World, next_step


def test_what_is_asked_for_is_promised_an_answer_by_half_of_the_notice(
    world: World, now: dt.datetime
) -> None:
    visit = ask(world, now)
    promise = promise_of(visit)
    assert promise.told_at == now
    assert promise.due_at == now + (visit.starts_at - now) / 2
    assert promise.owner == visit.staff_member
    assert promise.brand == visit.brand
    assert promise.kept_at is None
    assert promise.broken_at is None


def test_what_is_booked_at_once_is_promised_nothing(
    world: World, now: dt.datetime
) -> None:
    visit = ask(world, now)
    Offer.objects.update(needs_approval=False)
    hold = hold_slot(
        store=world.store,
        topic=world.topic,
        channel=Channel.VIDEO,
        starts_at=next_step(now, minutes=600),
        visitor="v",
        network="n",
        now=now,
    )
    booked = book_appointment(hold=hold, name="A", email="a@x.example", now=now)
    assert booked.status == "confirmed"
    assert answer_owed(booked) is None
    assert answer_owed(visit) is not None


@pytest.mark.parametrize("notice", [MINUTE, 7 * MINUTE, HOUR, 8 * HOUR, DAY, 40 * DAY])
def test_the_answer_is_due_before_the_last_moment_and_that_before_the_visit(
    now: dt.datetime, notice: dt.timedelta
) -> None:
    start = now + notice
    due, last = answer_due(now, start), last_moment(now, start)
    assert now < due <= last < start
    assert last >= start - DAY
    if notice >= 10 * MINUTE:
        assert due == now + notice / 2


def test_confirmed_it_stands_and_the_promise_is_kept(
    world: World, now: dt.datetime
) -> None:
    visit = ask(world, now)
    confirm_request(appointment=visit, by=staff(world), now=now + HOUR)
    visit.refresh_from_db()
    assert visit.status == "confirmed"
    assert visit.sequence == 1
    assert takes_time(visit)
    assert promise_of(visit).kept_at == now + HOUR
    assert kinds(visit) == ["booked", "confirmed"]


def test_declined_it_gives_its_time_back_and_keeps_the_stores_words(
    world: World, now: dt.datetime
) -> None:
    visit = ask(world, now)
    decline_request(
        appointment=visit, by=staff(world), now=now + HOUR, answer="Bob is away."
    )
    visit.refresh_from_db()
    assert visit.status == "declined"
    assert visit.answer == "Bob is away."
    assert not takes_time(visit)
    assert promise_of(visit).kept_at == now + HOUR


def test_only_what_is_asked_for_is_answered(world: World, now: dt.datetime) -> None:
    visit = ask(world, now)
    confirm_request(appointment=visit, by=staff(world), now=now)
    _is_not_answered(visit, world, now)
    cancel_appointment(appointment=visit, by=Actor.customer(), now=now)
    _is_not_answered(visit, world, now)


def _is_not_answered(visit: Appointment, world: World, now: dt.datetime) -> None:
    with pytest.raises(TransitionRefused):
        confirm_request(appointment=visit, by=staff(world), now=now)
    with pytest.raises(TransitionRefused):
        decline_request(appointment=visit, by=staff(world), now=now)


def test_of_two_answers_the_first_counts(world: World, now: dt.datetime) -> None:
    visit = ask(world, now)
    slower = Appointment.objects.get(pk=visit.pk)
    confirm_request(appointment=visit, by=staff(world), now=now)
    with pytest.raises(StaleVersion):
        decline_request(appointment=slower, by=staff(world), now=now)
    visit.refresh_from_db()
    assert visit.status == "confirmed"
    assert takes_time(visit)


def test_an_hour_that_has_come_is_not_confirmed(world: World, now: dt.datetime) -> None:
    visit = ask(world, now, minutes=30)
    with pytest.raises(TooLateToConfirm):
        confirm_request(appointment=visit, by=staff(world), now=visit.starts_at)


def test_unanswered_by_half_of_the_notice_the_promise_is_broken_once(
    world: World, now: dt.datetime
) -> None:
    visit = ask(world, now)
    due = promise_of(visit).due_at
    assert run_clock(now=due - MINUTE) == 0
    assert run_clock(now=due) == 1
    assert run_clock(now=due + MINUTE) == 0
    assert promise_of(visit).broken_at == due
    visit.refresh_from_db()
    assert visit.status == "requested"
    assert kinds(visit) == ["booked", "answer_late"]
    confirm_request(appointment=visit, by=staff(world), now=due + MINUTE)
    assert promise_of(visit).broken_at == due
    assert promise_of(visit).kept_at == due + MINUTE


def test_never_answered_it_ends_by_itself_before_the_visit(
    world: World, now: dt.datetime
) -> None:
    visit = ask(world, now)
    last = last_moment(now, visit.starts_at)
    run_clock(now=last - MINUTE)
    visit.refresh_from_db()
    assert visit.status == "requested"
    assert run_clock(now=last) == 1
    visit.refresh_from_db()
    assert visit.status == "declined"
    assert not takes_time(visit)
    assert promise_of(visit).broken_at is not None
    assert promise_of(visit).kept_at is None
    assert run_clock(now=last + HOUR) == 0


def test_a_clock_that_stood_still_ends_it_all_the_same(
    world: World, now: dt.datetime
) -> None:
    visit = ask(world, now)
    run_clock(now=visit.ends_at + DAY)
    visit.refresh_from_db()
    assert visit.status == "declined"
    assert kinds(visit) == ["booked", "answer_late", "declined"]
