"""The way in: seven days, once, revocable, and no password of anybody else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from stores.editing.invitations import (
    VALID_FOR,
    Standing,
    accept,
    invitation_for_token,
    invite,
    revoke,
    standing_of,
    token_of,
)
from stores.editing.people import NewPerson, create_people
from stores.erasing import erase_due
from stores.errors import (
    AccountExists,
    AddressKnown,
    InvitationOver,
    PersonRefused,
)
from stores.models import Invitation, Membership, Posting, Role, StaffMember
from tests.at_once import at_once
from tests.cast import PASSWORD, World, make_world, now_utc

pytestmark = pytest.mark.django_db
INES = "ines@tilleul.example"


@pytest.fixture
def ines(world: World) -> StaffMember:
    (made,) = create_people(
        brand=world.brand,
        people=[
            NewPerson(
                first_name="Inès", last_name="Moreau", email=INES, stores=[world.store]
            )
        ],
        now=now_utc(),
    )
    return made


def link(world: World, person: StaffMember, email: str = INES) -> str:
    made = invite(staff_member=person, email=email, by=world.dora, now=now_utc())
    assert made is not None
    return token_of(made)


def standing(person: StaffMember, now: dt.datetime | None = None) -> Standing:
    rows = StaffMember.objects.for_brand(person.brand)
    row = rows.select_related("user", "invitation").get(pk=person.pk)
    return standing_of(row, now or now_utc())


def test_a_password_is_chosen_and_somebody_is_there(
    world: World, ines: StaffMember
) -> None:
    assert standing(ines) == Standing.UNINVITED
    token = link(world, ines)
    assert standing(ines) == Standing.INVITED
    accept(token=token, now=now_utc(), password=PASSWORD)
    ines.refresh_from_db()
    assert ines.active
    assert ines.user is not None
    assert (ines.user.email, ines.user.name) == (INES, "Inès Moreau")
    assert ines.user.check_password(PASSWORD)
    (role,) = ines.user.memberships.all()
    assert (role.store, role.role) == (world.store, Role.ADVISER)
    assert standing(ines) == Standing.ACTIVE
    with pytest.raises(InvitationOver) as over:
        accept(token=token, now=now_utc(), password="another long password")
    assert over.value.state == "accepted"
    assert ines.user.check_password(PASSWORD)


def test_it_is_over_after_seven_days(world: World, ines: StaffMember) -> None:
    token, now = link(world, ines), now_utc()
    late = now + VALID_FOR + dt.timedelta(minutes=1)
    assert standing(ines, late) == Standing.EXPIRED
    with pytest.raises(InvitationOver) as over:
        accept(token=token, now=late, password=PASSWORD)
    assert over.value.state == "expired"


def test_a_new_one_ends_the_earlier_one(world: World, ines: StaffMember) -> None:
    first, second = link(world, ines), link(world, ines)
    assert first != second
    assert invitation_for_token(first) is None
    with pytest.raises(InvitationOver) as over:
        accept(token=first, now=now_utc(), password=PASSWORD)
    assert over.value.state == "unknown"
    accept(token=second, now=now_utc(), password=PASSWORD)


def test_it_can_be_taken_back_and_made_again(world: World, ines: StaffMember) -> None:
    token = link(world, ines)
    revoke(staff_member=ines, now=now_utc())
    assert standing(ines) == Standing.UNINVITED
    with pytest.raises(InvitationOver) as over:
        accept(token=token, now=now_utc(), password=PASSWORD)
    assert over.value.state == "revoked"
    accept(token=link(world, ines), now=now_utc(), password=PASSWORD)


def test_the_table_holds_no_token(world: World, ines: StaffMember) -> None:
    token = link(world, ines)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM stores_invitation t")
        assert all(token not in row[0] for row in cursor.fetchall())


def test_an_account_of_another_brand_gets_a_second_membership(
    world: World, ines: StaffMember
) -> None:
    """Its owner signs in: who holds the link alone gets into no account."""
    eve = world.eve.user
    token = link(world, ines, eve.email)
    with pytest.raises(AccountExists):
        accept(token=token, now=now_utc(), password="a password of somebody else")
    with pytest.raises(InvitationOver) as over:
        accept(token=token, now=now_utc(), user=world.bob.user)
    assert over.value.state == "other"
    accept(token=token, now=now_utc(), user=eve)
    eve.refresh_from_db()
    assert eve.check_password(PASSWORD)
    brands = {row.brand for row in Membership.objects.all_brands().filter(user=eve)}
    assert brands == {world.brand, world.other_brand}


def test_an_address_is_one_persons(world: World, ines: StaffMember) -> None:
    with pytest.raises(AddressKnown):
        link(world, ines, world.bob.user.email)
    with pytest.raises(PersonRefused):
        link(world, ines, "")
    with pytest.raises(PersonRefused) as active:
        link(world, world.bob.staff_member, "bob.two@tilleul.example")
    assert active.value.cause == "active"


def test_what_they_have_is_not_made_less(world: World, ines: StaffMember) -> None:
    """Dora, an admin, is named as an adviser's address: she stays what she is."""
    made = invite(
        staff_member=ines, email=world.dora.email, by=world.dora, now=now_utc()
    )
    assert made is None, "bound at once: she is here already"
    assert standing(ines) == Standing.ACTIVE
    roles = {row.role for row in world.dora.memberships.all()}
    assert roles == {Role.ADMIN, Role.ADVISER}


def test_who_was_made_elsewhere_advises_where_they_work(world: World) -> None:
    """By an operator, in /admin/: no role waits for Bob's twin."""
    ines = StaffMember.objects.create(brand=world.brand, first_name="Inès")
    Posting.objects.create(brand=world.brand, staff_member=ines, store=world.store)
    accept(token=link(world, ines), now=now_utc(), password=PASSWORD)
    ines.refresh_from_db()
    assert ines.user is not None
    (role,) = ines.user.memberships.all()
    assert (role.role, role.store) == (Role.ADVISER, world.store)


def test_an_invitation_of_a_closed_brand_opens_nothing(
    world: World, ines: StaffMember
) -> None:
    token = link(world, ines)
    world.brand.active = False
    world.brand.save()
    assert invitation_for_token(token) is None


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_one_makes_the_account() -> None:
    world = make_world()
    (person,) = create_people(
        brand=world.brand,
        people=[NewPerson(first_name="Inès", email=INES, stores=[world.store])],
        now=now_utc(),
    )
    token = link(world, person)

    def press() -> str:
        try:
            accept(token=token, now=now_utc(), password=PASSWORD)
        except InvitationOver as over:
            return over.state
        return "in"

    assert sorted(at_once(press, press)) == ["accepted", "in"]
    assert Invitation.objects.for_brand(world.brand).get().email == ""


def test_who_is_erased_leaves_no_address_and_no_link(
    world: World, ines: StaffMember
) -> None:
    token, now = link(world, ines), now_utc()
    StaffMember.objects.for_brand(world.brand).filter(pk=ines.pk).update(
        erase_after=now, active=False
    )
    erase_due(now=now)
    row = Invitation.objects.for_brand(world.brand).get()
    assert (row.email, row.token_hash) == ("", "")
    assert invitation_for_token(token) is None
