"""Whose file a counter opens is told, once for a store and at any hour."""

from __future__ import annotations

import datetime as dt

import pytest

from booking.cases.counter import look_into_case
from booking.cases.opening import code_of, open_case
from booking.models import Appointment
from notifications.outbox.dispatch import sweep
from stores.access import workplaces_for
from stores.models import Store
from tests.booking.customers import visit_in
from tests.cast import World, now_utc
from tests.notifications.post_office import PostOffice, part_of


@pytest.fixture
def visit(world: World) -> Appointment:
    return visit_in(world, minutes=3 * 24 * 60)


def look(world: World, store: Store, code: str, now: dt.datetime) -> None:
    workplace = workplaces_for(world.bob.user)[0]
    look_into_case(workplace=workplace, store=store, typed=code, now=now)


def test_each_store_that_looks_is_told_of_once_by_night_too(
    world: World, visit: Appointment, post_office: PostOffice
) -> None:
    night = (now_utc() + dt.timedelta(days=1)).replace(hour=2, minute=5)
    code = code_of(open_case(appointment=visit, shows=["visit"], now=night))
    for store in (world.store, world.store, world.other_store):
        look(world, store, code, night)
    sweep(now=night)
    sent = visit.deliveries.filter(kind__startswith="opened", state="sent")
    assert [row.kind for row in sent] == ["opened-2"]
    [mail] = [one for one in post_office.arrived if "ouvert" in one["subject"]]
    text = " ".join(part_of(mail, "plain").split())
    opened = night.astimezone(visit.zone)
    assert f"a ouvert votre dossier à {opened:%H:%M}" in text
    assert code not in text
