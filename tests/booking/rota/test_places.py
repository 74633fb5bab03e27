"""Stores that change, close and open; rooms that are made and retired."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from booking.errors import SlotNotOffered, StaleVersion
from booking.models import Hold, Occupancy
from booking.rota.conflicts import AppointmentsAffected
from booking.rota.places.closing import (
    VisitsStand,
    close_store,
    open_store_again,
    write_stores,
)
from booking.rota.places.edits import Edit, edit_stores, plan_edit, undo_edit
from booking.rota.places.rooms import (
    Room,
    change_room,
    create_rooms,
    restore_room,
    retire_room,
)
from booking.services.holding import hold_slot
from stores.editing.stores import NewStore, regions_named
from stores.errors import RoomRefused, StoreRefused
from stores.models import Agenda, Closure, Resource, Store, WorkingHours
from tests.cast import World, make_visit, next_step, now_utc

pytestmark = pytest.mark.django_db
BOOTH = Room(name="Booth", kind="booth", capacity=2)


def write(world: World, store: Store, **changed: Any) -> None:
    write_stores(
        brand=world.brand,
        stores=[store],
        facts=[replace(NewStore.of(store), **changed)],
        user=world.dora,
        now=now_utc(),
    )
    store.refresh_from_db()


def test_what_no_two_stores_share_is_refused(world: World) -> None:
    write(world, world.store, external_id="59")
    for field, value in (("external_id", "59"), ("slug", "lille"), ("slug", "help")):
        with pytest.raises(StoreRefused) as refused:
            write(world, world.other_store, **{field: value})
        assert (refused.value.field, refused.value.why) == (field, "taken")
    write(world, world.other_store, slug="arras-2", external_id="62")
    assert world.other_store.slug == "arras-2"


def only_at_nine(world: World) -> None:
    WorkingHours.objects.filter(agenda=world.bob.agenda).update(
        starts_at=dt.time(9), minutes=60
    )


def test_another_zone_names_the_visits_outside_and_writes_nothing(world: World) -> None:
    only_at_nine(world)
    here = now_utc().astimezone(world.store.zone) + dt.timedelta(days=2)
    at_nine = here.replace(hour=9, minute=0, second=0, microsecond=0)
    visit = make_visit(world, starts_at=at_nine.astimezone(dt.UTC), now=now_utc())
    version = world.bob.agenda.version
    with pytest.raises(AppointmentsAffected) as refused:
        write(world, world.store, time_zone="Indian/Reunion")
    assert [one.appointment for one in refused.value.conflicts] == [visit]
    world.bob.agenda.refresh_from_db()
    assert world.bob.agenda.version == version
    Occupancy.objects.all_brands().delete()
    write(world, world.store, time_zone="Indian/Reunion")
    world.bob.agenda.refresh_from_db()
    assert world.bob.agenda.version == version + 1, "searches ask again"


def test_a_region_that_is_closed_counts_its_visits(world: World) -> None:
    north = regions_named(world.brand, ["Nord"])["Nord"]
    visit = make_visit(world, starts_at=next_step(now_utc()), now=now_utc())
    day = visit.local_start.date()
    Closure.objects.create(brand=world.brand, region=north, first_day=day, last_day=day)
    with pytest.raises(AppointmentsAffected):
        write(world, world.store, region=north)
    write(world, world.other_store, region=north)
    assert regions_named(world.brand, [" Nord "]) == {"Nord": north}


def test_a_remote_team_has_no_visit_in_a_store(world: World) -> None:
    now = now_utc()
    make_visit(world, starts_at=next_step(now), now=now, channel="in_store")
    with pytest.raises(VisitsStand):
        write(world, world.store, kind="remote")


def hold(world: World) -> Hold:
    now = now_utc()
    query = StartQuery(offer=world.offers["video"], store=world.store, now=now)
    start = masks_for(query).first()
    assert start is not None
    return hold_slot(
        store=world.store,
        topic=world.topic,
        channel="video",
        starts_at=start.starts_at,
        visitor="alice",
        network="home",
        now=now,
    )


def test_a_store_closes_once_its_visits_are_moved(world: World) -> None:
    visit = make_visit(world, starts_at=next_step(now_utc()), now=now_utc())
    with pytest.raises(VisitsStand) as refused:
        close_store(store=world.store, now=now_utc())
    assert list(refused.value.visits) == [visit]
    Occupancy.objects.all_brands().delete()
    visit.delete()
    held = hold(world)
    close_store(store=world.store, now=now_utc())
    assert not Hold.objects.all_brands().filter(pk=held.pk).exists()
    with pytest.raises(SlotNotOffered):
        hold_slot(
            store=world.store,
            topic=world.topic,
            channel="video",
            starts_at=held.starts_at,
            visitor="alice",
            network="home",
            now=now_utc(),
        )
    open_store_again(store=world.store)
    assert hold(world)


def test_a_room_is_made_with_its_agenda_and_retired_when_free(world: World) -> None:
    (room,) = create_rooms(store=world.store, rooms=[BOOTH])
    with pytest.raises(RoomRefused):
        create_rooms(store=world.store, rooms=[Room(name="A", kind="room"), BOOTH])
    assert Resource.objects.for_brand(world.brand).count() == 1, "all or none"
    now = now_utc()
    visit = make_visit(world, starts_at=next_step(now), now=now)
    taken = Occupancy.objects.create(
        brand=world.brand,
        agenda=Agenda.objects.get(resource=room),
        appointment=visit,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
    )
    with pytest.raises(VisitsStand):
        retire_room(room=room, now=now)
    with pytest.raises(VisitsStand):
        change_room(room=room, facts=replace(BOOTH, kind="room"), now=now)
    change_room(room=room, facts=replace(BOOTH, name="Cabin", capacity=3), now=now)
    room.refresh_from_db()
    assert (room.name, room.capacity, room.active) == ("Cabin", 3, True)
    taken.delete()
    retire_room(room=room, now=now)
    room.refresh_from_db()
    assert not room.active
    restore_room(room=room)
    assert Resource.objects.for_brand(world.brand).get().active


def test_many_are_changed_as_planned_and_taken_back(world: World) -> None:
    ids = [world.store.pk, world.other_store.pk]
    Store.objects.filter(pk=world.store.pk).update(territory="FR-57")
    how: dict[str, Any] = {"brand": world.brand, "ids": ids, "user": world.dora}
    edit, now = Edit(field="territory", value="FR-974"), now_utc()
    plan = plan_edit(**how, edit=edit, now=now)
    assert sorted(plan.groups()) == [("", 1), ("FR-57", 1)]
    made = edit_stores(**how, edit=edit, now=now)
    assert made is not None
    assert edit_stores(**how, edit=edit, now=now) is None, "nothing left to change"
    Store.objects.filter(pk=world.other_store.pk).update(territory="FR")
    assert undo_edit(edit=made, user=world.dora, now=now) == (1, 1)
    world.store.refresh_from_db()
    world.other_store.refresh_from_db()
    assert (world.store.territory, world.other_store.territory) == ("FR-57", "FR")
    assert undo_edit(edit=made, user=world.dora, now=now) is None, "once"


def test_a_day_later_nothing_is_taken_back(world: World) -> None:
    edit, now = Edit(field="kind", value="branch"), now_utc()
    how: dict[str, Any] = {"brand": world.brand, "ids": [world.store.pk]}
    made = edit_stores(**how, edit=edit, user=world.dora, now=now)
    assert made is not None
    late = now + dt.timedelta(days=1)
    assert undo_edit(edit=made, user=world.dora, now=late) is None


def test_refused_stores_are_left_and_a_stale_plan_writes_none(world: World) -> None:
    now = now_utc()
    make_visit(world, starts_at=next_step(now), now=now, channel="in_store")
    ids = [world.store.pk, world.other_store.pk]
    how: dict[str, Any] = {"brand": world.brand, "ids": ids, "user": world.dora}
    edit = Edit(field="kind", value="remote")
    plan = plan_edit(**how, edit=edit, now=now)
    assert (list(plan.before), plan.refused) == (
        [world.other_store.pk],
        {world.store.pk: 1},
    )

    def stale(_plan: object) -> None:
        raise StaleVersion

    with pytest.raises(StaleVersion):
        edit_stores(**how, edit=edit, now=now, check=stale)
    assert edit_stores(**how, edit=edit, now=now)
    world.store.refresh_from_db()
    assert world.store.kind == "shop"
