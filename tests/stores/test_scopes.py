"""Who sees which stores: role × scope, with a region between brand and store."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from booking.access import agenda_for_desk, appointment_for_staff
from booking.door import leads_brand
from notifications.access import webhook_of
from notifications.webhooks.endpoints import add_endpoint
from stores.access import store_for_workplace, workplaces_for
from stores.accounts.workplace import Workplace
from stores.models import Closure, Membership, Region, Role, Store
from stores.queries import managers_of
from tests.booking.at_the_desk import signed_in
from tests.cast import World, make_store, make_user, make_visit, next_step, now_utc
from video.access import room_for_staff

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Map:
    """Lille lies in the north, Arras in the south, Calais in no region."""

    north: Region
    south: Region
    apart: Store


@pytest.fixture
def regions(world: World) -> Map:
    north, south = (
        Region.objects.create(brand=world.brand, slug=slug, name=slug.capitalize())
        for slug in ("north", "south")
    )
    Store.objects.for_brand(world.brand).filter(pk=world.store.pk).update(region=north)
    Store.objects.for_brand(world.brand).filter(pk=world.other_store.pk).update(
        region=south
    )
    world.store.refresh_from_db()
    world.other_store.refresh_from_db()
    return Map(north, south, make_store(world.brand, "calais"))


def workplace(world: World, role: str, **where: object) -> Workplace:
    user = make_user("rita@tilleul.example", "Rita Roy")
    Membership.objects.create(brand=world.brand, user=user, role=role, **where)
    (found,) = workplaces_for(user)
    return found


def names(found: Workplace) -> set[str]:
    return {store.name for store in found.stores}


def test_each_role_sees_the_stores_of_its_scope(world: World, regions: Map) -> None:
    assert names(workplaces_for(world.dora)[0]) == {"Lille", "Arras", "Calais"}
    bob = world.bob.user
    assert names(workplaces_for(bob)[0]) == {"Lille"}
    mine = Membership.objects.for_brand(world.brand).filter(user=bob)
    expected: list[tuple[Role, dict[str, object], set[str]]] = [
        (Role.ADVISER, {}, {"Lille"}),
        (Role.ADVISER, {"region": regions.north}, {"Lille"}),
        (Role.ADVISER, {"region": regions.south}, set()),
        (Role.ADVISER, {"store": world.other_store}, {"Arras"}),
        (Role.MANAGER, {}, {"Lille"}),
        (Role.MANAGER, {"region": regions.south}, {"Arras"}),
        (Role.MANAGER, {"store": world.store}, {"Lille"}),
        (Role.ADMIN, {}, {"Lille", "Arras", "Calais"}),
    ]
    for role, where, stores in expected:
        scope = {"store": None, "region": None} | where
        mine.update(role=role, **scope)
        assert names(workplaces_for(bob)[0]) == stores, (role, where)


def test_a_regions_manager_manages_its_stores_and_nothing_else(
    world: World, regions: Map
) -> None:
    rita = workplace(world, Role.MANAGER, region=regions.south)
    now = now_utc()
    visit = make_visit(world, starts_at=next_step(now), now=now)
    hook = add_endpoint(
        brand=world.brand,
        url="https://hooks.tilleul.example/",
        kinds=["booked"],
        active=True,
        now=now,
    )
    assert rita.sees_whole_store
    assert not rita.sees_whole_brand
    assert not leads_brand(rita)
    assert agenda_for_desk(rita, world.charlie.agenda.pk) == world.charlie.agenda
    for refused in (
        lambda: appointment_for_staff(rita, visit.pk),
        lambda: room_for_staff(rita, visit.pk),
        lambda: agenda_for_desk(rita, world.bob.agenda.pk),
        lambda: store_for_workplace(rita, world.store.pk),
        lambda: store_for_workplace(rita, regions.apart.pk),
        lambda: store_for_workplace(rita, world.foreign_store.pk),
        lambda: webhook_of(rita, hook.pk),
    ):
        with pytest.raises(Http404):
            refused()


@pytest.mark.parametrize(
    "page", ["", "hours/", "absences/", "closures/", "offers/", "team/"]
)
def test_a_regions_manager_meets_another_regions_store(
    world: World, regions: Map, page: str
) -> None:
    found = workplace(world, Role.MANAGER, region=regions.south)
    rita = signed_in(found.membership.user)
    own = rita.get(f"/desk/{page}?store={world.other_store.pk}")
    assert own.status_code == 200
    assert "Work here" not in own.text, "one workplace only: nothing to choose"
    for foreign in (world.store, regions.apart, world.foreign_store):
        assert rita.get(f"/desk/{page}?store={foreign.pk}").status_code == 404


def test_a_region_is_closed_by_its_own_manager(world: World, regions: Map) -> None:
    rita = signed_in(
        workplace(world, Role.MANAGER, region=regions.south).membership.user
    )
    day = now_utc().date()
    rows = [
        Closure.objects.create(
            brand=world.brand, **where, first_day=day, last_day=day, reason={}
        )
        for where in ({"region": regions.south}, {})
    ]
    page = rita.get("/desk/closures/").text
    assert f'value="region-{regions.south.pk}"' in page
    assert f'value="region-{regions.north.pk}"' not in page
    assert 'value="brand"' not in page
    told = [rita.post(f"/desk/closures/{row.pk}/remove/").status_code for row in rows]
    assert told == [302, 403]


def test_a_store_without_a_manager_is_its_regions(world: World, regions: Map) -> None:
    head = make_user("head@tilleul.example", "Hal Head")
    Membership.objects.create(brand=world.brand, user=head, role=Role.MANAGER)
    rita = workplace(world, Role.MANAGER, region=regions.north).membership
    assert managers_of(world.store) == [rita]
    assert [row.user for row in managers_of(world.other_store)] == [head]
    assert [row.user for row in managers_of(regions.apart)] == [head]


def test_the_table_knows_one_place_and_one_row_of_each(
    world: World, regions: Map
) -> None:
    rita = workplace(world, Role.MANAGER, region=regions.north).membership.user
    for wrong in (
        {"role": Role.ADVISER, "region": regions.north},
        {"role": Role.MANAGER, "region": regions.south, "store": world.store},
        {"role": Role.ADMIN, "region": regions.south},
        {"role": Role.ADMIN, "store": world.store},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(brand=world.brand, user=rita, **wrong)
    Membership.objects.create(brand=world.brand, user=rita, role=Role.ADVISER)
