"""People of a brand: made in sets, edited, and refused by cause."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from stores.editing.people import NewPerson, create_people, edit_person
from stores.editing.roles import roles_of
from stores.errors import AddressKnown, PersonRefused
from stores.models import Agenda, Invitation, Membership, Role, StaffMember, User
from tests.at_once import twice
from tests.cast import World, make_topic, make_world, now_utc, open_day_and_night

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines(world: World) -> NewPerson:
    return NewPerson(
        first_name=" Inès ",
        last_name="Moreau",
        formal_name="Madame Moreau",
        title={"fr": "Conseillère", "en": "Adviser"},
        languages=("en", "fr"),
        stores=(world.store, world.other_store),
        topics=(world.topic,),
    )


def create(world: World, *people: NewPerson) -> list[StaffMember]:
    return create_people(brand=world.brand, people=people, now=now_utc())


def test_a_person_is_made_with_everything_and_can_be_booked(
    world: World, ines: NewPerson
) -> None:
    (made,) = create(world, ines)
    made.refresh_from_db()
    assert (made.first_name, made.languages) == ("Inès", ["fr", "en"])
    assert made.active, "no account is needed to be met"
    homes = made.postings.order_by("pk").values_list("store", "is_home")
    assert list(homes) == [(world.store.pk, True), (world.other_store.pk, False)]
    assert [row.topic for row in made.competences.all()] == [world.topic]
    open_day_and_night(made.agenda, world.store)
    query = StartQuery(
        offer=world.offers["video"],
        store=world.store,
        now=now_utc(),
        staff_member=made,
    )
    assert masks_for(query).first() is not None


def test_who_is_to_be_invited_is_met_after_they_came_in(
    world: World, ines: NewPerson
) -> None:
    (made,) = create(world, replace(ines, email="Ines@Tilleul.example"))
    assert not made.active
    waiting = Invitation.objects.for_brand(world.brand).get(staff_member=made)
    assert waiting.email == "ines@tilleul.example"
    assert waiting.state(now_utc()) == Invitation.State.PREPARED
    assert [(t.role, t.store) for t in roles_of(made)] == [
        (Role.ADVISER, world.other_store),
        (Role.ADVISER, world.store),
    ]
    assert not User.objects.filter(email=waiting.email).exists()


def test_a_set_costs_no_more_statements_than_one(world: World, ines: NewPerson) -> None:
    def cost(*people: NewPerson) -> int:
        with CaptureQueriesContext(connection) as asked:
            create(world, *people)
        return len(asked)

    one = cost(replace(ines, email="a0@tilleul.example"))
    many = [replace(ines, email=f"b{n}@tilleul.example") for n in range(30)]
    assert cost(*many) == one


def test_all_or_none_are_written(world: World, ines: NewPerson) -> None:
    before = StaffMember.objects.for_brand(world.brand).count()
    with pytest.raises(PersonRefused) as refused:
        create(world, ines, replace(ines, first_name="  "))
    assert (refused.value.field, refused.value.index) == ("first_name", 1)
    assert StaffMember.objects.for_brand(world.brand).count() == before
    assert Agenda.objects.for_brand(world.brand).count() == before


def test_what_cannot_be_written_is_refused_by_its_field(
    world: World, ines: NewPerson
) -> None:
    foreign = make_topic(world.other_brand, "autre", "Autre", "Other")
    for wrong, field, cause in (
        ({"first_name": "x" * 300}, "first_name", "max_length"),
        ({"first_name": "a\u202eb"}, "first_name", "direction"),
        ({"last_name": "https://x.example/"}, "last_name", "link"),
        ({"formal_name": "x" * 61}, "formal_name", "max_length"),
        ({"title": {"fr": "x" * 81}}, "title", "max_length"),
        ({"languages": ("tlh",)}, "languages", "choice"),
        ({"email": "no address"}, "email", "invalid"),
        ({"email": f"{'x' * 300}@a.example"}, "email", "invalid"),
        ({"stores": (world.foreign_store,)}, "stores", "place"),
        ({"stores": (world.store, world.store)}, "stores", "twice"),
        ({"topics": (foreign,)}, "topics", "place"),
        ({"stores": ()}, "stores", "required"),
    ):
        with pytest.raises(PersonRefused) as refused:
            create(world, replace(ines, **wrong))
        assert (refused.value.field, refused.value.cause) == (field, cause)


def test_an_address_of_this_brand_says_whose_it_is(
    world: World, ines: NewPerson
) -> None:
    with pytest.raises(AddressKnown) as known:
        create(world, replace(ines, email=world.bob.user.email.upper()))
    assert known.value.holder == "Bob Durand"
    create(world, replace(ines, email="ines@tilleul.example"))
    with pytest.raises(AddressKnown) as known:
        create(world, replace(ines, email="ines@tilleul.example"))
    assert known.value.holder == "Inès Moreau"
    twice = replace(ines, email="new@tilleul.example")
    with pytest.raises(AddressKnown):
        create(world, twice, twice)


def test_an_address_of_another_brand_is_as_good_as_any(
    world: World, ines: NewPerson
) -> None:
    """Nothing tells that it is known, and nothing of that account is touched."""
    eve = world.eve.user
    (made,) = create(world, replace(ines, email=eve.email))
    made.refresh_from_db()
    assert (made.user, made.active) == (None, False)
    assert not Membership.objects.for_brand(world.brand).filter(user=eve).exists()


def test_an_account_of_the_brand_without_a_person_is_bound_at_once(
    world: World, ines: NewPerson
) -> None:
    """Dora founded the shop; now she can be booked herself."""
    (made,) = create(world, replace(ines, email=world.dora.email, role=Role.ADVISER))
    made.refresh_from_db()
    assert (made.user, made.active) == (world.dora, True)
    roles = {(row.role, row.store) for row in world.dora.memberships.all()}
    assert (Role.ADMIN, None) in roles, "what she was she stays"
    assert (Role.ADVISER, world.store) in roles


def test_a_person_is_edited(world: World) -> None:
    bob = world.bob.staff_member
    edit_person(
        staff_member=bob,
        first_name="Robert",
        last_name="Durand",
        formal_name="Monsieur Durand",
        title={"fr": "Chef", "en": ""},
        languages=["fsl", "fr"],
    )
    bob.refresh_from_db()
    assert (bob.first_name, bob.title, bob.languages) == (
        "Robert",
        {"fr": "Chef"},
        ["fr", "fsl"],
    )
    with pytest.raises(PersonRefused):
        edit_person(staff_member=bob, first_name="")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_one_address_the_second_is_told_whose_it_is() -> None:
    world = make_world()
    person = NewPerson(
        first_name="Inès", last_name="Moreau", email="ines@tilleul.example"
    )

    def add() -> str:
        try:
            create(world, person)
        except AddressKnown as known:
            return known.holder
        return "made"

    assert sorted(twice(add)) == ["Inès Moreau", "made"]
