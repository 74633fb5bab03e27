"""Files of stores, people and hours: checked, written, refused, and back again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from booking.exchange.runs import (
    ImportBusy,
    begin_writing,
    counts_of,
    start_import,
    step,
    stop_import,
)
from booking.models import Import
from stores.errors import TableRefused
from stores.files.door import storage
from stores.models import (
    Agenda,
    Competence,
    Invitation,
    Posting,
    StaffMember,
    Store,
    WorkingHours,
)
from tests.booking.exchange.files import (
    checked,
    exported,
    finished,
    rows_of,
    written,
)
from tests.cast import World, make_visit, next_step, now_utc

pytestmark = pytest.mark.django_db(transaction=False)

STORES = """Matricule;Nom;Ville;Code postal;Région;Téléphone;Remarque
0027;Évreux, cathédrale;Évreux;27000;Normandie;'+33232000000;=1+1
0001;Bourg;Bourg;1000;Ain;;
"""
PEOPLE = """Matricule;Prénom;Nom;Courriel;Magasins;Sujets;Langues
004711;Inès;Moreau;INES@tilleul.example;0027,0001;Premier vélo;fr, en
004712;Léa;Petit;;27;premier-velo[video];
"""
HOURS = """Matricule;Magasin;Lundi;Samedi
4711;0027;9h-12h, 14:00-18:00;09:00-12:00 video
"""


def test_an_empty_brand_is_filled_by_three_files(world: World) -> None:
    run = checked(world, "stores", STORES.encode("cp1252"))
    assert counts_of(run) == {"created": 2}
    assert not Store.objects.filter(external_id="0027").exists(), "a dry run"
    assert written(run).state == Import.State.WRITTEN
    evreux, bourg = Store.objects.filter(external_id__gt="").order_by("-external_id")
    assert (evreux.name, evreux.phone, evreux.slug) == (
        "Évreux, cathédrale",
        "+33232000000",
        "evreux-cathedrale",
    )
    assert (bourg.postcode, bourg.region and bourg.region.name) == ("01000", "Ain")
    written(checked(world, "people", PEOPLE))
    ines = StaffMember.objects.get(external_id="004711")
    assert Agenda.objects.filter(staff_member=ines).exists()
    posts = Posting.objects.filter(staff_member=ines)
    assert {(post.store_id, post.is_home) for post in posts} == {
        (evreux.pk, True),
        (bourg.pk, False),
    }
    waiting = Invitation.objects.get(staff_member=ines)
    assert (waiting.email, waiting.sent_at) == ("ines@tilleul.example", None)
    lea = Competence.objects.get(staff_member__external_id="004712")
    assert (lea.topic, lea.channels) == (world.topic, ["video"])
    written(checked(world, "hours", HOURS))
    hours = WorkingHours.objects.filter(agenda=ines.agenda).order_by("weekday")
    assert [(row.weekday, row.minutes, len(row.channels)) for row in hours] == [
        (0, 180, 3),
        (0, 240, 3),
        (5, 180, 1),
    ]
    for kind, content in (("stores", STORES), ("people", PEOPLE), ("hours", HOURS)):
        assert set(counts_of(checked(world, kind, content))) == {"same"}, kind


@pytest.mark.parametrize("kind", ["stores", "people", "hours"])
def test_what_goes_out_comes_back_and_changes_nothing(world: World, kind: str) -> None:
    WorkingHours.objects.filter(agenda=world.bob.agenda, weekday=2).update(
        starts_at=dt.time(22),
        minutes=300,
        channels=["callback", "video"],
        every_n_weeks=2,
        valid_from=dt.date(2026, 1, 5),
    )
    Store.objects.filter(pk=world.store.pk).update(
        external_id="=1", name='@Lille; "rue"', latitude=50.1, longitude=3.0
    )
    run = checked(world, kind, exported(world.brand, kind))
    assert set(counts_of(run)) == {"same"}, [r for r in rows_of(run) if r[1] != "same"]


@pytest.mark.parametrize(
    ("kind", "line", "column", "code"),
    [
        ("people", ";Léa;;;;;", "number", "no_key"),
        ("people", "1;;;;;;", "first_name", "required"),
        ("people", "1;Léa;;lea@;;;", "email", "invalid"),
        ("people", "1;Léa;;bob@tilleul.example;;;", "email", "known"),
        ("people", "1;Léa;;;Mars;;", "stores", "unknown_store"),
        ("people", "1;Léa;;;;Astrologie;", "topics", "unknown_topic"),
        ("people", "1;Léa;;;;;tlh", "languages", "choice"),
        ("people", "~999999;Léa;;;;;", "number", "unknown_key"),
        ("stores", "9;—;;;;;", "name", "invalid"),
        ("hours", "nobody;27;9-12;", "number", "unknown_person"),
    ],
)
def test_a_row_that_is_wrong_says_where(
    world: World, kind: str, line: str, column: str, code: str
) -> None:
    header = {"people": PEOPLE, "stores": STORES, "hours": HOURS}[kind].split("\n")[0]
    run = checked(world, kind, f"{header}\n{line}\n")
    ((_number, state, reason),) = rows_of(run)
    assert (state, reason[:2]) == ("refused", [column, code])
    before = StaffMember.objects.count(), Store.objects.count()
    written(run)
    assert (StaffMember.objects.count(), Store.objects.count()) == before


def test_a_key_stands_in_one_line(world: World) -> None:
    run = checked(world, "stores", "number,name\n7,A\n8,B\n7,C\n")
    assert rows_of(run)[2] == (4, "refused", ["number", "twice", "2"])
    written(run)
    assert sorted(Store.objects.filter(external_id__gt="").values_list(
        "name", flat=True)) == ["A", "B"]  # fmt: skip


@pytest.mark.parametrize("between", [0, 1100])
def test_an_address_stands_in_one_line_however_far_apart(
    world: World, between: int
) -> None:
    """A file is read by the thousand."""
    others = "".join(f"b{n};Bea;\n" for n in range(between))
    lines = f"7;Ada;ADA@tilleul.example\n{others}8;Ada;ada@tilleul.example\n"
    run = checked(world, "people", f"number;first_name;email\n{lines}")
    assert counts_of(run) == {"created": between + 1, "refused": 1}
    refused = run.rows.get(state="refused")
    assert (refused.key, refused.reason) == ("8", ["email", "twice", "2"])


def test_rows_that_visits_stand_against_are_refused(world: World) -> None:
    now = now_utc()
    make_visit(world, starts_at=next_step(now), now=now)
    bob = world.bob.staff_member
    arras = f"~{world.other_store.pk}"
    text = (
        "number;first_name;stores;topics\n"
        f"~{bob.pk};Robert;{arras};premier-velo\n"
        f"~{world.charlie.staff_member.pk};Charles;~{world.store.pk};premier-velo\n"
    )
    run = written(checked(world, "people", text))
    assert [row[1:] for row in rows_of(run)] == [
        ("refused", ["number", "visits", "1"]),
        ("changed", []),
    ]
    bob.refresh_from_db()
    assert bob.first_name == "Bob"
    assert StaffMember.objects.get(pk=world.charlie.staff_member.pk).first_name == (
        "Charles"
    )
    topics = f"number;first_name;topics\n~{bob.pk};Bob;\n"
    run = written(checked(world, "people", topics))
    assert rows_of(run)[0][2] == ["number", "visits", "1"]
    hours = f"number;store;monday\n~{bob.pk};~{world.store.pk};03:00-03:05\n"
    weeks = "number;store;" + ";".join(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    )
    hours = f"{weeks}\n~{bob.pk};~{world.store.pk};;;;;;;\n"
    run = written(checked(world, "hours", hours))
    assert rows_of(run)[0][2] == ["number", "visits", "1"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "no_table"),
        (b"a;b\x00c", "no_table"),
        (b"", "header"),
        (b"number;name\n", "empty"),
        (b"number;number\n1;2", "twice"),
        (b"number;name\n1;2;3;4", "wide"),
        ("number;name\n" + 60_000 * "1;2\n", "rows"),
        (b'number;name\n"1;2\n', "no_table"),
    ],
)
def test_what_is_no_table_is_told_and_leaves_nothing(
    world: World, content: Any, why: str
) -> None:
    with pytest.raises(TableRefused) as refused:
        checked(world, "stores", content)
    assert refused.value.why == why
    assert not Import.objects.all_brands().exists()


def test_one_import_at_a_time_goes_on_after_a_kill_and_stops(world: World) -> None:
    rows = "".join(f"n{n};Store {n}\n" for n in range(450))
    run = checked(world, "stores", f"number;name\n{rows}")
    begin_writing(run=run)
    assert step(run.pk, now=now_utc())
    assert Store.objects.filter(external_id__gt="").count() == 200
    with pytest.raises(ImportBusy):
        checked(world, "stores", "number;name\n1;A\n")
    assert step(run.pk, now=now_utc()), "whoever comes next goes on there"
    stop_import(run=run)
    assert not step(run.pk, now=now_utc())
    assert Store.objects.filter(external_id__gt="").count() == 400
    again = checked(world, "stores", f"number;name\n{rows}")
    assert counts_of(again) == {"same": 400, "created": 50}


def test_columns_are_remembered_by_the_header(world: World) -> None:
    text = "Ref;Enseigne\n7;Évreux\n"
    run = start_import(
        brand=world.brand,
        kind="stores",
        name="a.csv",
        content=text.encode(),
        user=world.dora,
        now=now_utc(),
    )
    assert run.state == Import.State.STOPPED, "its columns are asked for"
    run.columns = ["number", "name"]
    run.save()
    assert counts_of(checked(world, "stores", text)) == {"created": 1}


def test_a_file_that_is_gone_ends_its_own_import_alone(world: World) -> None:
    """Checking needs it; what is checked is written from its rows."""
    run = start_import(
        brand=world.brand,
        kind="stores",
        name="stores.csv",
        content=STORES.encode(),
        user=world.dora,
        now=now_utc(),
    )
    assert run.file is not None
    storage().delete(run.file.name)
    assert finished(run).state == Import.State.FAILED
    again = checked(world, "stores", STORES)
    assert again.file is not None
    storage().delete(again.file.name)
    assert written(again).state == Import.State.WRITTEN
