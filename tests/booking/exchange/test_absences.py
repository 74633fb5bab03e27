"""Absences by file: on the clock of the person's store, refused where visits lie."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.exchange.runs import counts_of
from stores.models import Absence, Agenda
from tests.booking.exchange.files import checked, exported, rows_of, written
from tests.cast import World, make_visit, next_step, now_utc

pytestmark = pytest.mark.django_db
HEADER = "Matricule;Du;Au;Motif"


def absences_of(agenda: Agenda) -> list[tuple[str, str, str]]:
    rows = Absence.objects.filter(agenda=agenda).order_by("starts_at")
    return [
        (one.starts_at.isoformat(), one.ends_at.isoformat(), one.reason) for one in rows
    ]


def next_year(world: World) -> int:
    return now_utc().astimezone(world.store.zone).year + 1


def test_whole_days_and_parts_of_days_in_the_ways_people_write_them(
    world: World,
) -> None:
    year, bob = next_year(world), world.bob
    text = (
        f"{HEADER}\n~{bob.staff_member.pk};24/12/{year};{year}-12-26;Congés\n"
        f"~{bob.staff_member.pk};{year}-07-01 14:00;{year}-07-01 18h30;formation\n"
    )
    run = written(checked(world, "absences", text))
    assert counts_of(run) == {"created": 2}
    assert absences_of(bob.agenda) == [
        (f"{year}-07-01T12:00:00+00:00", f"{year}-07-01T16:30:00+00:00", "training"),
        (f"{year}-12-23T23:00:00+00:00", f"{year}-12-26T23:00:00+00:00", "holiday"),
    ]
    back = exported(world.brand, "absences").decode("utf-8-sig").splitlines()
    assert back == [
        "number;first;last;reason",
        f"~{bob.staff_member.pk};{year}-07-01 14:00;{year}-07-01 18:30;training",
        f"~{bob.staff_member.pk};{year}-12-24;{year}-12-26;holiday",
    ]
    again = text.replace("Congés", "maladie")
    assert counts_of(written(checked(world, "absences", again))) == {
        "changed": 1,
        "same": 1,
    }
    assert absences_of(bob.agenda)[1][2] == "sickness"


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ("nobody;{y}-01-02;{y}-01-03;", "number", "unknown_person"),
        ("{bob};31/02/{y};{y}-03-03;", "first", "day"),
        ("{bob};tomorrow;{y}-03-03;", "first", "day"),
        ("{bob};{y}-03-03;{y}-03-02;", "last", "order"),
        ("{bob};{y}-03-03;;", "last", "no_key"),
        ("{bob};{y}-03-03;{y}-03-04;because", "reason", "choice"),
    ],
)
def test_a_row_that_is_wrong_says_where(
    world: World, cells: str, column: str, code: str
) -> None:
    bob = f"~{world.bob.staff_member.pk}"
    line = cells.format(bob=bob, y=next_year(world))
    run = checked(world, "absences", f"{HEADER}\n{line}\n")
    assert rows_of(run)[0][2][:2] == [column, code]
    written(run)
    assert not Absence.objects.exists()


def test_an_hour_that_the_clocks_leave_out_is_refused(world: World) -> None:
    year = next_year(world)
    sunday = dt.date(year, 3, 31)
    sunday -= dt.timedelta(days=(sunday.weekday() + 1) % 7)
    line = f"~{world.bob.staff_member.pk};{sunday} 02:30;{sunday} 08:00;"
    run = checked(world, "absences", f"{HEADER}\n{line}\n")
    assert rows_of(run)[0][2][:2] == ["first", "day"]


def test_visits_stand_against_it_and_others_are_written(world: World) -> None:
    now = now_utc()
    visit = make_visit(world, starts_at=next_step(now), now=now)
    day = visit.starts_at.astimezone(world.store.zone).date()
    after = (visit.ends_at.astimezone(world.store.zone)).date()
    text = "".join(
        f"~{one.staff_member.pk};{day};{after};\n" for one in (world.bob, world.charlie)
    )
    run = written(checked(world, "absences", f"{HEADER}\n{text}"))
    assert [row[1:] for row in rows_of(run)] == [
        ("refused", ["number", "visits", "1"]),
        ("created", []),
    ]
    assert absences_of(world.bob.agenda) == []
    assert len(absences_of(world.charlie.agenda)) == 1


def test_one_that_lies_too_far_is_refused_when_it_is_written(world: World) -> None:
    year = next_year(world) + 8
    line = f"~{world.bob.staff_member.pk};{year}-01-01;{year}-01-02;"
    run = written(checked(world, "absences", f"{HEADER}\n{line}\n"))
    assert rows_of(run)[0][1:] == ("refused", ["first", "far", ""])


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    spans=st.lists(
        st.tuples(
            st.integers(0, 2 * 365 * 24 * 60),
            st.timedeltas(dt.timedelta(minutes=1), dt.timedelta(days=40)),
        ),
        max_size=4,
        unique_by=lambda span: span[0],
    ),
    zone=st.sampled_from(["Europe/Paris", "America/Martinique", "Africa/Cairo"]),
)
def test_what_goes_out_comes_back_and_changes_nothing(
    world: World, spans: list[tuple[int, dt.timedelta]], zone: str
) -> None:
    type(world.store).objects.filter(pk=world.store.pk).update(time_zone=zone)
    Absence.objects.filter(agenda=world.bob.agenda).delete()
    first = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    begins = [(first + dt.timedelta(minutes=n), length) for n, length in spans]
    Absence.objects.bulk_create(
        Absence(
            brand=world.brand,
            agenda=world.bob.agenda,
            starts_at=at,
            ends_at=at + length,
        )
        for at, length in begins
    )
    content = exported(world.brand, "absences")
    if not spans:
        assert content.count(b"\n") == 1
        return
    run = checked(world, "absences", content)
    assert set(counts_of(run)) == {"same"}, rows_of(run)
    run.delete()
