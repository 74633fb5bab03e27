"""The team's list says who is away today, in words and on the store's clock."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stores.models import Absence, Agenda
from tests.booking.at_the_desk import signed_in
from tests.cast import World, make_adviser, now_utc

pytestmark = pytest.mark.django_db
HOUR, A_DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def noon(world: World) -> dt.datetime:
    """Now, where the store's clock shows about twelve: its day lasts some hours."""
    now = now_utc()
    hours = 12 - now.hour
    world.store.time_zone = f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"
    world.store.save(update_fields=["time_zone"])
    return now


@pytest.fixture
def dora(world: World) -> Client:
    return signed_in(world.dora)


def midnight(world: World, now: dt.datetime, days: int = 1) -> dt.datetime:
    zone = zoneinfo.ZoneInfo(world.store.time_zone)
    day = now.astimezone(zone).date() + days * A_DAY
    return dt.datetime.combine(day, dt.time(0), zone).astimezone(dt.UTC)


def away(agenda: Agenda, first: dt.datetime, last: dt.datetime, reason: str) -> None:
    Absence.objects.create(
        brand=agenda.brand, agenda=agenda, starts_at=first, ends_at=last, reason=reason
    )


def team(world: World, dora: Client, more: str = "") -> str:
    return dora.get(f"/desk/team/?store={world.store.pk}{more}").text


def test_why_and_how_long_somebody_is_away(
    world: World, dora: Client, noon: dt.datetime
) -> None:
    whole = noon.replace(minute=0, second=0, microsecond=0)
    end, zone = midnight(world, noon), zoneinfo.ZoneInfo(world.store.time_zone)
    three = (whole + 3 * HOUR).astimezone(zone).strftime("%H:%M")
    four = (whole + 4 * HOUR).astimezone(zone).strftime("%H:%M")
    cases = {
        "Ann": (noon - HOUR, end, "sickness", "Illness: away today"),
        "Ben": (noon - HOUR, whole + 3 * HOUR, "training",
                f"Training: away until {three}"),
        "Cid": (whole + 3 * HOUR, whole + 4 * HOUR, "other",
                f"Away {three} – {four}"),
        "Dan": (whole + 3 * HOUR, end, "other", f"Away from {three}"),
        "Eli": (noon - 9 * A_DAY, midnight(world, noon, 3), "holiday",
                "Holiday: away until"),
        "Fay": (noon - 2 * A_DAY, noon - HOUR, "holiday", ""),
        "Gil": (end, end + A_DAY, "holiday", ""),
    }  # fmt: skip
    for name, (first, last, reason, _words) in cases.items():
        adviser = make_adviser(world.store, name, topics=[world.topic])
        away(adviser.agenda, first, last, reason)
    page = team(world, dora)
    rows = page.split('class="row teamrow"')
    for name, (_first, _last, _reason, words) in cases.items():
        (row,) = [row for row in rows if f">{name} Durand</a>" in row]
        assert (words in row) if words else ("way" not in row.split("acts")[0]), name
    assert "5 people are away today" in page


def test_the_whole_store_is_counted_by_one_statement(
    world: World, dora: Client, noon: dt.datetime
) -> None:
    away(world.bob.agenda, noon - HOUR, noon + HOUR, "sickness")
    away(world.bob.agenda, noon - 2 * HOUR, noon + HOUR, "training")
    away(world.charlie.agenda, noon - HOUR, noon + HOUR, "sickness")
    away(world.eve.agenda, noon - HOUR, noon + HOUR, "sickness")
    with CaptureQueriesContext(connection) as asked:
        page = team(world, dora)
    assert "1 person is away today" in page, "of this store"
    absences = [one for one in asked if 'FROM "stores_absence"' in one["sql"]]
    assert len(absences) == 1
    everywhere = team(world, dora, "&q=charlie")
    assert "Illness: away until" in everywhere
    assert "away today" not in everywhere
