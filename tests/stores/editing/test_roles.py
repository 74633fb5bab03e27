"""Roles are replaced within what the editor answers for, and an admin stays."""

from __future__ import annotations

import pytest

from stores.editing.people import NewPerson, create_people
from stores.editing.roles import RoleTerm, roles_of, set_roles
from stores.errors import LastAdmin, PersonRefused
from stores.models import Membership, Region, Role, StaffMember
from tests.cast import World, make_user, now_utc

pytestmark = pytest.mark.django_db


def anything(_term: RoleTerm) -> bool:
    return True


def of_dora(world: World) -> StaffMember:
    (row,) = create_people(
        brand=world.brand,
        people=[NewPerson(first_name="Dora", email=world.dora.email, role=Role.ADMIN)],
        now=now_utc(),
    )
    return row


def test_a_managers_store_is_all_that_a_manager_changes(world: World) -> None:
    bob = world.bob.staff_member
    elsewhere = Membership.objects.create(
        brand=world.brand,
        user=world.bob.user,
        store=world.other_store,
        role=Role.MANAGER,
    )

    def of_lille(term: RoleTerm) -> bool:
        return term.store == world.store and term.role != Role.ADMIN

    promoted = RoleTerm(Role.MANAGER, store=world.store)
    before = Membership.objects.for_brand(world.brand).get(
        user=world.bob.user, store=world.store
    )
    set_roles(staff_member=bob, roles=[promoted], within=of_lille)
    assert set(roles_of(bob)) == {
        promoted,
        RoleTerm(Role.MANAGER, store=world.other_store),
    }
    before.refresh_from_db()
    assert before.role == Role.MANAGER, "a session that names the row goes on"
    for wrong in (
        RoleTerm(Role.ADMIN),
        RoleTerm(Role.ADVISER, store=world.other_store),
        RoleTerm(Role.ADVISER, store=world.foreign_store),
    ):
        with pytest.raises(PersonRefused):
            set_roles(staff_member=bob, roles=[wrong], within=of_lille)
    set_roles(staff_member=bob, roles=[], within=of_lille)
    assert list(world.bob.user.memberships.all()) == [elsewhere]


def test_a_place_has_one_role_and_an_admin_none(world: World) -> None:
    region = Region.objects.create(brand=world.brand, slug="north", name="North")
    for wrong in (
        [RoleTerm(Role.ADVISER), RoleTerm(Role.MANAGER)],
        [RoleTerm(Role.ADMIN, store=world.store)],
        [RoleTerm(Role.ADMIN, region=region)],
        [RoleTerm(Role.MANAGER, store=world.store, region=region)],
    ):
        with pytest.raises(PersonRefused):
            set_roles(staff_member=world.bob.staff_member, roles=wrong, within=anything)


def test_the_last_admin_stays_one(world: World) -> None:
    dora = of_dora(world)
    for wanted in ([], [RoleTerm(Role.MANAGER)]):
        with pytest.raises(LastAdmin):
            set_roles(staff_member=dora, roles=wanted, within=anything)
    second = make_user("second@tilleul.example", "Second")
    second.is_active = False
    second.save()
    row = Membership.objects.create(brand=world.brand, user=second, role=Role.ADMIN)
    with pytest.raises(LastAdmin):
        set_roles(staff_member=dora, roles=[], within=anything)
    second.is_active = True
    second.save()
    set_roles(staff_member=dora, roles=[RoleTerm(Role.MANAGER)], within=anything)
    assert roles_of(dora) == [RoleTerm(Role.MANAGER)]
    assert row.role == Role.ADMIN


def test_roles_wait_with_the_invitation(world: World) -> None:
    region = Region.objects.create(brand=world.brand, slug="north", name="North")
    (rita,) = create_people(
        brand=world.brand,
        people=[
            NewPerson(
                first_name="Rita", email="rita@tilleul.example", role=Role.MANAGER
            )
        ],
        now=now_utc(),
    )
    terms = [RoleTerm(Role.MANAGER, region=region), RoleTerm(Role.ADVISER)]
    set_roles(staff_member=rita, roles=terms, within=anything)
    rita = StaffMember.objects.for_brand(world.brand).get(pk=rita.pk)
    assert set(roles_of(rita)) == set(terms)
