"""The week of a store: who may look, what is drawn where, what it costs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from booking.desk.grid import MOST_GRID_ROWS, days_of_week
from booking.models import Appointment
from stores.calendar.recurrence import instant
from stores.models import Absence, Channel, Role, Store, WorkingHours
from tests.booking.at_the_desk import signed_in
from tests.cast import World, make_adviser, make_store, make_visit, now_utc

pytestmark = pytest.mark.django_db

DESK = "/desk/"


def tomorrow(store: Store) -> dt.date:
    return now_utc().astimezone(store.zone).date() + dt.timedelta(days=1)


def at(store: Store, hour: int, minute: int = 0) -> dt.datetime:
    return instant(tomorrow(store), dt.time(hour, minute), store.zone)


def office_hours(world: World, store: Store) -> None:
    """10:00 to 18:00, with an hour's break at noon."""
    WorkingHours.objects.for_brand(world.brand).update(
        starts_at=dt.time(10), minutes=120
    )
    for row in list(WorkingHours.objects.for_brand(world.brand)):
        row.pk, row.starts_at, row.minutes = None, dt.time(13), 300
        row.save()


def grid(client: Client, store: Store, query: str = "") -> Any:
    url = f"{DESK}?store={store.pk}&day={tomorrow(store).isoformat()}{query}"
    response = client.get(url)
    assert response.status_code == 200
    return response.context["grid"]


def blocks(client: Client, world: World, name: str) -> list[tuple[str, int, int]]:
    drawn = grid(client, world.store)
    column = next(c for c in drawn.columns if c.staff_member.first_name == name)
    return [(b.kind, b.row, b.length) for b in column.blocks]


def visit_at(world: World, hour: int, minute: int = 0, **what: Any) -> Appointment:
    starts_at = at(world.store, hour, minute)
    return make_visit(world, starts_at=starts_at, now=now_utc(), **what)


def test_an_adviser_is_told_that_the_desk_is_not_theirs(world: World) -> None:
    bob = signed_in(world.bob.user)
    for name in ("week", "absences", "add_absence"):
        response = bob.get(reverse(f"booking:{name}"))
        assert response.status_code == 403
        assert "The desk is for managers" in response.content.decode()
    assert 'href="/desk/"' not in bob.get("/staff/").content.decode()


def test_a_manager_sees_the_own_store_and_no_other(world: World) -> None:
    manager = make_adviser(world.store, "Sarah", topics=[], role=Role.MANAGER)
    sarah = signed_in(manager.user)
    assert sarah.get(DESK).context["store"] == world.store
    for store in (world.other_store, world.foreign_store):
        assert sarah.get(f"{DESK}?store={store.pk}").status_code == 404
        assert sarah.get(f"/staff/?store={store.pk}").status_code == 404
        assert sarah.get(f"/staff/callbacks/?store={store.pk}").status_code == 404
        assert sarah.get(f"/desk/absences/add/?store={store.pk}").status_code == 404


def test_an_admin_sees_each_store_of_the_brand_and_no_other(
    world: World, dora: Client
) -> None:
    for store in (world.store, world.other_store):
        assert dora.get(f"{DESK}?store={store.pk}").context["store"] == store
    assert dora.get(f"{DESK}?store={world.foreign_store.pk}").status_code == 404
    for nonsense in ("?store=lille", "?day=soon", "?day=1999-01-01", "?visit=x"):
        assert dora.get(f"{DESK}{nonsense}").status_code == 404


def test_hours_are_open_ground_and_the_rest_is_hatched(
    world: World, dora: Client
) -> None:
    office_hours(world, world.store)
    drawn = grid(dora, world.store)
    assert drawn.rows == 8 * 12
    assert [mark.hour for mark in drawn.marks] == list(range(10, 18))
    assert blocks(dora, world, "Bob") == [("break", 25, 12)]


