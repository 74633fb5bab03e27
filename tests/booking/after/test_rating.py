"""How the visit was: one row, the last tap counts, and a bad one earns one talk."""

from __future__ import annotations

import datetime as dt

import pytest

from booking.after.rating import RATED_FOR, rate_visit, rating_of
from booking.after.recovery import (
    Result,
    choose_way,
    note_result,
    recoveries_of_store,
    recovery_of,
)
from booking.errors import (
    ContactNeeded,
    PhoneNeeded,
    RatingClosed,
    SlotNotOffered,
    StaleVersion,
    TransitionRefused,
)
from booking.models import Actor, Appointment, VisitRating
from booking.promises.clock import run_clock
from booking.services.cancelling import reopen_appointment
from booking.shown import Shown
from stores.erasing import erase_due
from tests.booking.after.visits import DAY, HOUR, events_of, owed, visit_done
from tests.cast import World


@pytest.fixture
def done(world: World, now: dt.datetime) -> Appointment:
    return visit_done(world, now)


def test_each_part_is_kept_when_another_is_said(
    done: Appointment, now: dt.datetime
) -> None:
    rate_visit(appointment=done, score=4, now=now)
    rate_visit(appointment=done, resolved=True, now=now)
    rate_visit(appointment=done, words="Merci", place="room", now=now)
    rate_visit(appointment=done, score=5, now=now + HOUR)
    rating = VisitRating.objects.get()
    assert (rating.score, rating.resolved, rating.words) == (5, True, "Merci")
    assert rating.rated_at == now + HOUR
    assert owed(done) == []
    assert events_of(done) == []


@pytest.mark.parametrize("bad", [{"score": 1}, {"score": 2}, {"resolved": False}])
def test_a_bad_one_is_owed_a_talk_by_the_noon_of_the_next_day(
    done: Appointment, now: dt.datetime, bad: dict[str, int]
) -> None:
    rate_visit(appointment=done, now=now, **bad)  # type: ignore[arg-type]
    (promise,) = owed(done)
    local = promise.due_at.astimezone(done.zone)
    assert local.date() == now.astimezone(done.zone).date() + DAY
    assert local.time() == dt.time(12)
    assert promise.owner == done.staff_member
    assert promise.told_at == now
    assert events_of(done) == ["recovery_promised"]


def test_two_taps_owe_one_talk_and_a_good_one_ends_it(
    done: Appointment, now: dt.datetime
) -> None:
    rate_visit(appointment=done, score=1, now=now)
    rate_visit(appointment=done, score=2, now=now)
    assert len(owed(done)) == 1
    rate_visit(appointment=done, resolved=False, now=now)
    rate_visit(appointment=done, score=4, now=now)
    assert len(owed(done)) == 1, "it is not settled yet"
    rate_visit(appointment=done, resolved=True, now=now)
    assert owed(done) == []


@pytest.mark.parametrize("status", ["confirmed", "in_progress", "missed_by_customer"])
def test_what_is_not_over_is_not_rated(
    world: World, now: dt.datetime, status: str
) -> None:
    visit = visit_done(world, now, status=status)
    with pytest.raises(RatingClosed):
        rate_visit(appointment=visit, score=3, now=now)
    assert rating_of(visit) is None


def test_a_week_after_the_visit_it_stands_as_it_was(
    done: Appointment, now: dt.datetime
) -> None:
    end = done.ends_at + RATED_FOR
    rate_visit(appointment=done, score=3, now=end - dt.timedelta(seconds=1))
    with pytest.raises(RatingClosed):
        rate_visit(appointment=done, score=1, now=end)
    found = rating_of(done)
    assert found is not None
    assert found.score == 3


def test_a_visit_that_stands_again_is_neither_rated_nor_owed_for(
    world: World, now: dt.datetime
) -> None:
    visit = visit_done(world, now, ago=dt.timedelta(minutes=1))
    seen = Shown(sequence=visit.sequence, status=visit.status)
    rate_visit(appointment=visit, score=1, words="Trop court", now=now)
    by = Actor.staff(world.bob.user)
    reopen_appointment(appointment=visit, by=by, now=now)
    assert owed(visit) == []
    with pytest.raises(StaleVersion):
        rate_visit(appointment=visit, score=5, shown=seen, now=now)
    found = rating_of(visit)
    assert found is not None
    assert found.words == "Trop court"


