"""Several visits of a day given to a colleague at once, each judged by itself."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment
from booking.states import Status
from stores.calendar.recurrence import instant
from stores.models import Role
from tests.booking.at_the_desk import coming_day, signed_in
from tests.cast import Adviser, World, make_adviser, make_visit, now_utc

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(world: World) -> Adviser:
    """A colleague of Bob's, who advises on the same."""
    return make_adviser(world.store, "Ann", topics=[world.topic])


def at(world: World, hour: int) -> dt.datetime:
    return instant(coming_day(world.store), dt.time(hour), world.store.zone)


@pytest.fixture
def three(world: World) -> list[Appointment]:
    return [
        make_visit(world, starts_at=at(world, n), now=now_utc()) for n in (10, 11, 12)
    ]


def page_of(world: World) -> str:
    day = coming_day(world.store).isoformat()
    return f"/desk/day/?store={world.store.pk}&day={day}"


def give(
    client: Client,
    world: World,
    visits: list[Appointment],
    to: Adviser | None,
    key: str = "",
) -> Any:
    sent = {
        "visits": [f"{visit.pk}.{visit.version}" for visit in visits],
        "staff_member": str(to.staff_member.pk) if to else "",
        "once": key or uuid.uuid4().hex,
    }
    return client.post(page_of(world), sent, follow=True)


def advisers(visits: list[Appointment]) -> list[str]:
    rows = Appointment.objects.filter(pk__in=[visit.pk for visit in visits])
    return [row.staff_member.first_name for row in rows.order_by("starts_at")]


def test_the_ticked_ones_are_a_colleagues_at_their_hours(
    dora: Client, world: World, ann: Adviser, three: list[Appointment]
) -> None:
    page = dora.get(page_of(world)).content.decode()
    assert page.count('name="visits"') == 3
    said = give(dora, world, three[:2], ann).content.decode()
    assert "2 visits are with Ann" in said
    assert advisers(three) == ["Ann", "Ann", "Bob"]
    first = Appointment.objects.get(pk=three[0].pk)
    assert first.starts_at == three[0].starts_at
    last = first.events.latest("id")
    assert (last.kind, last.actor_user) == ("reassigned", world.dora)


def test_each_is_judged_by_itself_and_says_why_it_stays(
    dora: Client, world: World, ann: Adviser, three: list[Appointment]
) -> None:
    make_visit(world, starts_at=at(world, 10), now=now_utc(), adviser=ann)
    Appointment.objects.filter(pk=three[1].pk).update(status=Status.CANCELLED_BY_STORE)
    said = give(dora, world, three, ann).content.decode()
    words = " ".join(said.split())
    assert "1 visit is with Ann now. The customer is told." in words
    assert "2 stay as they were" in words
    assert "Ann is taken then." in words
    assert "1 of them stands here no more." in words
    assert advisers(three) == ["Bob", "Bob", "Ann"]
    again = Appointment.objects.get(pk=three[0].pk)
    assert again.version == three[0].version, "nobody is told of what did not happen"


def test_who_does_not_advise_on_it_gets_none(
    dora: Client, world: World, three: list[Appointment]
) -> None:
    ben = make_adviser(world.store, "Ben", topics=[])
    said = give(dora, world, three, ben).content.decode()
    assert said.count("does not work here then, or does not advise on this so") == 3
    assert "0 visits" not in said
    assert advisers(three) == ["Bob"] * 3


def test_sent_twice_it_is_done_once(
    dora: Client, world: World, ann: Adviser, three: list[Appointment]
) -> None:
    key = uuid.uuid4().hex
    for _tap in range(2):
        said = give(dora, world, three, ann, key).content.decode()
        assert "3 visits are with Ann" in said
    for visit in three:
        assert visit.events.filter(kind="reassigned").count() == 1
    # With a key of its own, it finds that they are there.
    said = give(dora, world, three, ann).content.decode()
    assert "3 visits are with Ann" in said or "3 stay" in said
    for visit in three:
        assert visit.events.filter(kind="reassigned").count() == 1


def test_what_is_wrong_is_said_and_nothing_is_written(
    dora: Client, world: World, ann: Adviser, three: list[Appointment]
) -> None:
    for visits, to, words in (
        ([], ann, "Tick one visit at least."),
        (three, None, "Choose a colleague."),
        (three, world.charlie, "Choose a colleague."),
        (three * 11, ann, "At most 30 at once"),
    ):
        answer = give(dora, world, visits, to)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    sent = {"visits": ["x"], "staff_member": str(ann.staff_member.pk)}
    assert dora.post(page_of(world), sent).status_code == 422
    assert advisers(three) == ["Bob"] * 3


def test_a_manager_gives_nothing_of_another_store(
    world: World, ann: Adviser, three: list[Appointment]
) -> None:
    sarah = make_adviser(world.other_store, "Sarah", topics=[], role=Role.MANAGER)
    there = world.other_store.pk
    sent = {
        "visits": [f"{three[0].pk}.{three[0].version}"],
        "staff_member": str(world.charlie.staff_member.pk),
    }
    answer = signed_in(sarah.user).post(f"/desk/day/?store={there}", sent)
    assert answer.status_code == 404
    assert advisers(three) == ["Bob"] * 3


def test_all_agendas_are_locked_at_once_before_any_visit(
    dora: Client, world: World, ann: Adviser, three: list[Appointment]
) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        give(dora, world, three, ann)
    locks = [q["sql"] for q in queries if "FOR NO KEY UPDATE OF agenda" in q["sql"]]
    agendas = sorted([world.bob.agenda.pk, ann.agenda.pk])
    assert "ORDER BY agenda.id" in locks[0]
    assert all(str(pk) in locks[0] for pk in agendas)


def test_a_made_up_remark_is_not_shown(
    dora: Client, world: World, three: list[Appointment]
) -> None:
    page = dora.get(f"{page_of(world)}&left=x:y:z").content.decode()
    assert 'id="why-' not in page
