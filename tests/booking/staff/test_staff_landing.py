"""Where the staff pages land, and that nobody stands before a wall there."""

from __future__ import annotations

import pytest
from django.urls import reverse

from stores.models import Membership, Role, User
from tests.booking.at_the_desk import signed_in
from tests.cast import World, make_user, make_visit, next_step, now_utc

pytestmark = pytest.mark.django_db


def test_an_admin_lands_where_somebody_is_awaited(world: World) -> None:
    dora = signed_in(world.dora)
    assert dora.get("/staff/").context["store"] == world.other_store, "by name: Arras"
    make_visit(world, starts_at=next_step(now_utc()), now=now_utc())
    for page in ("/staff/", "/desk/", "/desk/hours/", "/desk/offers/"):
        assert dora.get(page).context["store"] == world.store, page


def test_every_page_of_an_admin_without_a_staff_row_leads_on(world: World) -> None:
    visit = make_visit(world, starts_at=next_step(now_utc()), now=now_utc())
    dora = signed_in(world.dora)
    for page in (
        *("/staff/", "/staff/callbacks/", f"/staff/appointments/{visit.pk}/"),
        *("/desk/", "/desk/hours/", "/desk/absences/", "/desk/closures/"),
        *("/desk/offers/", "/desk/team/", "/desk/keys/"),
    ):
        assert dora.get(page).status_code == 200, page


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADVISER])
def test_who_works_for_no_store_yet_is_told_so_and_can_leave(
    world: World, role: Role
) -> None:
    new = make_user("new@tilleul.example", "Nina Neuve")
    Membership.objects.create(brand=world.brand, user=new, role=role)
    nina = signed_in(new)
    for address in ("/staff/", "/desk/", "/desk/hours/"):
        page = nina.get(address)
        assert page.status_code == 403
        assert "You are signed in, but work for no store." in page.content.decode()
        assert "Sign out" in page.content.decode()


def test_from_nowhere_one_can_go_to_another_workplace(world: World) -> None:
    Membership.objects.create(
        brand=world.other_brand, user=world.bob.user, role=Role.MANAGER
    )
    bob, first = signed_in(world.bob.user), world.bob.user.memberships.first()
    nowhere = world.bob.user.memberships.last()
    assert first and nowhere
    bob.post("/staff/workplace/", {"membership": nowhere.pk})
    assert bob.get("/staff/").status_code == 403
    bob.post("/staff/workplace/", {"membership": first.pk})
    assert bob.get("/staff/").status_code == 200


@pytest.mark.parametrize("address", ["/staff/", "/desk/", "/desk/hours/"])
def test_an_account_of_no_brand_is_told_where_to_go(world: World, address: str) -> None:
    """An operator has the administration; who has left learns nothing."""
    operator = User.objects.create_superuser("o@p.example", "x", name="Operator")
    page = signed_in(operator).get(address)
    assert page.status_code == 404
    assert "belongs to no brand" in page.text
    assert f'href="{reverse("admin:index")}"' in page.text
    assert reverse("account_logout") in page.text
    former = signed_in(make_user("former@tilleul.example", "Fay"))
    page = former.get(address)
    assert page.status_code == 404
    assert "former@tilleul.example" in page.text
    assert reverse("admin:index") not in page.text
    assert reverse("account_logout") in page.text
    assert former.get(f"{address}?store={world.store.pk}").status_code == 404
    assert world.store.name not in page.text
