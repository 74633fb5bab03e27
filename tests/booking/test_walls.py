"""What the tables of floor 2 refuse, whoever writes to them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from booking.models import (
    AccessLink,
    Actor,
    Appointment,
    AppointmentEvent,
    Customer,
    EventKind,
    Hold,
    Occupancy,
)
from booking.states import Status
from tests.cast import World, make_customer, make_visit, next_step, now_utc
from tests.walls import refused_by

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


def make_hold(world: World, starts_at: dt.datetime, visitor: str = "a") -> Hold:
    return Hold.objects.create(
        brand=world.brand,
        store=world.store,
        topic=world.topic,
        offer=world.offers["video"],
        staff_member=world.bob.staff_member,
        channel="video",
        starts_at=starts_at,
        ends_at=starts_at + 20 * MINUTE,
        expires_at=now_utc() + 10 * MINUTE,
        visitor=visitor,
        network="n",
    )


def occupy(
    world: World, owner: Hold | Appointment, start: dt.datetime, **facts: Any
) -> Occupancy:
    """20 minutes of Bob's agenda from `start`, for a hold or an appointment."""
    name = "hold" if isinstance(owner, Hold) else "appointment"
    row = {
        "brand": world.brand,
        "agenda": world.bob.agenda,
        name: owner,
        "starts_at": start,
        "ends_at": start + 20 * MINUTE,
    }
    return Occupancy.objects.create(**row | facts)


@pytest.mark.parametrize("shift", [-19, -1, 0, 1, 19])
def test_an_agenda_is_never_taken_twice(world: World, shift: int) -> None:
    start = next_step(now_utc())
    make_visit(world, starts_at=start, now=now_utc())
    hold = make_hold(world, start)
    with refused_by("occupancy_no_overlap"):
        occupy(world, hold, start + shift * MINUTE)


@pytest.mark.parametrize(("before", "after"), [(-1, 21), (5, 15), (0, 21), (-1, 20)])
def test_an_overlap_of_another_length_is_refused_too(
    world: World, before: int, after: int
) -> None:
    start = next_step(now_utc())
    make_visit(world, starts_at=start, now=now_utc())
    hold = make_hold(world, start)
    with refused_by("occupancy_no_overlap"):
        occupy(world, hold, start + before * MINUTE, ends_at=start + after * MINUTE)


def test_times_that_touch_do_not_overlap(world: World) -> None:
    start = next_step(now_utc())
    visit = make_visit(world, starts_at=start, now=now_utc())
    occupy(world, visit, start + 20 * MINUTE)
    occupy(world, visit, start - 20 * MINUTE)


def test_another_agenda_is_free_at_that_time(world: World) -> None:
    start = next_step(now_utc())
    make_visit(world, starts_at=start, now=now_utc())
    make_visit(world, starts_at=start, now=now_utc(), adviser=world.charlie)


def test_time_given_back_can_be_taken_again(world: World) -> None:
    start = next_step(now_utc())
    visit = make_visit(world, starts_at=start, now=now_utc())
    visit.occupancies.update(active=False)
    occupy(world, make_hold(world, start), start)
    with refused_by("occupancy_no_overlap"):
        visit.occupancies.update(active=True)


def test_an_overlap_that_staff_wanted_passes(world: World) -> None:
    start = next_step(now_utc())
    visit = make_visit(world, starts_at=start, now=now_utc())
    occupy(world, visit, start, overlap_allowed=True)


@pytest.mark.parametrize("minutes", [0, -5])
def test_occupied_time_is_never_empty(world: World, minutes: int) -> None:
    start = next_step(now_utc())
    hold = make_hold(world, start)
    # Backwards, PostgreSQL refuses to build the range before any constraint is asked.
    reason = "occupancy_not_empty" if minutes == 0 else "range lower bound"
    with pytest.raises(Exception, match=reason):
        occupy(world, hold, start, ends_at=start + minutes * MINUTE)


def test_occupied_time_belongs_to_one_owner(world: World) -> None:
    start = next_step(now_utc())
    visit = make_visit(world, starts_at=start, now=now_utc())
    hold = make_hold(world, start)
    with refused_by("occupancy_of_one_owner"):
        occupy(world, hold, start + 40 * MINUTE, appointment=visit)
    with refused_by("occupancy_of_one_owner"):
        occupy(world, hold, start + 40 * MINUTE, hold=None)


def test_a_visitor_holds_one_time(world: World) -> None:
    start = next_step(now_utc())
    make_hold(world, start)
    make_hold(world, start, visitor="b")
    with refused_by("hold_one_per_visitor"):
        make_hold(world, start + 60 * MINUTE)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"status": "late"}, "appointment_status"),
        ({"channel": "fax"}, "appointment_channel"),
        ({"outcome": "happy"}, "appointment_outcome"),
    ],
)
def test_an_appointment_speaks_our_words(
    world: World, change: dict[str, str], constraint: str
) -> None:
    visit = make_visit(world, starts_at=next_step(now_utc()), now=now_utc())
    with refused_by(constraint):
        Appointment.objects.filter(pk=visit.pk).update(**change)


def test_an_appointment_lasts(world: World) -> None:
    visit = make_visit(world, starts_at=next_step(now_utc()), now=now_utc())
    with refused_by("appointment_not_empty"):
        Appointment.objects.filter(pk=visit.pk).update(ends_at=visit.starts_at)


def test_a_customer_can_be_reached_until_erased(world: World) -> None:
    customer = make_customer(world.brand, now=now_utc())
    row = Customer.objects.filter(pk=customer.pk)
    with refused_by("customer_reachable"):
        row.update(email="", phone="")
    row.update(email="", phone="", name="", erased_at=now_utc())


def test_an_appointment_has_one_link_for_its_customer(world: World) -> None:
    visit = make_visit(
        world, starts_at=next_step(now_utc()), now=now_utc(), status=Status.DONE
    )
    link = {
        "brand": world.brand,
        "appointment": visit,
        "key_id": "1",
        "created_at": now_utc(),
    }
    AccessLink.objects.create(**link, token_hash="a")
    with refused_by("link_one_per_appointment"):
        AccessLink.objects.create(**link, token_hash="b")


def test_history_is_append_only(world: World) -> None:
    visit = make_visit(world, starts_at=next_step(now_utc()), now=now_utc())
    visit.record(EventKind.DELAYED, by=Actor.staff(world.bob.user), now=now_utc())
    rows = AppointmentEvent.objects.filter(appointment=visit)
    rows.update(relayed_at=now_utc())
    for change in (
        {"kind": EventKind.MISSED},
        {"sequence": 9},
        {"actor_user": world.dora},
        {"occurred_at": now_utc()},
    ):
        with refused_by("append-only"):
            rows.update(**change)
    world.bob.staff_member.user = None
    world.bob.staff_member.save(update_fields=["user"])
    world.bob.user.delete()
    assert rows.get().actor_user is None
