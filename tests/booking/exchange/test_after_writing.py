"""After a file is written: its people are invited when somebody says so, and what it
changed is changed back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from booking.exchange.runs import ImportBusy, begin_inviting, counts_of, step
from booking.exchange.undoing import WITHIN, NothingToUndo, changed_rows, start_undo
from booking.models import Import
from stores.editing.invitations import invitation_for_token, token_of
from stores.models import Invitation, StaffMember, WorkingHours
from tests.booking.exchange.files import (
    checked,
    exported,
    finished,
    rows_of,
    written,
)
from tests.cast import World, now_utc

pytestmark = pytest.mark.django_db
PEOPLE = """number;first_name;email
007;Ada;ada@tilleul.example
008;Grace;grace@tilleul.example
009;Joan;joan@tilleul.example
010;Hedy;
"""


@pytest.fixture
def mailed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []

    def note(invitations: Sequence[Invitation]) -> None:
        found.extend(one.email for one in invitations)

    monkeypatch.setattr("notifications.outbox.invitations.plan_invitations", note)
    return found


def invited(run: Import) -> Import:
    begin_inviting(run=run)
    return finished(run)


def of(number: str) -> Invitation:
    return Invitation.objects.get(staff_member__external_id=number)


def test_people_of_a_file_are_invited_once_and_nobody_else(
    world: World, mailed: list[str]
) -> None:
    written(checked(world, "people", PEOPLE.replace("00", "10").replace("@", "2@")))
    run = written(checked(world, "people", PEOPLE))
    Invitation.objects.filter(pk=of("009").pk).update(revoked_at=now_utc())
    assert mailed == []
    assert invited(run).state == Import.State.WRITTEN
    assert mailed == ["ada@tilleul.example", "grace@tilleul.example"]
    ada = of("007")
    assert ada.state(now_utc()) == Invitation.State.OPEN
    assert ada.invited_by == world.dora
    found = invitation_for_token(token_of(ada))
    assert found == ada
    invited(run)
    assert len(mailed) == 2
    assert of("107").sent_at is None


def test_who_lost_the_zeros_in_a_spreadsheet_is_invited(
    world: World, mailed: list[str]
) -> None:
    written(checked(world, "people", PEOPLE))
    invited(written(checked(world, "people", "number;first_name\n7;Ada\n")))
    assert mailed == ["ada@tilleul.example"]


def test_somebody_with_an_account_here_meanwhile_is_left_to_their_page(
    world: World, mailed: list[str]
) -> None:
    run = written(checked(world, "people", PEOPLE))
    Invitation.objects.filter(pk=of("007").pk).update(email=world.dora.email)
    StaffMember.objects.filter(user=world.dora).update(user=None)
    invited(run)
    assert sorted(mailed) == ["grace@tilleul.example", "joan@tilleul.example"]


def test_another_file_waits_until_all_are_invited(
    world: World, mailed: list[str]
) -> None:
    run = written(checked(world, "people", PEOPLE))
    begin_inviting(run=run)
    with pytest.raises(ImportBusy):
        checked(world, "people", PEOPLE)
    assert step(run.pk, now=now_utc())
    finished(run)
    assert checked(world, "people", PEOPLE).state == Import.State.CHECKED


def test_a_number_with_and_without_its_zeros_is_one_key(world: World) -> None:
    written(checked(world, "people", PEOPLE))
    run = checked(world, "people", "number;first_name\n7;Ada\n007;Adah\n")
    assert rows_of(run)[1] == (3, "refused", ["number", "twice", "2"])


@pytest.mark.parametrize("kind", ["stores", "people", "hours"])
def test_what_a_file_changed_is_changed_back(world: World, kind: str) -> None:
    before = exported(world.brand, kind)
    run = written(checked(world, kind, changed(world, kind)))
    assert exported(world.brand, kind) != before
    back = finished(start_undo(run=run, name="Back", user=world.dora, now=now_utc()))
    assert exported(world.brand, kind) != before, "tried first"
    assert written(back).state == Import.State.WRITTEN
    assert exported(world.brand, kind) == before


def changed(world: World, kind: str) -> str:
    """A file that changes some rows and creates none."""
    if kind == "stores":
        return f"number;name;city\n~{world.store.pk};Lille;Roubaix\n"
    if kind == "people":
        pk = world.charlie.staff_member.pk
        return f"number;first_name;title_fr\n~{pk};Charles;Chef\n"
    bob = world.bob.staff_member
    return f"number;store;monday\n~{bob.pk};~{world.store.pk};06:00-07:00\n"


def test_what_was_changed_since_stays(world: World) -> None:
    charlie = world.charlie.staff_member
    run = written(checked(world, "people", changed(world, "people")))
    StaffMember.objects.filter(pk=charlie.pk).update(first_name="Karl")
    back = finished(start_undo(run=run, name="Back", user=world.dora, now=now_utc()))
    written(back)
    charlie.refresh_from_db()
    assert (charlie.first_name, charlie.title.get("fr", "")) == ("Karl", "")


def test_a_day_later_and_with_nothing_changed_there_is_nothing_to_undo(
    world: World,
) -> None:
    run = written(checked(world, "hours", changed(world, "hours")))
    assert run.written_at is not None
    late = run.written_at + WITHIN + dt.timedelta(seconds=1)
    assert changed_rows(run, now_utc()).count() == 1
    assert changed_rows(run, late).count() == 0
    with pytest.raises(NothingToUndo):
        start_undo(run=run, name="Back", user=world.dora, now=late)
    assert Import.objects.count() == 1
    WorkingHours.objects.filter(agenda=world.bob.agenda).delete()
    back = finished(start_undo(run=run, name="Back", user=world.dora, now=now_utc()))
    assert (back.state, counts_of(back)) == (Import.State.CHECKED, {})


def test_two_are_not_undone_at_once(world: World) -> None:
    run = written(checked(world, "hours", changed(world, "hours")))
    start_undo(run=run, name="Back", user=world.dora, now=now_utc())
    with pytest.raises(ImportBusy):
        start_undo(run=run, name="Back", user=world.dora, now=now_utc())
