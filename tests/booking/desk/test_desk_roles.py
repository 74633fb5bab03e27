"""Who may open a person at the desk, and which roles they may give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from stores.models import (
    Membership,
    Region,
    Role,
    StaffMember,
    Store,
)
from tests.booking.at_the_desk import signed_in
from tests.cast import World, make_user
from visavis.celery import app

pytestmark = pytest.mark.django_db
INES = "ines@tilleul.example"


@pytest.fixture(autouse=True)
def sent_at_once() -> Iterator[None]:
    cache.clear()
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False
    cache.clear()


@pytest.fixture
def dora(world: World) -> Client:
    return signed_in(world.dora)


@pytest.fixture
def mia(world: World) -> Client:
    """Manages Lille."""
    user = make_user("mia@tilleul.example", "Mia Blin")
    Membership.objects.create(
        brand=world.brand, user=user, store=world.store, role=Role.MANAGER
    )
    return signed_in(user)


def form_of(world: World, **changed: Any) -> dict[str, Any]:
    return {
        "first_name": "Inès",
        "last_name": "Moreau",
        "formal_name": "Madame Moreau",
        "title_fr": "Conseillère",
        "title_en": "Adviser",
        "languages": ["fr", "en"],
        "home": world.store.pk,
        "topics": [world.topic.pk],
        "like": world.bob.agenda.pk,
        "email": INES,
        "role": "adviser",
        "invite": "mail",
        "once": "a-key-of-the-page-that-is-long",
    } | changed


def made(world: World, name: str = "Inès") -> StaffMember:
    return StaffMember.objects.for_brand(world.brand).get(first_name=name)


def page_of(person: StaffMember, act: str = "") -> str:
    return f"/desk/team/{person.pk}/{act}"


def test_a_manager_gives_no_role_above_the_own(world: World, mia: Client) -> None:
    bob = world.bob.staff_member
    page = mia.get(page_of(bob)).text
    assert "Administers" not in page
    for data in (
        {"role-0": "admin"},
        {"place": "brand", "role": "adviser"},
        {"place": f"store-{world.other_store.pk}", "role": "adviser"},
    ):
        answer = mia.post(page_of(bob, "roles/"), data)
        assert answer.status_code == 422, data
    assert mia.post(page_of(bob, "roles/"), {"role-0": "manager"}).status_code == 302
    (row,) = world.bob.user.memberships.all()
    assert (row.role, row.store) == (Role.MANAGER, world.store)


def test_an_admin_gives_each_role_in_each_place(world: World, dora: Client) -> None:
    region = Region.objects.create(brand=world.brand, slug="north", name="North")
    bob = world.bob.staff_member
    for place, role in (
        (f"region-{region.pk}", "manager"),
        (f"store-{world.other_store.pk}", "adviser"),
        ("brand", "admin"),
    ):
        known = {
            f"role-{number}": term.role.value
            for number, (term, _field) in enumerate(
                dora.get(page_of(bob)).context["roles_form"].rows()
            )
        }
        data = known | {"place": place, "role": role}
        assert dora.post(page_of(bob, "roles/"), data).status_code == 302
    roles = {
        (row.role, row.store, row.region) for row in world.bob.user.memberships.all()
    }
    assert roles == {
        (Role.ADMIN, None, None),
        (Role.MANAGER, None, region),
        (Role.ADVISER, world.store, None),
        (Role.ADVISER, world.other_store, None),
    }


def test_the_last_admin_stays_one(world: World, dora: Client) -> None:
    form = form_of(world, email=world.dora.email, role="admin", like="")
    dora.post("/desk/team/new/", form)
    herself = made(world)
    assert herself.user == world.dora
    known = dora.get(page_of(herself)).context["roles_form"].rows()
    data = {f"role-{n}": "" for n, _row in enumerate(known)}
    page = dora.post(page_of(herself, "roles/"), data)
    assert page.status_code == 422
    assert "Nobody else administers the brand" in page.text
    assert world.dora.memberships.filter(role=Role.ADMIN).exists()


def test_who_shows_a_link_could_give_what_waits(
    world: World, dora: Client, mia: Client
) -> None:
    """Else a manager would open an administrator's link, and be one."""
    form = form_of(world, role="admin", invite="later", like="")
    dora.post("/desk/team/new/", form)
    ines = made(world)
    page = mia.get(page_of(ines)).text
    assert "an administrator invites this person" in page
    data = {"email": INES, "language": "fr", "by": "link"}
    assert mia.post(page_of(ines, "invite/"), data).status_code == 403
    assert mia.post(page_of(ines, "revoke/")).status_code == 403
    assert dora.post(page_of(ines, "invite/"), data).status_code == 201