def test_the_customer_chooses_how_it_is_made_good(
    done: Appointment, now: dt.datetime
) -> None:
    rate_visit(appointment=done, score=1, now=now)
    (promise,) = owed(done)
    later = promise.due_at + 6 * HOUR
    choose_way(appointment=done, way="call", due_at=later, now=now)
    choose_way(appointment=done, way="write", now=now)
    found = recovery_of(done)
    assert found is not None
    assert found.promise.due_at == later
    assert found.rating.way == "write"
    choose_way(appointment=done, way="none", now=now)
    assert recovery_of(done) is None
    rate_visit(appointment=done, score=2, now=now)
    assert owed(done) == [], "they do not want it"
    choose_way(appointment=done, way="call", now=now)
    assert len(owed(done)) == 1


def test_a_moment_that_was_not_offered_moves_nothing(
    done: Appointment, now: dt.datetime
) -> None:
    rate_visit(appointment=done, score=1, now=now)
    (promise,) = owed(done)
    with pytest.raises(SlotNotOffered):
        choose_way(appointment=done, way="call", due_at=now + 300 * DAY, now=now)
    assert owed(done)[0].due_at == promise.due_at


def test_who_left_no_number_writes_it_there_and_no_mail_is_promised_without_one(
    done: Appointment, now: dt.datetime
) -> None:
    done.customer.phone = ""
    done.customer.save()
    rate_visit(appointment=done, score=1, now=now)
    with pytest.raises(PhoneNeeded):
        choose_way(appointment=done, way="call", now=now)
    choose_way(appointment=done, way="call", phone="+33639980009", now=now)
    done.customer.refresh_from_db()
    assert done.customer.phone == "+33639980009"
    done.customer.email = ""
    done.customer.save()
    with pytest.raises(ContactNeeded):
        choose_way(appointment=done, way="write", now=now)


def test_what_is_not_bad_has_nothing_to_choose(
    done: Appointment, now: dt.datetime
) -> None:
    with pytest.raises(TransitionRefused):
        choose_way(appointment=done, way="none", now=now)
    rate_visit(appointment=done, score=3, now=now)
    with pytest.raises(TransitionRefused):
        choose_way(appointment=done, way="call", now=now)


def test_a_talk_that_was_had_is_kept_and_never_owed_again(
    done: Appointment, now: dt.datetime
) -> None:
    rate_visit(appointment=done, score=1, now=now)
    note_result(appointment=done, result=Result.NO_ANSWER, tries=0, now=now)
    with pytest.raises(StaleVersion):
        note_result(appointment=done, result=Result.NO_ANSWER, tries=0, now=now)
    note_result(appointment=done, result=Result.NO_ANSWER, tries=1, now=now + HOUR)
    found = recovery_of(done)
    assert found is not None
    assert (found.rating.tries, found.rating.tried_at) == (2, now + HOUR)
    note_result(appointment=done, result=Result.REACHED, tries=2, now=now + 2 * HOUR)
    assert owed(done)[0].kept_at == now + 2 * HOUR
    with pytest.raises(TransitionRefused):
        note_result(appointment=done, result=Result.SETTLED, tries=2, now=now)
    rate_visit(appointment=done, score=2, now=now + 3 * HOUR)
    assert len(owed(done)) == 1
    assert recovery_of(done) is None


def test_a_promise_that_time_ran_out_on_is_broken_once_and_stays_on_the_list(
    world: World, done: Appointment, now: dt.datetime
) -> None:
    rate_visit(appointment=done, score=1, now=now)
    (promise,) = owed(done)
    late = promise.due_at + dt.timedelta(seconds=1)
    assert run_clock(now=late) == 1
    assert run_clock(now=late) == 0
    assert events_of(done) == ["recovery_promised", "recovery_late"]
    (row,) = recoveries_of_store(store=world.store, staff_member=None, now=late)
    assert row.is_late
    choose_way(appointment=done, way="call", due_at=promise.due_at + DAY, now=late)
    broken, again = owed(done)
    assert broken.broken_at == late
    assert again.due_at == promise.due_at + DAY
    (row,) = recoveries_of_store(store=world.store, staff_member=None, now=late)
    assert row.promise == again
    assert not row.is_late


def test_another_store_does_not_see_it_but_its_adviser_does(
    world: World, done: Appointment, now: dt.datetime
) -> None:
    rate_visit(appointment=done, score=1, now=now)

    def seen(store: object, member: object = None) -> int:
        return len(
            recoveries_of_store(store=store, staff_member=member, now=now)  # type: ignore[arg-type]
        )

    assert seen(world.store) == 1
    assert seen(world.other_store) == 0
    assert seen(world.other_store, world.bob.staff_member) == 1


def test_the_words_go_with_the_question_of_the_visit(
    done: Appointment, now: dt.datetime
) -> None:
    rate_visit(appointment=done, score=4, words="Marked words", now=now)
    erase_due(now=now + 31 * DAY)
    rating = VisitRating.objects.get()
    assert (rating.score, rating.words) == (4, "")
