"""Numbers in the navigation: acts that are expected, as many as the page behind has."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.models import Import
from booking.reports.expected import Expected
from booking.rota.asked_absences import ask_absence, withdraw_request
from stores.access import workplaces_for
from stores.models import AbsenceRequest, Channel, StaffMember, User
from tests.cast import Adviser, World, make_adviser, make_visit, next_step, now_utc

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def numbers(client: Client, address: str) -> dict[str, int]:
    """By entry of the navigation, as a screen reader meets it."""
    page = client.get(address).content.decode()
    said = re.sub(r"<[^>]*>", "", page.replace("</a>", "\n"))
    found = re.findall(r"(\w[\w ]*?) (\d+) to deal with", said)
    return {name: int(number) for name, number in found}


def callback(world: World, adviser: Adviser | None = None) -> None:
    now = now_utc()
    make_visit(
        world,
        starts_at=next_step(now - DAY),
        now=now,
        channel=Channel.CALLBACK,
        adviser=adviser,
    )


def ask(world: World, adviser: Adviser, days: int = 3) -> AbsenceRequest:
    at = now_utc() + days * DAY
    return ask_absence(
        agenda=adviser.agenda,
        zone=world.store.zone,
        starts_at=at,
        ends_at=at + DAY,
        reason="holiday",
        note="",
        now=now_utc(),
    )


def test_an_adviser_reads_the_number_of_their_own_calls(
    world: World, bob: Client
) -> None:
    assert numbers(bob, "/staff/") == {}
    sarah = make_adviser(world.store, "Sarah", topics=[world.topic])
    callback(world)
    callback(world, sarah)
    assert numbers(bob, "/staff/") == {"To call back": 1}
    assert len(bob.get("/staff/callbacks/").context["cards"]) == 1


def test_a_manager_reads_the_numbers_of_the_store(
    world: World, manager: Client
) -> None:
    sarah = make_adviser(world.store, "Sarah", topics=[world.topic])
    for adviser in (world.bob, sarah):
        callback(world, adviser)
    ask(world, world.bob)
    ask(world, world.charlie)
    withdraw_request(asked=ask(world, sarah))
    read = numbers(manager, "/desk/absences/")
    assert read == {"To call back": 2, "Hours": 1, "Absences": 1}
    assert len(manager.get("/staff/callbacks/").context["cards"]) == 2


def test_what_nobody_can_answer_any_more_is_no_number(
    world: World, manager: Client
) -> None:
    asked = ask(world, world.bob)
    AbsenceRequest.objects.for_brand(world.brand).filter(pk=asked.pk).update(
        starts_at=now_utc() - 2 * DAY, ends_at=now_utc() - DAY
    )
    assert numbers(manager, "/desk/") == {}
    sarah = make_adviser(world.store, "Sarah", topics=[world.topic])
    ask(world, sarah)
    assert numbers(manager, "/desk/") == {"Hours": 1}
    gone = StaffMember.objects.for_brand(world.brand).filter(pk=sarah.staff_member.pk)
    gone.update(active=False)
    assert numbers(manager, "/desk/") == {}


def test_closed_settings_carry_the_sum(world: World, dora: Client) -> None:
    now = now_utc()
    for state, row in (
        ("checked", "created"),
        ("checked", "changed"),
        ("checked", "same"),
        ("written", "created"),
    ):
        run = Import.objects.create(
            brand=world.brand, kind="stores", state=state, made_at=now, erase_after=now
        )
        run.rows.create(brand=world.brand, number=2, key="1", state=row)
    assert numbers(dora, "/staff/") == {"Settings": 2}
    assert numbers(dora, "/desk/security/") == {"Import": 2}


@pytest.mark.parametrize("who", ["bob", "dora"])
def test_each_number_is_one_query_and_only_where_it_is_read(
    world: World, who: str
) -> None:
    user: User = world.dora if who == "dora" else world.bob.user
    (workplace,) = workplaces_for(user)
    expected = Expected(workplace, world.store, now_utc())
    for name in ("callbacks", "absences", "imports"):
        for queries in (1, 0):
            with CaptureQueriesContext(connection) as asked:
                assert getattr(expected, name) == 0
            assert len(asked) == queries


def test_what_is_polled_counts_nothing(world: World, bob: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        bob.get("/staff/board/lanes/")
    counted = [q["sql"] for q in asked if "COUNT(*)" in q["sql"]]
    assert not counted
