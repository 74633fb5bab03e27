"""Roles by file: given with the person, changed, refused with a reason, taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.exchange.runs import begin_writing, counts_of
from booking.exchange.undoing import start_undo
from booking.models import Import
from stores.editing.invitations import accept, invite, token_of
from stores.editing.many_people import replace_roles
from stores.editing.roles import RoleTerm, roles_of
from stores.errors import LastAdmin
from stores.models import (
    Departure,
    Invitation,
    Membership,
    Region,
    Role,
    StaffMember,
    Store,
)
from tests.booking.exchange.files import checked, exported, finished, rows_of, written
from tests.cast import World, make_user, now_utc

pytestmark = pytest.mark.django_db


@pytest.fixture
def north(world: World) -> Region:
    Store.objects.filter(pk=world.store.pk).update(external_id="0027")
    Store.objects.filter(pk=world.other_store.pk).update(external_id="0031")
    return Region.objects.create(brand=world.brand, slug="nord", name="Nord, Est")


def person(number: str) -> StaffMember:
    return StaffMember.objects.get(external_id=number)


def colleague(world: World) -> str:
    """The key of Bob's row."""
    return f"~{world.bob.staff_member.pk}"


def terms_of(staff_member: StaffMember) -> set[tuple[str, str]]:
    row = StaffMember.objects.select_related("invitation").get(pk=staff_member.pk)
    return {
        (term.role.value, str(term.store or term.region or "brand"))
        for term in roles_of(row)
    }


def test_managers_of_a_file_wait_for_their_invitation_with_their_role(
    world: World, north: Region
) -> None:
    text = (
        "number;first_name;email;stores;role;role_at\n"
        "1;Ada;ada@tilleul.example;27,31;manager;\n"
        '2;Bea;bea@tilleul.example;27;Responsable;"""region:Nord, Est"""\n'
        '3;Cleo;cleo@tilleul.example;27;"manager; adviser";"27; 31, région:nord"\n'
        "4;Dan;dan@tilleul.example;27;;\n"
        "5;Eli;;27;admin;brand\n"
    )
    run = checked(world, "people", text)
    assert counts_of(run) == {"created": 5}, rows_of(run)
    assert not Invitation.objects.exists(), "a dry run"
    written(run)
    assert terms_of(person("1")) == {("manager", "Lille"), ("manager", "Arras")}
    assert terms_of(person("2")) == {("manager", "Nord, Est")}
    assert terms_of(person("3")) == {
        ("manager", "Lille"),
        ("adviser", "Arras"),
        ("adviser", "Nord, Est"),
    }
    assert terms_of(person("4")) == {("adviser", "Lille")}
    assert terms_of(person("5")) == {("admin", "brand")}
    assert not Invitation.objects.filter(sent_at__isnull=False).exists()
    assert counts_of(checked(world, "people", text)) == {"same": 5}
    again = exported(world.brand, "people")
    assert set(counts_of(checked(world, "people", again))) == {"same"}


def test_a_role_that_waited_is_there_when_the_link_is_used(
    world: World, north: Region
) -> None:
    text = "number;first_name;email;stores;role\n1;Ada;ada@tilleul.example;27;manager\n"
    written(checked(world, "people", text))
    made = invite(
        staff_member=person("1"),
        email="ada@tilleul.example",
        by=world.dora,
        now=now_utc(),
        by_mail=False,
    )
    assert made is not None
    user = make_user("ada@tilleul.example", "Ada")
    accept(token=token_of(made), now=now_utc(), user=user)
    row = Membership.objects.for_brand(world.brand).get(user=user)
    assert (row.role, row.store) == (Role.MANAGER, world.store)


