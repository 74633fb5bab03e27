"""Of which visits a lost link is sent again: those to come, booked a minute ago or long
since, and those of the last fortnight."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from booking.links import issue_link, permanent_url
from booking.lost.links import FOUND_FOR, visits_to_send
from booking.models import Appointment
from booking.states import CANCELLED, Status
from notifications.models import Delivery
from notifications.outbox.dispatch import sweep
from tests.booking.customers import path_of, visit_in
from tests.cast import World, make_visit, now_utc
from tests.notifications.post_office import PostOffice, part_of

pytestmark = pytest.mark.django_db
EMAIL = "alice@customer.example"
MINUTE = dt.timedelta(minutes=1)


def over(world: World, *, ago: dt.timedelta, status: str) -> Appointment:
    """A visit that ended so long ago, with its link."""
    now = now_utc()
    start = (now - ago - 20 * MINUTE).replace(second=0, microsecond=0)
    start -= start.minute % 5 * MINUTE
    made = make_visit(world, starts_at=start, now=now, status=status)
    issue_link(made, now=now)
    return made


def found(world: World, *, now: dt.datetime | None = None) -> list[Appointment]:
    return visits_to_send(
        brand=world.brand, email=EMAIL, phones=[], network="net", now=now or now_utc()
    )


def test_a_visit_booked_this_minute_is_found(world: World) -> None:
    visit = visit_in(world, minutes=30)
    assert found(world) == [visit]


@pytest.mark.parametrize(
    "status",
    [
        Status.CONFIRMED,
        Status.IN_PROGRESS,
        Status.DONE,
        Status.MISSED_BY_STAFF,
        Status.MISSED_BY_CUSTOMER,
    ],
)
def test_a_visit_that_has_just_ended_is_found(world: World, status: str) -> None:
    visit = over(world, ago=2 * MINUTE, status=status)
    assert found(world) == [visit]


@pytest.mark.parametrize("status", sorted(CANCELLED))
def test_what_was_called_off_is_not(world: World, status: str) -> None:
    visit_in(world, minutes=60, status=status)
    assert found(world) == []


def test_after_a_fortnight_it_is_not(world: World) -> None:
    visit = over(world, ago=2 * MINUTE, status=Status.DONE)
    assert found(world, now=visit.ends_at + FOUND_FOR - MINUTE) == [visit]
    assert found(world, now=visit.ends_at + FOUND_FOR) == []


def test_those_to_come_are_first_then_the_latest(world: World) -> None:
    older = over(world, ago=180 * MINUTE, status=Status.DONE)
    just = over(world, ago=60 * MINUTE, status=Status.DONE)
    later, soon = visit_in(world, minutes=240), visit_in(world, minutes=120)
    assert found(world) == [soon, later, just, older]


def test_the_mail_of_a_visit_that_is_over_leaves(
    world: World, post_office: PostOffice
) -> None:
    visit = over(world, ago=5 * MINUTE, status=Status.DONE)
    other = over(world, ago=90 * MINUTE, status=Status.DONE)
    Client().post("/tilleul/appointments/", {"who": EMAIL})
    Delivery.objects.exclude(kind="link").update(state="void")
    sweep(now=now_utc())
    [mail] = post_office.arrived
    for part in ("plain", "html"):
        assert path_of(permanent_url(visit)) in part_of(mail, part)
        assert path_of(permanent_url(other)) in part_of(mail, part)
    assert "Votre lien" in str(mail["Subject"])
