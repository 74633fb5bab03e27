"""Import and export at the desk: a file is tried, written, stopped, and goes out."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from booking.desk.exchange.words import column_name
from booking.exchange.portions import SHEETS
from booking.exchange.runs import go_on
from booking.models import Import
from stores.models import Membership, Role, StaffMember, Store
from tests.booking.at_the_desk import signed_in
from tests.cast import World, make_user, now_utc

pytestmark = pytest.mark.django_db
LIST = "/desk/imports/"


@pytest.fixture
def dora(world: World) -> Client:
    return signed_in(world.dora)


def send(client: Client, text: str | bytes, kind: str = "stores") -> Any:
    content = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile("agences.csv", content)
    return client.post(LIST, {"kind": kind, "file": file})


def work() -> None:
    while go_on(clock=now_utc, seconds=60):
        pass


def test_a_file_is_tried_then_written_and_refused_rows_come_back(
    world: World, dora: Client
) -> None:
    text = (
        "number;name;latitude;longitude\n27;Évreux;49;1,5\n;Bourg;;\n0028;=cmd;north;\n"
    )
    page = send(dora, text)["Location"]
    assert "0" in dora.get(page).text
    assert dora.get(f"{page}progress/").status_code == 200
    work()
    assert dora.get(f"{page}progress/")["HX-Refresh"] == "true"
    report = dora.get(page)
    for words in ("Nothing is written yet", "Write 1 row", "2 refused", "north"):
        assert words in report.text, words
    assert "Évreux" in dora.get(f"{page}?rows=created").text
    file = dora.get(f"{page}refused/")
    assert file.content.decode("utf-8-sig").splitlines() == [
        "number;name;latitude;longitude;Reason",
        ";Bourg;;;Empty: the row is known by it.",
        "0028;'=cmd;north;;This is no figure.",
    ]
    assert not Store.objects.filter(external_id="27").exists()
    dora.post(f"{page}write/")
    work()
    assert Store.objects.get(external_id="27").longitude == 1.5
    assert "It is written." in dora.get(page).text
    assert "agences.csv" in dora.get(LIST).text
    dora.post(f"{page}write/")
    assert Import.objects.get().state == Import.State.WRITTEN, "once"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n", "This is no table"),
        (b"PK\x03\x04zip", "This workbook cannot be read"),
        (b"\xd0\xcf\x11\xe0doc", "This workbook cannot be read"),
        (b"", "The first line names the columns"),
        (b"number;name\n1;2;3", "Line 2 has more cells"),
        (b"a" * (16 * 2**20 + 1), "larger than 16 MB"),
    ],
)
def test_what_is_no_table_is_told_in_one_sentence(
    dora: Client, content: bytes, words: str
) -> None:
    page = send(dora, content)
    assert page.status_code == 422
    assert words in page.text
    assert not Import.objects.exists()


def test_each_column_is_called_as_people_call_it() -> None:
    for kind, sheet in SHEETS.items():
        for language in ("en", "fr"):
            with translation.override(language):
                words = [column_name(column.name) for column in sheet.columns]
            assert len(set(words)) == len(words), (kind, language)
            assert not [one for one in words if "_" in one]


def test_no_file_is_asked_for(dora: Client) -> None:
    answer = dora.post(LIST, {"kind": "stores"})
    assert answer.status_code == 422
    assert "Choose a file first." in answer.text


def test_columns_that_nothing_is_read_from_are_named(dora: Client) -> None:
    page = send(dora, "number;name;Horoscope\n27;Évreux;Lion\n")["Location"]
    work()
    assert "Nothing is read from these columns: Horoscope." in dora.get(page).text
    page = send(dora, "number;name\n27;Évreux\n")["Location"]
    work()
    assert "Nothing is read from" not in dora.get(page).text


def test_a_second_file_waits_for_the_first_which_may_be_stopped(dora: Client) -> None:
    page = send(dora, "number;name\n1;A\n")["Location"]
    busy = send(dora, "number;name\n2;B\n")
    assert (busy.status_code, busy.text.count("Another file of your brand")) == (422, 1)
    dora.post(f"{page}stop/")
    work()
    assert Import.objects.get().state == Import.State.STOPPED
    assert "Stopped" in dora.get(LIST).text


def test_a_file_that_was_tried_is_given_up_and_waits_for_nobody(dora: Client) -> None:
    page = send(dora, "number;name\n1;A\n")["Location"]
    work()
    assert "to deal with" in dora.get("/staff/").text
    assert "Give it up" in dora.get(page).text
    dora.post(f"{page}stop/")
    assert Import.objects.get().state == Import.State.STOPPED
    assert "to deal with" not in dora.get("/staff/").text
    dora.post(f"{page}write/")
    work()
    assert not Store.objects.filter(external_id="1").exists()


def test_unknown_columns_are_asked_for(dora: Client) -> None:
    page = send(dora, "Ref;Enseigne;Note\n7;Évreux;x\n")["Location"]
    assert "which column is which" in dora.get(page).text
    chosen = {"column-0": "number", "column-1": "number"}
    said = dora.post(f"{page}columns/", chosen, follow=True).text
    assert "cannot be the same one" in said
    dora.post(f"{page}columns/", {"column-0": "number", "column-1": "name"})
    work()
    assert "Write 1 row" in dora.get(page).text


def test_what_goes_out_has_the_columns_and_no_account_secret(
    world: World, dora: Client
) -> None:
    file = dora.get(f"{LIST}export/people/")
    assert 'filename="tilleul-people.csv"' in file["Content-Disposition"]
    lines = file.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("number;first_name;")
    assert sorted(re.findall(r"Bob|Charlie|Eve", file.text)) == ["Bob", "Charlie"]
    empty = dora.get(f"{LIST}export/people/?empty=1").content.decode("utf-8-sig")
    assert empty.splitlines() == lines[:1]
    assert dora.get(f"{LIST}export/customers/").status_code == 404


def test_people_are_invited_and_changes_taken_back_from_the_page(
    world: World, dora: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailed: list[object] = []
    plan = "notifications.outbox.invitations.plan_invitations"
    monkeypatch.setattr(plan, mailed.extend)
    pk = world.charlie.staff_member.pk
    mail = world.charlie.user.email
    text = f"number;first_name;email\n~{pk};Charles;{mail}\n5;Ada;ada@tilleul.example\n"
    page = send(dora, text, "people")["Location"]
    work()
    dora.post(f"{page}write/")
    work()
    said = dora.get(page).text
    assert "1 person of this file was never invited." in said
    assert "1 changed row gets its old values" in said
    dora.post(f"{page}invite/")
    assert "Invitations are written and sent." in dora.get(f"{page}progress/").text
    work()
    assert len(mailed) == 1
    assert "never invited" not in dora.get(page).text
    back = dora.post(f"{page}undo/")["Location"]
    work()
    assert "Taken back: agences.csv" in dora.get(back).text
    dora.post(f"{back}write/")
    work()
    assert StaffMember.objects.get(pk=pk).first_name == "Charlie"
    again = dora.post(f"{page}undo/")["Location"]
    work()
    assert "There is nothing to write." in dora.get(again).text
    assert "Columns" not in dora.get(again).text
    Import.objects.update(written_at=now_utc() - dt.timedelta(days=2))
    late = dora.post(f"{page}undo/", follow=True).text
    assert "Nothing of it can be taken back any more." in late


def test_only_admins_of_the_brand_import(world: World, dora: Client) -> None:
    page = send(dora, "number;first_name\n1;Ada\n", "people")["Location"]
    user = make_user("mia@tilleul.example", "Mia Blin")
    Membership.objects.create(
        brand=world.brand, user=user, store=world.store, role=Role.MANAGER
    )
    mia = signed_in(user)
    for path in (LIST, page, f"{LIST}export/people/"):
        assert mia.get(path).status_code == 403, path
    assert mia.post(f"{page}write/").status_code == 403
    assert signed_in(world.eve.user).get(page).status_code == 404
    assert not StaffMember.objects.filter(first_name="Ada").exists()
