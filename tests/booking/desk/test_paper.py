"""A week on paper: whose it is, what stands on it, and what does not."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from booking.links import issue_link
from booking.models import Appointment, Occupancy
from booking.spoken.pairs import words_of
from stores.calendar.recurrence import instant
from stores.models import Absence, Agenda, Offer, Resource, Role
from tests.booking.at_the_desk import coming_day, signed_in
from tests.cast import World, make_adviser, make_visit, now_utc

pytestmark = pytest.mark.django_db


def at(world: World, hour: int) -> dt.datetime:
    return instant(coming_day(world.store), dt.time(hour), world.store.zone)


def sheet_of(client: Client, world: World, **query: int | str) -> str:
    day = coming_day(world.store).isoformat()
    page = client.get(
        "/desk/paper/", {"store": world.store.pk, "day": day, **query}
    ).content.decode()
    return " ".join(page[page.index('<article class="paper">') :].split())


@pytest.fixture
def visit(world: World) -> Appointment:
    """In a booth, which the offer asks for since today."""
    made = make_visit(world, starts_at=at(world, 10), now=now_utc())
    booth = Resource.objects.create(
        brand=world.brand, store=world.store, kind="booth", name="Booth 3"
    )
    Offer.objects.filter(pk=made.offer_id).update(resource_kind="booth")
    Occupancy.objects.create(
        brand=world.brand,
        agenda=Agenda.objects.create(brand=world.brand, resource=booth),
        appointment=made,
        starts_at=made.starts_at,
        ends_at=made.ends_at,
    )
    return made


def test_the_sheet_says_whose_it_is_and_what_comes(
    dora: Client, world: World, visit: Appointment
) -> None:
    sheet = sheet_of(dora, world)
    assert "Belongs to Lille. Printed by Dora" in sheet
    assert "destroy it when the week is over" in sheet
    assert "<b>Alice M.</b>" in sheet
    assert "Video, First bike, Booth 3" in sheet
    assert ">10:00</time> – 10:20" in sheet
    assert "Day and night" in sheet
    for kept_back in (visit.customer.name, visit.customer.phone, visit.customer.email):
        assert kept_back not in sheet


def test_of_one_person_only_that_week_is_printed(
    dora: Client, world: World, visit: Appointment
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    assert sheet_of(dora, world).count('<th scope="row">') == 2
    sheet = sheet_of(dora, world, who=ann.staff_member.pk)
    assert "Alice M." not in sheet
    assert '<th scope="row">Ann' in sheet
    for odd in (world.charlie.staff_member.pk, "x", 10**30):
        asked = {"store": world.store.pk, "who": odd}
        assert dora.get("/desk/paper/", asked).status_code == 404


def test_an_absence_stands_in_its_days_without_its_reason(
    dora: Client, world: World
) -> None:
    Absence.objects.create(
        brand=world.brand,
        agenda=world.bob.agenda,
        starts_at=at(world, 9),
        ends_at=at(world, 12),
        reason=Absence.Reason.SICKNESS,
    )
    midnight = at(world, 0) - dt.timedelta(days=1)
    Absence.objects.create(
        brand=world.brand,
        agenda=make_adviser(world.store, "Ann", topics=[]).agenda,
        starts_at=midnight,
        ends_at=midnight + dt.timedelta(days=4),
    )
    sheet = sheet_of(dora, world)
    assert "Away 09:00 – 12:00" in sheet
    assert "Away all day" in sheet
    assert "Illness" not in sheet


def test_whoever_is_met_prints_their_own_week_and_no_other(
    bob: Client, world: World, visit: Appointment
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    for who in ("", world.bob.staff_member.pk, ann.staff_member.pk):
        sheet = sheet_of(bob, world, who=who)
        assert "Alice M." in sheet
        assert "Ann" not in sheet
    assert "/desk/paper/" in bob.get("/staff/calendar/").content.decode()


def test_a_visit_of_another_store_is_no_more_than_taken(world: World) -> None:
    """To the manager here, who does not see that store; to Bob it is his own."""
    sarah = make_adviser(world.store, "Sarah", topics=[], role=Role.MANAGER)
    made = make_visit(world, starts_at=at(world, 10), now=now_utc())
    Appointment.objects.filter(pk=made.pk).update(store=world.other_store)
    sheet = sheet_of(signed_in(sarah.user), world)
    assert "Alice" not in sheet
    assert "Arras" in sheet
    own = sheet_of(signed_in(world.bob.user), world)
    assert "Alice M." in own
    assert "Video, First bike, Arras" in own


def test_the_week_leads_to_it(dora: Client, world: World) -> None:
    page = dora.get("/desk/").content.decode()
    assert "Print this week" in page


def test_it_asks_as_much_of_many_people_as_of_few(
    dora: Client,
    world: World,
    visit: Appointment,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for name in ("Ann", "Ben", "Cid", "Dan"):
        make_adviser(world.store, name, topics=[world.topic])
    with django_assert_max_num_queries(25):
        sheet_of(dora, world)


def test_two_words_stand_beside_own_visits_and_others_once_asked_for(
    dora: Client, bob: Client, world: World, visit: Appointment
) -> None:
    """A manager's asking stands in the history; a person's own sheet needs none."""
    issue_link(visit, now=now_utc())
    words = words_of(visit)
    assert f"On the telephone: “{words}”" in sheet_of(bob, world)
    assert words not in sheet_of(dora, world)
    query = f"store={world.store.pk}&day={coming_day(world.store)}"
    asked = dora.post(f"/desk/paper/words/?{query}")
    assert asked["Location"] == f"/desk/paper/?{query}"
    assert words in sheet_of(dora, world)
    assert [e.actor_user for e in visit.events.all()] == [world.dora]