def test_roles_change_and_are_taken_back_exactly(world: World, north: Region) -> None:
    bob, charlie = world.bob.staff_member, world.charlie.staff_member
    kept = Membership.objects.get(user=world.charlie.user)
    before = exported(world.brand, "people")
    text = (
        "number;first_name;role;role_at\n"
        f'~{bob.pk};Bob;"manager; adviser";"""region:Nord, Est""; 31"\n'
        f"~{charlie.pk};Charlie;manager;31\n"
    )
    run = written(checked(world, "people", text))
    assert counts_of(run) == {"changed": 2}, rows_of(run)
    assert terms_of(bob) == {("manager", "Nord, Est"), ("adviser", "Arras")}
    kept.refresh_from_db()
    assert kept.role == Role.MANAGER, "a session that names the row goes on"
    back = finished(start_undo(run=run, name="Back", user=world.dora, now=now_utc()))
    assert terms_of(charlie) == {("manager", "Arras")}, "tried first"
    written(back)
    assert exported(world.brand, "people") == before
    assert terms_of(bob) == {("adviser", "Lille")}


def test_a_role_that_somebody_changed_since_is_not_taken_back(
    world: World, north: Region
) -> None:
    bob = world.bob.staff_member
    text = f"number;first_name;role;role_at\n~{bob.pk};Bob;manager;27\n"
    run = written(checked(world, "people", text))
    both = [
        RoleTerm(Role.MANAGER, store=one) for one in (world.store, world.other_store)
    ]
    replace_roles(brand=world.brand, wanted={bob.pk: both}, now=now_utc())
    written(finished(start_undo(run=run, name="", user=world.dora, now=now_utc())))
    assert terms_of(bob) == {("manager", "Lille"), ("manager", "Arras")}


def test_empty_cells_and_missing_columns_leave_roles_as_they_are(
    world: World, north: Region
) -> None:
    bob = world.bob.staff_member
    replace_roles(
        brand=world.brand,
        wanted={bob.pk: [RoleTerm(Role.MANAGER, region=north)]},
        now=now_utc(),
    )
    for text in (
        f"number;first_name\n~{bob.pk};Bob\n",
        f"number;first_name;role;role_at\n~{bob.pk};Bob;;\n",
        f"number;first_name;role\n~{bob.pk};Bob;manager\n",
    ):
        assert counts_of(checked(world, "people", text)) == {"same": 1}, text
    none = f"number;first_name;role\n~{bob.pk};Bob;aucun\n"
    run = written(checked(world, "people", none))
    assert terms_of(bob) == set()
    written(finished(start_undo(run=run, name="", user=world.dora, now=now_utc())))
    assert terms_of(bob) == {("manager", "Nord, Est")}
    Membership.objects.filter(user=world.bob.user).delete()
    place = f"number;first_name;role_at\n~{bob.pk};Bob;27\n"
    assert rows_of(checked(world, "people", place))[0][2][:2] == ["role", "role_needed"]
    adviser = f"number;first_name;role\n~{bob.pk};Bob;adviser\n"
    written(checked(world, "people", adviser))
    assert terms_of(bob) == {("adviser", "Lille")}, "without a place: their stores"


@pytest.mark.parametrize(
    ("role", "places", "column", "code"),
    [
        ("boss", "", "role", "unknown_role"),
        ("manager", "region:Sud", "role_at", "unknown_region"),
        ("manager", "9", "role_at", "unknown_store"),
        ("admin", "27", "role_at", "admin_place"),
        ("manager;adviser", "27", "role_at", "role_groups"),
        ("manager;adviser", "27;27", "role_at", "one_role"),
        ("", "27", "role", "role_needed"),
        ("manager", "", "role_at", "role_nowhere"),
        ("manager", "store:27, region:Nord" + 2000 * " ", "role_at", "too_long"),
    ],
)
def test_a_role_that_is_none_is_refused_with_its_reason(
    world: World, north: Region, role: str, places: str, column: str, code: str
) -> None:
    places = places.replace(" " * 2000, ", 27" * 500)
    text = f'number;first_name;role;role_at\n7;Ada;"{role}";"{places}"\n'
    run = checked(world, "people", text)
    ((_line, state, reason),) = rows_of(run)
    assert (state, reason[:2]) == ("refused", [column, code])
    written(run)
    assert not StaffMember.objects.filter(external_id="7").exists()


