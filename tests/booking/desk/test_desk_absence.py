"""Adding an absence: on the clock of the store, refused above visits."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import translation

from booking.desk.hours.absence_forms import AbsenceForm
from stores import wording
from stores.calendar.recurrence import instant
from stores.models import Absence, Agenda, Store
from tests.booking.at_the_desk import coming_day
from tests.cast import World, make_visit, now_utc

pytestmark = pytest.mark.django_db


def day_of(store: Store) -> dt.date:
    return now_utc().astimezone(store.zone).date() + dt.timedelta(days=3)


def absence(world: World, **other: str) -> dict[str, str]:
    day = day_of(world.store).isoformat()
    return {
        "agenda": str(world.bob.agenda.pk),
        "first_day": day,
        "first_time": "09:00",
        "last_day": day,
        "last_time": "18:00",
        "reason": "training",
        **other,
    }


def url(store: Store) -> str:
    return f"/desk/absences/add/?store={store.pk}"


def count(world: World) -> int:
    return Absence.objects.for_brand(world.brand).count()


def test_an_absence_is_written_on_the_clock_of_the_store(
    world: World, dora: Client
) -> None:
    response = dora.post(url(world.store), absence(world), follow=True)
    assert "The absence is written." in response.content.decode()
    written = Absence.objects.for_brand(world.brand).get()
    day = day_of(world.store)
    assert written.starts_at == instant(day, dt.time(9), world.store.zone)
    assert written.ends_at == instant(day, dt.time(18), world.store.zone)
    assert (written.reason, written.created_by) == ("training", world.dora)
    assert "Bob Durand" in response.content.decode()


def test_visits_underneath_are_listed_and_nothing_is_written(
    world: World, dora: Client
) -> None:
    starts_at = instant(day_of(world.store), dt.time(11), world.store.zone)
    make_visit(world, starts_at=starts_at, now=now_utc())
    response = dora.post(url(world.store), absence(world))
    assert response.status_code == 409
    page = response.content.decode()
    assert "1 visit lies under this change. Nothing was written." in page
    assert "Alice M." in page
    assert 'value="09:00"' in page
    assert count(world) == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"last_time": "08:00"}, "last_time"),
        ({"first_day": "soon"}, "first_day"),
        ({"last_day": ""}, "last_day"),
        ({"reason": "boredom"}, "reason"),
        ({"last_day": "2199-01-01"}, "last_day"),
    ],
)
def test_what_is_not_right_is_said_beside_the_field(
    world: World, dora: Client, wrong: dict[str, str], field: str
) -> None:
    response = dora.post(url(world.store), absence(world, **wrong))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert count(world) == 0


def test_only_staff_of_the_store_can_be_chosen(world: World, dora: Client) -> None:
    for stranger in (world.charlie, world.eve):
        data = absence(world, agenda=str(stranger.agenda.pk))
        response = dora.post(url(world.store), data)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["agenda"]
    assert Absence.objects.all_brands().count() == 0


@pytest.mark.parametrize(
    ("day", "time", "offset", "fine"),
    [
        (dt.date(2027, 3, 28), "02:30", None, False),
        (dt.date(2026, 10, 25), "02:30", dt.timedelta(hours=2), True),
    ],
)
def test_changing_clocks_are_read_or_refused(
    world: World, day: dt.date, time: str, offset: dt.timedelta | None, fine: bool
) -> None:
    data = absence(world, first_day=day.isoformat(), first_time=time)
    data["last_day"] = (day + dt.timedelta(days=1)).isoformat()
    agendas = Agenda.objects.for_brand(world.brand)
    with translation.override("en"):
        form = AbsenceForm(data, agendas=agendas, zone=world.store.zone)
        assert form.is_valid() is fine
    if fine:
        local = form.cleaned_data["starts_at"].astimezone(world.store.zone)
        assert local.utcoffset() == offset
    else:
        assert form.errors["first_time"] == [
            "The clocks change: this hour does not exist."
        ]


def test_coming_absences_are_listed_and_past_ones_are_not(
    world: World, dora: Client
) -> None:
    now = now_utc()
    for days in (-3, 3):
        Absence.objects.create(
            brand=world.brand,
            agenda=world.bob.agenda,
            starts_at=now + dt.timedelta(days=days),
            ends_at=now + dt.timedelta(days=days + 1),
        )
    page = dora.get(f"/desk/absences/?store={world.store.pk}")
    assert len(page.context["absences"]) == 1


def test_whole_days_are_said_without_the_midnight_behind_them(
    world: World, dora: Client
) -> None:
    first = coming_day(world.store)
    midnight = dt.datetime.combine(first, dt.time(), world.store.zone)
    behind = dt.datetime.combine(
        first + dt.timedelta(days=1), dt.time(), world.store.zone
    )
    Absence.objects.create(
        brand=world.brand, agenda=world.bob.agenda, starts_at=midnight, ends_at=behind
    )
    page = dora.get(f"/desk/absences/?store={world.store.pk}").text
    with translation.override("en"):
        assert f"<td>{wording.day(first)}</td>" in page
    assert "00:00" not in page