def test_a_visit_stands_at_its_hour_with_its_breath(world: World, dora: Client) -> None:
    office_hours(world, world.store)
    offer = world.offers[Channel.IN_STORE]
    offer.buffer_after = 10
    offer.save(update_fields=["buffer_after"])
    visit_at(world, 10, 30, channel=Channel.IN_STORE)
    assert blocks(dora, world, "Bob") == [
        ("visit", 7, 4),
        ("buffer", 11, 2),
        ("break", 25, 12),
    ]


def test_an_absence_is_hatched_with_its_end(world: World, dora: Client) -> None:
    office_hours(world, world.store)
    Absence.objects.create(
        brand=world.brand,
        agenda=world.bob.agenda,
        starts_at=at(world.store, 13),
        ends_at=at(world.store, 16, 30),
    )
    assert ("absence", 37, 42) in blocks(dora, world, "Bob")
    url = f"{DESK}?store={world.store.pk}&day={tomorrow(world.store).isoformat()}"
    assert "Away until 16:30" in dora.get(url).content.decode()


def test_two_visits_at_once_are_said_to_clash(world: World, dora: Client) -> None:
    first = visit_at(world, 11)
    second = visit_at(world, 14)
    Appointment.objects.for_brand(world.brand).filter(pk=second.pk).update(
        starts_at=first.starts_at, ends_at=first.ends_at
    )
    url = f"{DESK}?store={world.store.pk}&day={tomorrow(world.store).isoformat()}"
    assert dora.get(url).content.decode().count("Two bookings") == 2


def test_the_chosen_visit_stands_beside_the_grid(world: World, dora: Client) -> None:
    visit = visit_at(world, 11)
    day = tomorrow(world.store).isoformat()
    url = f"{DESK}?store={world.store.pk}&day={day}&visit={visit.pk}"
    assert dora.get(url).context["chosen"] == visit
    elsewhere = f"{DESK}?store={world.other_store.pk}&day={day}&visit={visit.pk}"
    assert dora.get(elsewhere).status_code == 404


@pytest.mark.parametrize(
    ("day", "hours"), [(dt.date(2027, 3, 28), 23), (dt.date(2026, 10, 25), 25)]
)
def test_a_day_of_changing_clocks_has_as_many_rows_as_it_lasts(
    world: World, dora: Client, day: dt.date, hours: int
) -> None:
    response = dora.get(f"{DESK}?store={world.store.pk}&day={day.isoformat()}")
    if response.status_code == 404:
        pytest.skip("more than a year from today")
    assert response.context["grid"].rows == hours * 12


def test_the_week_begins_on_monday(world: World, dora: Client) -> None:
    strip = dora.get(DESK).context["strip"]
    today = now_utc().astimezone(world.other_store.zone).date()
    assert [day.day for day in strip] == days_of_week(today)


def test_the_sheet_knows_every_row_that_a_day_can_have() -> None:
    sheet = Client().get(reverse("booking:grid_stylesheet"))
    assert sheet["Content-Type"].startswith("text/css")
    rules = sheet.content.decode()
    for rule in (
        ".s-1{",
        f".s-{MOST_GRID_ROWS}{{",
        f".l-{MOST_GRID_ROWS}{{",
        ".rows-288{",
    ):
        assert rule in rules


def test_queries_do_not_grow_with_staff_or_visits(
    world: World, dora: Client, django_assert_max_num_queries: Any
) -> None:
    url = f"{DESK}?store={world.store.pk}&day={tomorrow(world.store).isoformat()}"

    def count() -> int:
        with django_assert_max_num_queries(25) as captured:
            dora.get(url)
        return len(captured)

    visit_at(world, 9)
    few = count()
    for n in range(4):
        adviser = make_adviser(world.store, f"Sarah{n}", topics=[world.topic])
        visit_at(world, 9, adviser=adviser)
        visit_at(world, 11, adviser=adviser)
    assert count() == few


def test_a_store_without_staff_says_so(world: World, dora: Client) -> None:
    empty = make_store(world.brand, "nulle-part")
    page = dora.get(f"{DESK}?store={empty.pk}").content.decode()
    assert "Nobody works here on that day." in page