def test_the_last_admin_stays_and_may_be_followed_by_another(
    world: World, north: Region
) -> None:
    StaffMember.objects.create(
        brand=world.brand, user=world.dora, first_name="Dora", external_id="d"
    )
    lines = ["number;first_name;role", "d;Dora;none", f"{colleague(world)};Bob;admin"]
    alone = checked(world, "people", "\n".join(lines[:2]))
    assert rows_of(alone)[0][1:] == ("refused", ["role", "last_admin", ""])
    both = written(checked(world, "people", "\n".join(lines)))
    assert counts_of(both) == {"changed": 2}, rows_of(both)
    assert terms_of(person("d")) == set()
    assert terms_of(world.bob.staff_member) == {("admin", "brand")}
    with pytest.raises(LastAdmin):
        replace_roles(
            brand=world.brand, wanted={world.bob.staff_member.pk: []}, now=now_utc()
        )


def demoted(world: World) -> None:
    Membership.objects.filter(user=world.dora).update(role=Role.MANAGER)


def closed(world: World) -> None:
    world.dora.is_active = False
    world.dora.save()


@pytest.mark.parametrize("ended", [demoted, closed])
@pytest.mark.parametrize("late", [False, True])
def test_who_administers_no_more_gives_no_role(
    world: World, north: Region, ended: Callable[[World], None], *, late: bool
) -> None:
    """Neither in the dry run, nor where the right ended after it."""
    text = (
        "number;first_name;stores;role\n"
        f"{colleague(world)};Bob;27;manager\n"
        "8;Ada;27;manager\n"
        "9;Bea;27;\n"
    )
    if not late:
        ended(world)
    run = checked(world, "people", text)
    ended(world)
    written(run)
    above = ("refused", ["role", "role_above", ""])
    assert [row[1:] for row in rows_of(run)] == [above, above, ("created", [])]
    assert terms_of(world.bob.staff_member) == {("adviser", "Lille")}
    assert terms_of(person("9")) == {("adviser", "Lille")}
    assert not StaffMember.objects.filter(external_id="8").exists()


def test_who_has_left_gets_no_role_and_who_has_no_invitation_does(
    world: World, north: Region
) -> None:
    new = StaffMember.objects.create(
        brand=world.brand, first_name="Zoe", external_id="z"
    )
    text = "number;first_name;role;role_at\nz;Zoe;manager;27\n"
    written(checked(world, "people", text))
    assert terms_of(new) == {("manager", "Lille")}
    now = now_utc()
    Departure.objects.create(
        brand=world.brand, staff_member=new, last_day=now.date(), ended_at=now
    )
    run = checked(world, "people", text.replace("manager", "adviser"))
    assert rows_of(run)[0][1:] == ("refused", ["role", "left", ""])


@pytest.mark.parametrize("people", [1, 30])
def test_roles_of_a_portion_cost_a_fixed_number_of_statements(
    world: World, north: Region, people: int
) -> None:
    lines = "".join(f"{n};Ada;27;manager\n" for n in range(people))
    run = checked(world, "people", f"number;first_name;stores;role\n{lines}")
    written(run)
    lines = lines.replace("manager", "adviser")
    run = checked(world, "people", f"number;first_name;stores;role\n{lines}")
    begin_writing(run=run)
    with CaptureQueriesContext(connection) as asked:
        finished(run)
    assert Import.objects.get(pk=run.pk).state == Import.State.WRITTEN
    roles = [one["sql"] for one in asked if "stores_membership" in one["sql"]
             or "stores_invitation" in one["sql"]]  # fmt: skip
    assert len(roles) <= 14, roles
