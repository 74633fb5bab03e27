from __future__ import annotations

import datetime as dt
import threading
from itertools import cycle, islice

import pytest
from django.db import connection
from django.db.models import F

from booking.models import Actor, Appointment, AppointmentEvent
from booking.services.attendance import mark_missed, record_arrival
from booking.services.callbacks import turn_into_callback
from booking.services.cancelling import UNDO_TIME, cancel_appointment
from notifications.models import Delivery
from notifications.outbox.planner import plan_next
from stores.models import Agenda
from tests.cast import World, now_utc
from tests.notifications.bookings import DAY, HOUR, book, due, on_the_grid, plan_all

CUSTOMER = Actor.customer()


def unrelayed() -> int:
    return AppointmentEvent.objects.all_brands().unrelayed().count()


def test_a_booking_is_planned_once_and_its_event_relayed(world: World) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    assert plan_all(now) == 1
    assert set(due(visit)) == {"confirmed", "reminder_day", "reminder_soon"}
    assert unrelayed() == 0
    assert plan_all(now) == 0


def test_a_passed_reminder_is_not_planned(world: World) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 2 * HOUR), now=now)
    plan_all(now)
    assert set(due(visit)) == {"confirmed", "reminder_soon"}


def test_planning_late_plans_what_planning_at_once_would_have(world: World) -> None:
    booked_at = now_utc() - 2 * HOUR
    visit = book(world, starts_at=on_the_grid(booked_at + 3 * HOUR), now=booked_at)
    plan_all(now_utc() + 3 * HOUR)
    assert set(due(visit)) == {"confirmed", "reminder_soon"}
    assert due(visit)["confirmed"] == booked_at


def test_a_cancellation_voids_what_was_due_and_is_told(world: World) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    plan_all(now)
    cancel_appointment(appointment=visit, by=CUSTOMER, now=now + HOUR)
    plan_all(now + HOUR)
    assert due(visit) == {"cancelled": now + HOUR}
    void = visit.deliveries.filter(state=Delivery.State.VOID)
    assert {row.problem for row in void} == {"not_wanted"}
    assert void.count() == 3


def test_an_arrival_leaves_the_news_and_voids_the_reminders(world: World) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 2 * HOUR), now=now)
    plan_all(now)
    record_arrival(appointment=visit, by=CUSTOMER, now=now + HOUR)
    plan_all(now + HOUR)
    assert set(due(visit)) == {"confirmed"}


def test_a_missed_visit_that_becomes_a_callback_is_told_again(world: World) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + HOUR), now=now)
    plan_all(now)
    later = now + 2 * HOUR
    mark_missed(appointment=visit, by_staff=False, by=Actor.system(), now=later)
    plan_all(later)
    assert due(visit) == {"missed": later + UNDO_TIME}
    visit = turn_into_callback(appointment=visit, by=CUSTOMER, now=later)
    plan_all(later)
    assert due(visit)["changed"] == later
    assert "missed" not in due(visit)


def test_without_an_address_nothing_is_planned(world: World) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now, email="")
    assert plan_all(now) == 1
    assert visit.deliveries.count() == 0
    assert unrelayed() == 0


def test_a_sent_message_is_neither_voided_nor_planned_again(world: World) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 2 * HOUR), now=now)
    plan_all(now)
    visit.deliveries.filter(kind="confirmed").update(state=Delivery.State.SENT)
    record_arrival(appointment=visit, by=CUSTOMER, now=now)
    plan_all(now)
    assert visit.deliveries.get(kind="confirmed").state == Delivery.State.SENT


def test_what_is_wanted_again_is_due_again(world: World) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 2 * HOUR), now=now)
    plan_all(now)
    row = visit.deliveries.get(kind="reminder_soon")
    visit.deliveries.filter(pk=row.pk).update(
        state=Delivery.State.VOID, problem="not_wanted"
    )
    visit.events.update(relayed_at=None)
    plan_all(now)
    row.refresh_from_db()
    assert (row.state, row.problem) == (Delivery.State.DUE, "")


HISTORY = ("book", "arrive", "miss", "callback", "cancel")


def live_through(
    world: World, step: str, visit: Appointment | None, now: dt.datetime
) -> Appointment:
    if visit is None:
        return book(world, starts_at=on_the_grid(now + 3 * HOUR), now=now)
    visit.refresh_from_db()
    if step == "arrive":
        record_arrival(appointment=visit, by=CUSTOMER, now=now)
    elif step == "miss":
        mark_missed(appointment=visit, by_staff=True, by=CUSTOMER, now=now)
    elif step == "callback":
        return turn_into_callback(appointment=visit, by=CUSTOMER, now=now)
    else:
        cancel_appointment(appointment=visit, by=CUSTOMER, now=now)
    return visit


def give_back(visit: Appointment) -> None:
    """So that the next history finds the same free time."""
    visit.occupancies.all().delete()
    Agenda.objects.all_brands().update(version=F("version") + 1)


@pytest.mark.parametrize("length", range(2, len(HISTORY) + 1))
def test_when_and_how_often_one_plans_does_not_matter(
    world: World, length: int
) -> None:
    now = now_utc()
    seen = set()
    for pattern in ((0,), (1,), (0, 2), (2, 0)):
        times = islice(cycle(pattern), length - 1)
        visit: Appointment | None = None
        for step, planned in zip(HISTORY[:length], (*times, 1), strict=True):
            visit = live_through(world, step, visit, now)
            for _ in range(planned):
                visit.events.update(relayed_at=None)  # as if told twice
                plan_all(now)
        assert visit is not None
        seen.add(frozenset((kind, visit.sequence) for kind in due(visit)))
        give_back(visit)
    assert len(seen) == 1, seen


@pytest.mark.django_db(transaction=True)
def test_a_locked_appointment_is_left_to_its_planner(world: World) -> None:
    now = now_utc()
    book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    locked, done = threading.Event(), threading.Event()
    answers = []

    def second_planner() -> None:
        locked.wait(10)
        answers.append(plan_next(now=now))
        connection.close()
        done.set()

    other = threading.Thread(target=second_planner)
    other.start()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT id FROM booking_appointment FOR NO KEY UPDATE")
        locked.set()
        assert done.wait(10)
        cursor.execute("ROLLBACK")
    other.join()
    assert answers == [False]
    assert plan_next(now=now)
