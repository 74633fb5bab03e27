"""What goes out comes back and changes nothing, whatever stands there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.exchange.portions import SHEETS
from booking.exchange.sheets import plan
from stores.editing.many_people import replace_roles
from stores.editing.roles import RoleTerm
from stores.exchange.tables import read_table, written_csv
from stores.models import (
    Absence,
    Channel,
    Region,
    Role,
    StaffMember,
    Store,
    Topic,
    WorkingHours,
)
from tests.cast import World

pytestmark = pytest.mark.django_db
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12)
NAMES = st.from_regex(r"[=+@-]?[A-Zé][a-z;,\"' ]{0,8}[a-z]", fullmatch=True)
NUMBERS = st.sampled_from(["", "0007", "=1", "-3", "a;b", "7"])


Roles = dict[int, Role]
Hours = list[tuple[int, dt.time, int, set[str], int]]


def write_week(world: World, hours: Hours) -> None:
    WorkingHours.objects.filter(agenda=world.bob.agenda).delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(
            brand=world.brand,
            agenda=world.bob.agenda,
            store=world.store,
            weekday=weekday,
            starts_at=starts_at.replace(second=0, microsecond=0),
            minutes=minutes,
            channels=list(channels),
            every_n_weeks=rhythm,
            valid_from=dt.date(2026, 1, 5),
        )
        for weekday, starts_at, minutes, channels, rhythm in hours
    )


def write_topic(world: World, name: str, word: str, *, kept: int) -> None:
    Topic.objects.filter(pk=world.topic.pk).update(
        name={"fr": name, "de": word},
        summary={"en": word} if word else {},
        preparation={"fr": [part for part in (name, word) if part]},
        priority=Topic.Priority.SENSITIVE if kept else Topic.Priority.NORMAL,
        kept_starts=kept,
    )


def write_roles(world: World, name: str, number: str, roles: Roles) -> None:
    """Of somebody with an account, and of somebody whom they wait for."""
    for n in range(2):
        Region.objects.update_or_create(
            brand=world.brand, slug=f"r{n}", defaults={"name": name}
        )
    Store.objects.filter(pk=world.other_store.pk).update(
        external_id=f"brand{number}" if number else "brand"
    )
    places: list[dict[str, Any]] = [
        {"store": world.store},
        {"store": world.other_store},
        *({"region": one} for one in Region.objects.for_brand(world.brand)),
        {},
    ]
    terms = {
        one: RoleTerm(role, **places[one])
        for one, role in roles.items()
        if role != Role.ADMIN or not places[one]
    }
    charlie, zoe = world.charlie.staff_member, StaffMember.objects.get_or_create(
        brand=world.brand, first_name="Zoe", user=None
    )[0]  # fmt: skip
    wanted = {charlie.pk: list(terms.values()), zoe.pk: list(terms.values())}
    replace_roles(brand=world.brand, wanted=wanted, now=world.brand.created_at)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    name=NAMES,
    word=TEXT,
    number=NUMBERS,
    point=st.none() | st.floats(-90, 90, allow_nan=False),
    hours=st.lists(
        st.tuples(
            st.integers(0, 6),
            st.times(),
            st.integers(5, 1440),
            st.sets(st.sampled_from(Channel.values), min_size=1),
            st.integers(1, 8),
        ),
        max_size=4,
    ),
    roles=st.dictionaries(st.integers(0, 4), st.sampled_from(Role)),
)
def test_messy_worlds_come_back_as_they_are(
    world: World,
    name: str,
    word: str,
    number: str,
    point: float | None,
    hours: Hours,
    roles: Roles,
) -> None:
    Store.objects.filter(pk=world.store.pk).update(
        name=name,
        city=word,
        external_id=number,
        latitude=point,
        longitude=point,
        directions={"fr": word},
    )
    title = {"fr": " ".join(name.split())}  # no page writes two spaces into one
    StaffMember.objects.filter(pk=world.bob.staff_member.pk).update(
        first_name="Bob", external_id=number, title=title
    )
    write_topic(world, name, word, kept=len(hours))
    write_week(world, hours)
    write_roles(world, name, number, roles)
    begins = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
    Absence.objects.get_or_create(
        brand=world.brand,
        agenda=world.bob.agenda,
        starts_at=begins,
        ends_at=begins + dt.timedelta(hours=7),
    )
    for kind, sheet in SHEETS.items():
        names = [column.name for column in sheet.columns]
        out = ([row[one] for one in names] for row in sheet.export(world.brand))
        table = read_table("".join(written_csv(names, out)).encode())
        cells = [dict(zip(names, line, strict=True)) for _number, line in table.rows]
        known = sheet.load(world.brand, cells)
        planned = [plan(sheet, known, 2, one) for one in cells]
        assert {row.state for row in planned} <= {"same"}, (kind, planned)
