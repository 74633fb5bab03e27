"""An admin who is tied to one store sees that one. The table has no such row today;
what reads a workplace must not depend on it."""

from __future__ import annotations

import dataclasses

import pytest
from django.http import Http404

from booking.access import agenda_for_desk, appointment_for_staff
from booking.door import leads_brand
from notifications.access import webhook_of
from notifications.webhooks.endpoints import add_endpoint
from stores.access import store_for_workplace, workplaces_for
from stores.accounts.workplace import Workplace
from tests.cast import World, make_visit, next_step, now_utc
from video.access import room_for_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def tied(world: World) -> Workplace:
    """Head office's Dora, but of Arras alone."""
    (whole,) = workplaces_for(world.dora)
    return dataclasses.replace(whole, store=world.other_store)


def test_nothing_of_another_store_is_seen(world: World, tied: Workplace) -> None:
    now = now_utc()
    visit = make_visit(world, starts_at=next_step(now), now=now)
    (whole,) = workplaces_for(world.dora)
    assert appointment_for_staff(whole, visit.pk) == visit
    assert agenda_for_desk(whole, world.bob.agenda.pk) == world.bob.agenda
    for refused in (
        lambda: appointment_for_staff(tied, visit.pk),
        lambda: room_for_staff(tied, visit.pk),
        lambda: agenda_for_desk(tied, world.bob.agenda.pk),
        lambda: store_for_workplace(tied, world.store.pk),
    ):
        with pytest.raises(Http404):
            refused()
    assert agenda_for_desk(tied, world.charlie.agenda.pk) == world.charlie.agenda
    assert tied.stores == [world.other_store]


def test_what_is_the_brands_is_not_theirs(world: World, tied: Workplace) -> None:
    hook = add_endpoint(
        brand=world.brand,
        url="https://hooks.tilleul.example/",
        kinds=["booked"],
        active=True,
        now=now_utc(),
    )
    (whole,) = workplaces_for(world.dora)
    assert webhook_of(whole, hook.pk) == hook
    with pytest.raises(Http404):
        webhook_of(tied, hook.pk)
    assert leads_brand(whole)
    assert not leads_brand(tied)
