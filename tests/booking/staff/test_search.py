"""Search from anywhere: who is found, by whom, and when no more."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from booking.models import Appointment, Customer, SearchWord
from booking.staff.search.queries import words_in
from stores.erasing import erase_due
from stores.models import Membership, Role
from tests.booking.at_the_desk import signed_in
from tests.cast import World, make_customer, make_user, make_visit, now_utc

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora(world: World) -> Client:
    return signed_in(world.dora)


def visit_of(world: World, name: str, **facts: Any) -> Appointment:
    """A visit of somebody in Lille, each an hour after the one before."""
    customer = make_customer(world.brand, now=now_utc())
    Customer.objects.filter(pk=customer.pk).update(name=name, **facts)
    now, others = now_utc(), Appointment.objects.count()
    starts_at = now + dt.timedelta(hours=3 + others)
    visit = make_visit(world, starts_at=starts_at, now=now)
    Appointment.objects.filter(pk=visit.pk).update(customer=customer)
    visit.refresh_from_db()
    return visit


def found(client: Client, typed: str, kind: str = "visits") -> list[Any]:
    answer = client.get("/staff/search/", {"q": typed})
    assert answer.status_code == 200
    return list(answer.context.get(kind, []))


def test_a_customer_is_found_however_it_is_typed(world: World, dora: Client) -> None:
    visit = visit_of(
        world,
        "Élodie Martin-d’Arc",
        phone="+33639980010",
        email="Elodie@example.org",
    )
    visit_of(world, "Bruno Petit", phone="+33639980099", email="bruno@example.org")
    for typed in (
        *("Élodie", "elodie", "ELO", "martín", "Elodie Martin", "martin elo"),
        *("d'arc", "D’ARC", "arc-élodie", "06 39 98 00 10", "0639980010"),
        *("+33 6 39 98 00 1", "0033 639980010", "06 39 98 00 1"),
        *("elodie@example.org", "Elodie@EXAMPLE", "  elodie  "),
    ):
        assert found(dora, typed) == [visit], typed


def test_others_are_not_found(world: World, dora: Client) -> None:
    visit_of(world, "Élodie Martin", phone="+33639980010", email="e@example.org")
    visit_of(world, "Bruno Petit")
    for typed in (
        *("lodie", "Elodie Petit", "martina", "06 39 98 00 11", "example.org"),
        *(
            "%",
            "__",
            "' OR 1=1",
            "\\",
            "e\0",
            "((((",
            "a@%",
            "@@",
            "+",
            "++++",
            "0 0 0 0",
        ),
    ):
        assert dora.get("/staff/search/", {"q": typed}).status_code == 200
        assert found(dora, typed.replace("\0", "zz")) == [], typed


def test_names_of_any_script_are_found(world: World, dora: Client) -> None:
    for name, typed in (
        ("Łukasz Œuvrard", "lukasz oeuvrard"),
        ("Jørgen Weiß", "Jorgen weiss"),
        ("Αλέξης", "αλεξης"),
        ("山田 花子", "花子"),
        ("محمد", "محمد"),
    ):
        visit = visit_of(world, name)
        assert found(dora, typed) == [visit], name


def test_a_visit_is_found_by_the_beginning_of_its_id(
    world: World, dora: Client
) -> None:
    visit = visit_of(world, "Élodie Martin")
    assert found(dora, str(visit.pk)) == [visit]
    assert found(dora, str(visit.pk)[:8].upper()) == [visit]
    assert found(signed_in(world.eve.user), str(visit.pk)) == []


def test_everybody_finds_what_they_may_open(world: World, dora: Client) -> None:
    here = visit_of(world, "Élodie Martin")
    there = visit_of(world, "Élodie Martin")
    Appointment.objects.filter(pk=there.pk).update(
        store=world.other_store, staff_member=world.charlie.staff_member
    )
    assert {row.pk for row in found(dora, "martin")} == {here.pk, there.pk}
    assert found(signed_in(world.bob.user), "martin") == [here]
    assert [row.pk for row in found(signed_in(world.charlie.user), "martin")] == [
        there.pk
    ]
    assert found(signed_in(world.eve.user), "martin") == []


def test_the_next_one_to_come_stands_first(world: World, dora: Client) -> None:
    visits = [visit_of(world, "Élodie Martin") for _ in range(3)]
    hours = (-5, 48, 2)
    for visit, hour in zip(visits, hours, strict=True):
        at = now_utc() + dt.timedelta(hours=hour)
        Appointment.objects.filter(pk=visit.pk).update(
            starts_at=at, ends_at=at + dt.timedelta(minutes=30)
        )
    past, later, soon = visits
    assert [row.pk for row in found(dora, "elodie")] == [soon.pk, later.pk, past.pk]


def test_a_corrected_name_is_found_and_an_erased_one_is_not(
    world: World, dora: Client
) -> None:
    visit = visit_of(world, "Elodi Martin", phone="+33639980010", email="e@x.example")
    rows = Customer.objects.filter(pk=visit.customer_id)
    rows.update(name="Élodie Marchand")
    assert (found(dora, "elodi martin"), found(dora, "marchand")) == ([], [visit])
    past = now_utc() - dt.timedelta(days=1)
    Appointment.objects.filter(pk=visit.pk).update(erase_after=past)
    rows.update(erase_after=past)
    erase_due(now=now_utc())
    for typed in ("marchand", "elodie", "0639980010", "e@x.example"):
        assert found(dora, typed) == []
    assert not SearchWord.objects.filter(appointment=visit).exists()


def test_colleagues_stores_and_topics_are_found_by_those_who_may_open_them(
    world: World, dora: Client
) -> None:
    bob = world.bob.staff_member
    assert found(dora, "bob", "people") == [bob]
    assert found(dora, "lille", "places") == [world.store]
    assert found(dora, "velo", "topics") == [world.topic]
    adviser = signed_in(world.bob.user)
    assert found(adviser, "bob", "people") == []
    assert found(adviser, "arras", "places") == []
    mia = make_user("mia@tilleul.example", "Mia Blin")
    Membership.objects.create(
        brand=world.brand, user=mia, store=world.other_store, role=Role.MANAGER
    )
    assert found(signed_in(mia), "bob", "people") == []


@pytest.mark.parametrize(
    ("typed", "region", "words"),
    [
        ("0692 12", "RE", ["26269212"]),
        ("0470 12 34 56", "BE", ["32470123456"]),
        ("06.39", "FR", ["33639"]),
        ("12 45", "FR", ["1245"]),
    ],
)
def test_a_number_is_read_as_at_home(typed: str, region: str, words: list[str]) -> None:
    assert words_in(typed, region) == words
