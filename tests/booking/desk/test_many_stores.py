"""Forms that choose a store never list all of a large brand: who wants another looks
for it, without a script."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stores.accounts.workplace import MOST_TO_CHOOSE
from stores.models import Closure, Posting, Region, Role, StaffMember, Store
from tests.booking.at_the_desk import coming_day, signed_in
from tests.cast import World

pytestmark = pytest.mark.django_db


def make_stores(world: World, count: int, name: str = "Gare") -> list[Store]:
    return Store.objects.bulk_create(
        Store(
            brand=world.brand,
            slug=f"{name.lower()}-{n}",
            name=f"{name} {n:04}",
            external_id=f"{name[0]}{n:04}",
            postcode="35000",
        )
        for n in range(count)
    )


@pytest.fixture
def many(world: World) -> list[Store]:
    return make_stores(world, MOST_TO_CHOOSE + 5)


@pytest.fixture
def dora(world: World) -> Client:
    return signed_in(world.dora)


def addresses(world: World) -> dict[str, str]:
    bob, here = world.bob, f"?store={world.store.pk}"
    return {
        "person": f"/desk/team/{bob.staff_member.pk}/{here}",
        "new": f"/desk/team/new/{here}",
        "postings": f"/desk/hours/{bob.agenda.pk}/stores/{here}",
        "closures": f"/desk/closures/{here}",
    }


def here(world: World, typed: str) -> dict[str, str]:
    return {"store": str(world.store.pk), "find": typed}


def named_in(page: str) -> set[str]:
    return set(re.findall(r"(?:Gare|Autre) \d{4}", page))


@pytest.mark.parametrize("kind", ["person", "new", "postings", "closures"])
def test_no_page_grows_with_the_brand(
    world: World, dora: Client, many: list[Store], kind: str
) -> None:
    address = addresses(world)[kind]
    assert dora.get(address).status_code == 200

    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as found:
            page = dora.get(address)
        assert named_in(page.text) == set()
        rows = [one["sql"] for one in found if 'FROM "stores_store"' in one["sql"]]
        assert all("LIMIT" in sql or "WHERE" in sql for sql in rows)
        return [one["sql"][:60] for one in found]

    before = asked()
    make_stores(world, 200, "Autre")
    assert asked() == before


@pytest.mark.parametrize("kind", ["person", "new", "postings"])
def test_another_store_is_found_by_name_town_postcode_or_number(
    world: World, dora: Client, many: list[Store], kind: str
) -> None:
    address = addresses(world)[kind]
    for typed in ("gare 0007", "g0007", "GARE-7 0007"):
        page = dora.get(address, here(world, typed))
        assert named_in(page.text) == {"Gare 0007"}, typed
        assert "1 store found" in page.text
        if kind != "postings":
            chosen = r'<option value="(?:store-)?(\d+)" selected>([^<]*)'
            assert "Gare 0007" in dict(re.findall(chosen, page.text)).values(), kind
    all_of_them = dora.get(address, here(world, "35000")).text
    assert len(named_in(all_of_them)) == 20
    assert "More than 20" in all_of_them
    none = dora.get(address, here(world, "Atlantis\0")).text
    assert "No store is called so." in none


def test_a_few_stores_are_chosen_from_a_list_as_before(
    world: World, dora: Client
) -> None:
    for kind in ("person", "new", "postings", "closures"):
        page = dora.get(addresses(world)[kind]).text
        assert "Arras" in page
        assert 'name="find"' not in page


def test_a_role_is_given_in_a_store_that_was_found(
    world: World, dora: Client, many: list[Store]
) -> None:
    bob, found = world.bob, many[7]
    sent = {"role-0": "adviser", "place": f"store-{found.pk}", "role": "manager"}
    path = f"/desk/team/{bob.staff_member.pk}/roles/?store={world.store.pk}"
    assert dora.post(path, sent).status_code == 302
    row = bob.user.memberships.get(store=found)
    assert row.role == Role.MANAGER
    for wrong in (world.foreign_store.pk, 10**17, "x"):
        refused = dora.post(path, sent | {"place": f"store-{wrong}"})
        assert refused.status_code == 422


def test_somebody_new_begins_in_a_store_that_was_found(
    world: World, dora: Client, many: list[Store]
) -> None:
    sent = {
        "first_name": "Zoé",
        "languages": ["fr"],
        "home": many[9].pk,
        "role": "adviser",
        "invite": "later",
        "once": "a-key-of-the-page-that-is-long",
    }
    assert dora.post(addresses(world)["new"], sent).status_code == 302
    made = StaffMember.objects.get(first_name="Zoé")
    assert Posting.objects.get(staff_member=made).store == many[9]
    refused = dora.post(
        addresses(world)["new"], sent | {"home": world.foreign_store.pk}
    )
    assert refused.status_code == 422


def test_where_somebody_works_is_written_beside_what_the_page_does_not_show(
    world: World, dora: Client, many: list[Store]
) -> None:
    bob = world.bob.staff_member
    Posting.objects.create(brand=world.brand, staff_member=bob, store=many[3])
    path = addresses(world)["postings"]
    page = dora.get(path, here(world, "Gare 0007"))
    rows = page.context["rows"]
    assert {row.store for row in rows} == {world.store, many[3], many[7]}
    sent: dict[str, str] = {}
    for row in rows:
        prefix = f"store-{row.store.pk}"
        sent |= {f"{prefix}-works": "on", f"{prefix}-valid_from": ""}
        sent |= {f"{prefix}-valid_until": ""}
    sent[f"store-{world.store.pk}-is_home"] = "on"
    sent["as_shown"] = page.context["as_shown"]
    assert dora.post(path, sent).status_code == 302
    stores = set(
        Posting.objects.filter(staff_member=bob).values_list("store", flat=True)
    )
    assert stores == {world.store.pk, many[3].pk, many[7].pk}
    less = {name: text for name, text in sent.items() if str(many[3].pk) not in name}
    less["as_shown"] = dora.get(path).context["as_shown"]
    assert dora.post(path, less).status_code == 302
    assert Posting.objects.filter(staff_member=bob, store=many[3]).exists()


def test_closed_days_of_any_store_are_opened_again(
    world: World, dora: Client, many: list[Store]
) -> None:
    region = Region.objects.create(brand=world.brand, slug="nord", name="Nord")
    Store.objects.filter(pk=many[5].pk).update(region=region)
    page = dora.get(addresses(world)["closures"])
    places = [name for _key, name in page.context["form"].fields["place"].choices]
    assert places == ["Lille", "Nord", "Maison Tilleul"]
    day = coming_day(world.store)
    closed = Closure.objects.create(
        brand=world.brand, store=many[5], first_day=day, last_day=day, reason={}
    )
    path = f"/desk/closures/{closed.pk}/remove/?store={world.store.pk}"
    assert dora.post(path).status_code == 302
    assert not Closure.objects.exists()
