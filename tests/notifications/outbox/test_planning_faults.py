"""A visit that cannot be planned keeps no other from being planned."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment
from notifications.models import Delivery, PlanningFault
from notifications.outbox.dispatch import sweep
from notifications.outbox.planner import plan_many
from tests.cast import ALICE, World, now_utc
from tests.notifications.bookings import DAY, HOUR, book, due, on_the_grid, plan_all
from tests.notifications.post_office import PostOffice

SECOND = dt.timedelta(seconds=1)
NOWHERE = "Mars/Olympus_Mons"


def three_visits(world: World, now: dt.datetime) -> list[Appointment]:
    first = on_the_grid(now + 3 * DAY)
    return [book(world, starts_at=first + n * HOUR, now=now) for n in range(3)]


def move_to(zone: str, visit: Appointment) -> None:
    Appointment.objects.filter(pk=visit.pk).update(time_zone=zone)


def end_its_rest() -> None:
    PlanningFault.objects.update(next_at=now_utc() - SECOND)


def test_the_others_are_planned_and_it_is_said(
    world: World, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    now = now_utc()
    poisoned, *others = three_visits(world, now)
    move_to(NOWHERE, poisoned)
    assert plan_all(now) == 3
    assert all(len(due(visit)) == 3 for visit in others)
    assert due(poisoned) == {}
    assert poisoned.events.unrelayed().count() == 1, "nothing is lost"
    fault = PlanningFault.objects.get()
    assert (fault.appointment_id, fault.tries) == (poisoned.pk, 1)
    assert fault.code == "fault_ZoneInfoNotFoundError"
    [said] = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert str(poisoned.pk) in said
    assert fault.code in said
    assert not any(part in said for part in (*ALICE.values(), NOWHERE))
    assert "visavis_visits_unplannable 1" in client.get("/metrics").text


def test_it_rests_is_tried_again_and_is_planned_once_mended(world: World) -> None:
    now = now_utc()
    visit = three_visits(world, now)[0]
    move_to(NOWHERE, visit)
    plan_all(now)
    assert plan_many(now=now) == 0, "it rests"
    end_its_rest()
    assert plan_many(now=now) == 1
    fault = PlanningFault.objects.get()
    assert fault.tries == 2
    assert fault.next_at > now_utc() + 4 * 60 * SECOND, "later and later"
    move_to("Europe/Paris", visit)
    end_its_rest()
    assert plan_many(now=now) == 1
    assert len(due(visit)) == 3
    assert not PlanningFault.objects.exists()
    assert not visit.events.unrelayed().exists()


def test_a_message_that_cannot_be_judged_holds_up_no_other(
    world: World, post_office: PostOffice
) -> None:
    now = now_utc()
    poisoned, *others = three_visits(world, now)
    plan_all(now)
    move_to(NOWHERE, poisoned)
    done = sweep(now=now)
    assert (done.sent, done.retry) == (len(others), 1)
    row = poisoned.deliveries.get(kind="confirmed")
    assert (row.state, row.problem) == (
        Delivery.State.DUE,
        "fault_ZoneInfoNotFoundError",
    )


def test_eight_are_planned_in_as_many_statements_as_two(world: World) -> None:
    now = now_utc()
    counts = []
    for batch in range(2):
        for n in range(2 + 6 * batch):
            start = on_the_grid(now + (2 + 10 * batch + n) * DAY)
            book(world, starts_at=start, now=now)
        with CaptureQueriesContext(connection) as queries:
            assert plan_many(now=now) == 2 + 6 * batch
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15
