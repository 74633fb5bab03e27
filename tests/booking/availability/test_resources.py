"""A visit may need several things beside its adviser: all of them, or none."""

import datetime as dt
import uuid

import pytest
from django.test import Client

from booking.availability.query import StartQuery
from booking.errors import SlotTaken
from booking.explain.reasons import Why
from booking.explain.why_not import why_not
from booking.models import Actor, Appointment, Hold, Occupancy
from booking.services import (
    attendance,
    booking,
    callbacks,
    cancelling,
    holding,
    rescheduling,
)
from booking.services.locking import agendas_of
from stores.models import Agenda, Offer, Resource, WorkingHours
from tests.booking.starts import bookable_starts
from tests.cast import World, make_adviser, make_world, next_step, now_utc
from tests.oracles.holding import raise_all_versions

pytestmark = pytest.mark.django_db
JSON = "application/json"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def world() -> World:
    """A visit needs a booth and two chairs; there are one booth and three chairs."""
    world = make_world()
    Offer.objects.filter(brand=world.brand).update(
        resource_kind="booth", further_resources=["chair", "chair"]
    )
    for name in ("booth 1", "chair 1", "chair 2", "chair 3"):
        make_thing(world, name)
    make_adviser(world.store, "Ann", topics=[world.topic])
    return world


def make_thing(world: World, name: str) -> Agenda:
    thing = Resource.objects.create(
        brand=world.brand, store=world.store, kind=name.split(maxsplit=1)[0], name=name
    )
    return Agenda.objects.create(brand=world.brand, resource=thing)


def offered(world: World, now: dt.datetime, channel: str = "video") -> set[dt.datetime]:
    offer = Offer.objects.get(pk=world.offers[channel].pk)
    return {
        s.starts_at
        for s in bookable_starts(StartQuery(offer=offer, store=world.store, now=now))
    }


def hold(world: World, at: dt.datetime, now: dt.datetime, visitor: str = "") -> Hold:
    return holding.hold_slot(
        store=world.store,
        topic=world.topic,
        channel="video",
        starts_at=at,
        visitor=visitor or uuid.uuid4().hex,
        network="n",
        now=now,
    )


def book(world: World, at: dt.datetime, now: dt.datetime) -> Appointment:
    held = hold(world, at, now)
    return booking.book_appointment(
        hold=held, name="A", phone="+33639980001", also=True, now=now
    )


def kinds_of(visit: Appointment) -> list[str]:
    """Of what the visit takes time from; "" is its adviser."""
    agendas = Agenda.objects.filter(pk__in=agendas_of(visit))
    return sorted(a.resource.kind if a.resource else "" for a in agendas)


ALL = ["", "booth", "chair", "chair"]


def test_all_of_them_are_taken_or_none(world: World) -> None:
    now = now_utc()
    at = next_step(now)
    visit = book(world, at, now)
    assert kinds_of(visit) == ALL
    # Ann is free and one chair is; the only booth is not.
    assert at not in offered(world, now)
    make_thing(world, "booth 2")
    assert at not in offered(world, now)
    with pytest.raises(SlotTaken):
        hold(world, at, now)
    make_thing(world, "chair 4")
    assert at in offered(world, now)
    assert kinds_of(book(world, at, now)) == ALL
    assert at not in offered(world, now)


def test_why_not_names_the_kind_that_lacks(world: World) -> None:
    now = now_utc()
    at = next_step(now)
    taken = agendas_of(book(world, at, now))
    make_thing(world, "booth 2")
    answer = why_not(
        store=world.store, topic=world.topic, channel="video", starts_at=at, now=now
    )
    assert answer.code == "slot_taken"
    reasons = {r.why: r.fact for r in answer.reasons}
    lacking = reasons[Why.RESOURCE]
    assert isinstance(lacking, Occupancy)
    assert lacking.agenda_id in taken
    assert lacking.agenda.resource is not None
    assert lacking.agenda.resource.kind == "chair"


