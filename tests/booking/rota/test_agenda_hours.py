"""The week of an agenda: what a row may say, and what it opens."""

from __future__ import annotations

import datetime as dt

import pytest

from booking.availability.query import StartQuery
from booking.errors import HoursRefused
from booking.rota.hours import WeeklyStretch, set_working_hours
from stores.models import Channel
from tests.booking.starts import bookable_starts
from tests.cast import World

pytestmark = pytest.mark.django_db
ALL = tuple(Channel.values)


def free_days(world: World, now: dt.datetime) -> set[str]:
    found = bookable_starts(
        StartQuery(offer=world.offers["video"], store=world.store, now=now)
    )
    return {start.local.date().isoformat() for start in found}


def test_hours_cross_midnight_and_return_every_second_week(world: World) -> None:
    now = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
    row = WeeklyStretch(
        weekday=2,
        starts_at=dt.time(22),
        minutes=240,
        channels=ALL,
        every_n_weeks=2,
        valid_from=dt.date(2026, 11, 23),
        valid_until=dt.date(2026, 12, 20),
    )
    set_working_hours(
        agenda=world.bob.agenda,
        store=world.store,
        rows=[row],
        user=world.dora,
        now=now,
    )
    assert free_days(world, now) == {
        "2026-11-25",
        "2026-11-26",
        "2026-12-09",
        "2026-12-10",
    }


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"minutes": 4}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"weekday": 7}, "weekday"),
        ({"channels": ()}, "channels"),
        ({"channels": ("fax",)}, "channels"),
        ({"every_n_weeks": 9, "valid_from": dt.date(2027, 1, 4)}, "every_n_weeks"),
        ({"every_n_weeks": 2}, "valid_from"),
        (
            {"valid_from": dt.date(2027, 1, 4), "valid_until": dt.date(2027, 1, 3)},
            "valid_until",
        ),
    ],
)
def test_hours_that_cannot_be_are_refused_by_field(
    world: World, now: dt.datetime, wrong: dict[str, object], field: str
) -> None:
    facts = {"weekday": 0, "starts_at": dt.time(9), "minutes": 60, "channels": ALL}
    row = WeeklyStretch(**{**facts, **wrong})  # type: ignore[arg-type]  # mixed dict
    with pytest.raises(HoursRefused) as refusal:
        set_working_hours(
            agenda=world.bob.agenda,
            store=world.store,
            rows=[row],
            user=world.dora,
            now=now,
        )
    assert refusal.value.field == field
    assert world.bob.agenda.working_hours.count() == 7