def test_who_may_open_a_person(world: World, mia: Client, dora: Client) -> None:
    """Acts are refused as the page is: not found beyond one's stores, 403 for who
    advises."""
    bob, charlie = world.bob.staff_member, world.charlie.staff_member
    eve = signed_in(world.eve.user)
    advises = signed_in(world.bob.user)
    for act in ("", "roles/", "hours/", "invite/", "revoke/", "password/"):
        assert eve.post(page_of(bob, act)).status_code == 404
        assert advises.post(page_of(bob, act)).status_code == 403
        assert advises.post(page_of(charlie, act)).status_code == 404
        assert mia.post(page_of(charlie, act)).status_code == 404
    assert mia.get(page_of(charlie)).status_code == 404
    assert advises.get(page_of(bob)).status_code == 403
    assert advises.get("/desk/team/new/").status_code == 403
    assert dora.get(page_of(charlie)).status_code == 200


def test_each_role_at_each_address_of_people(world: World, mia: Client) -> None:
    """Whether a person of Lille is found, and may be changed, by role and scope."""
    north, south = (
        Region.objects.create(brand=world.brand, slug=slug, name=slug)
        for slug in ("north", "south")
    )
    stores = Store.objects.for_brand(world.brand)
    stores.filter(pk=world.store.pk).update(region=north)
    stores.filter(pk=world.other_store.pk).update(region=south)
    expected: list[tuple[Role, dict[str, object], int]] = [
        (Role.ADVISER, {"store": world.store}, 403),
        (Role.ADVISER, {"store": world.other_store}, 404),
        (Role.MANAGER, {"store": world.store}, 200),
        (Role.MANAGER, {"store": world.other_store}, 404),
        (Role.MANAGER, {"region": north}, 200),
        (Role.MANAGER, {"region": south}, 404),
        (Role.ADMIN, {}, 200),
    ]
    bob = world.bob.staff_member
    for number, (role, where, status) in enumerate(expected):
        user = make_user(f"rita{number}@tilleul.example", "Rita Roy")
        Membership.objects.create(brand=world.brand, user=user, role=role, **where)
        rita = signed_in(user)
        assert rita.get(page_of(bob)).status_code == status, (role, where)
        for act in ("", "roles/", "hours/", "invite/", "revoke/", "password/"):
            written = {302, 422} if status == 200 else {status}
            assert rita.post(page_of(bob, act)).status_code in written, (role, act)
        may_make = 200 if role != Role.ADVISER else 403
        assert rita.get("/desk/team/new/").status_code == may_make
        made_here = rita.get("/desk/team/new/").context
        if may_make == 200:
            offered = {name for _pk, name in made_here["form"].fields["home"].choices}
            assert ("Lille" in offered) == (status == 200)


def test_a_regions_manager_gives_roles_of_the_region(world: World) -> None:
    region = Region.objects.create(brand=world.brand, slug="north", name="North")
    Store.objects.for_brand(world.brand).filter(pk=world.store.pk).update(region=region)
    user = make_user("rita@tilleul.example", "Rita Roy")
    Membership.objects.create(
        brand=world.brand, user=user, region=region, role=Role.MANAGER
    )
    rita, bob = signed_in(user), world.bob.staff_member
    for data, status in (
        ({"place": f"region-{region.pk}", "role": "admin"}, 422),
        ({"place": "brand", "role": "manager"}, 422),
        ({"place": f"store-{world.other_store.pk}", "role": "adviser"}, 422),
        ({"place": f"region-{region.pk}", "role": "manager"}, 302),
    ):
        sent = {"role-0": "adviser"} | data
        assert rita.post(page_of(bob, "roles/"), sent).status_code == status, data
    roles = {(row.role, row.region) for row in world.bob.user.memberships.all()}
    assert roles == {(Role.ADVISER, None), (Role.MANAGER, region)}