def test_the_api_takes_and_gives_back_all_of_them(world: World) -> None:
    now = now_utc()
    at = next_step(now)
    client, api = Client(), "/api/v1/brands/tilleul"
    wish = {"store": "lille", "topic": "premier-velo", "channel": "video"}
    held = client.post(f"{api}/holds/", {**wish, "starts_at": at.isoformat()}, JSON)
    assert held.status_code == 201
    assert Occupancy.objects.filter(hold=held.json()["id"]).count() == len(ALL)
    path = f"{api}/holds/{held.json()['id']}/appointment/"
    who = {"name": "Alice", "email": "alice@customer.example"}
    made = client.post(path, who, JSON)
    visit = Appointment.objects.get(pk=made.json()["id"])
    assert kinds_of(visit) == ALL
    gone = client.post(f"{api}/appointments/{visit.pk}/cancel/", {}, JSON)
    assert gone.status_code == 200
    assert kinds_of(visit) == []
    assert at in offered(world, now_utc())


def test_a_move_may_reuse_its_own_booth(world: World) -> None:
    now = now_utc()
    at = next_step(now)
    visit = book(world, at, now)
    later = at + dt.timedelta(minutes=5)
    rescheduling.move_appointment(
        appointment=visit, starts_at=later, by=Actor.customer(), now=now
    )
    assert kinds_of(visit) == ALL
    active = Occupancy.objects.filter(appointment=visit, active=True)
    assert set(active.values_list("starts_at", flat=True)) == {later}


def test_a_visitor_may_hold_again_what_only_its_own_hold_takes(world: World) -> None:
    now = now_utc()
    at = next_step(now)
    hold(world, at, now, "one")
    again = hold(world, at + dt.timedelta(minutes=5), now, "one")
    assert again.occupancies.count() == len(ALL)
    assert Hold.objects.count() == 1


def test_an_own_hold_opens_no_hours(world: World) -> None:
    """Who holds a time of Bob's is not given one outside Bob's hours because another
    adviser, who has them, is taken."""
    now = now_utc()
    Offer.objects.update(resource_kind="", further_resources=[])
    at = next_step(now) + 30 * HOUR
    WorkingHours.objects.filter(agenda=world.bob.agenda).exclude(
        weekday=at.weekday()
    ).delete()
    raise_all_versions()
    hold(world, at, now, "one")
    elsewhere = at + 48 * HOUR
    book(world, elsewhere, now)
    with pytest.raises(SlotTaken):
        hold(world, elsewhere, now, "one")


def test_an_overlap_takes_its_things_along(world: World) -> None:
    now = now_utc()
    at = next_step(now)
    other = book(world, at, now)
    visit = book(world, at + 3 * HOUR, now)
    rescheduling.overlap_appointment(
        appointment=visit,
        starts_at=at,
        staff_member=other.staff_member,
        reason="emergency",
        by=Actor.staff(world.bob.user),
        now=now,
    )
    assert kinds_of(visit) == ALL


def test_undone_reopened_and_called_visits_have_all_of_them(world: World) -> None:
    now = now_utc()
    staff = Actor.staff(world.bob.user)
    visit = book(world, next_step(now), now)
    cancelling.cancel_appointment(appointment=visit, by=staff, now=now)
    cancelling.undo_cancel(appointment=visit, by=staff, now=now)
    assert kinds_of(visit) == ALL
    cancelling.cancel_appointment(appointment=visit, by=Actor.customer(), now=now)
    cancelling.reopen_appointment(appointment=visit, by=staff, now=now)
    assert kinds_of(visit) == ALL
    attendance.mark_missed(appointment=visit, by_staff=False, by=staff, now=now)
    assert kinds_of(visit) == []
    callbacks.turn_into_callback(appointment=visit, by=staff, now=now)
    assert visit.channel == "callback"
    assert kinds_of(visit) == ALL


def test_a_visit_is_not_reopened_without_its_booth(world: World) -> None:
    now = now_utc()
    at = next_step(now)
    visit = book(world, at, now)
    cancelling.cancel_appointment(appointment=visit, by=Actor.customer(), now=now)
    book(world, at, now)
    for name in ("chair 4", "chair 5"):
        make_thing(world, name)
    with pytest.raises(SlotTaken):
        cancelling.reopen_appointment(
            appointment=visit, by=Actor.staff(world.bob.user), now=now
        )
    assert kinds_of(visit) == []


def test_what_staff_cancelled_may_be_reopened_while_its_time_is_kept(
    world: World,
) -> None:
    now = now_utc()
    staff = Actor.staff(world.bob.user)
    visit = book(world, next_step(now), now)
    cancelling.cancel_appointment(appointment=visit, by=staff, now=now)
    cancelling.reopen_appointment(appointment=visit, by=staff, now=now)
    assert kinds_of(visit) == ALL
    assert not Hold.objects.exists()
