"""Somebody sits on an agenda: after three seconds "busy", and nothing half written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from booking.models import Appointment, Hold, Occupancy
from booking.services.locking import LOCK_TIMEOUT_MS
from stores.models import Absence, Agenda
from tests.at_once import at_once
from tests.booking.customers import visit_in
from tests.cast import World, make_world, next_step, now_utc

API = "/api/v1/brands/tilleul"
JSON = "application/json"


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture
def seated(world: World) -> Iterator[None]:
    """Another connection holds the lock of Bob's agenda, and lets go at the end."""
    locked, over = threading.Event(), threading.Event()

    def sit() -> None:
        try:
            with transaction.atomic():
                rows = Agenda.objects.select_for_update(no_key=True)
                rows.get(pk=world.bob.agenda.pk)
                locked.set()
                over.wait(60)
        finally:
            connection.close()

    thread = threading.Thread(target=sit)
    thread.start()
    assert locked.wait(10)
    yield
    over.set()
    thread.join()


def counts() -> list[int]:
    return [m.objects.count() for m in (Hold, Appointment, Occupancy, Absence)]


def absence(world: World) -> dict[str, Any]:
    day = f"{next_step(now_utc(), minutes=48 * 60).date()}"
    return {
        "agenda": world.bob.agenda.pk, "first_day": day, "first_time": "09:00",
        "last_day": day, "last_time": "18:00", "reason": "training",
    }  # fmt: skip


def test_a_lock_waited_for_too_long_is_503_in_html_and_api(
    world: World, seated: None
) -> None:
    """All at once, because each waits its three seconds."""
    assert LOCK_TIMEOUT_MS == 3000
    at = next_step(now_utc(), minutes=300).isoformat()
    visit = visit_in(world, minutes=120)
    before = counts()
    desk, staff = Client(), Client()
    desk.force_login(world.dora)
    staff.force_login(world.bob.user)
    wish = {"store": "lille", "topic": "premier-velo", "channel": "video"}
    page, tap = "/tilleul/lille/premier-velo/video/", f"/staff/appointments/{visit.pk}/"
    away = f"/desk/absences/add/?store={world.store.pk}"
    asked = [
        partial(Client().post, f"{API}/holds/", {**wish, "starts_at": at}, JSON),
        partial(Client().post, page, {"start": at}),
        partial(desk.post, away, absence(world)),
        partial(staff.post, f"{tap}cancel/"),
        partial(staff.post, f"{tap}missed/"),
    ]

    answers = at_once(*asked)
    assert [answer.status_code for answer in answers] == [503] * len(asked)
    assert {answer["Retry-After"] for answer in answers} == {"2"}
    assert answers[0].json()["code"] == "agenda_busy"
    assert {a.context["code"] for a in answers[1:]} == {"agenda_busy"}
    assert counts() == before
    visit.refresh_from_db()
    assert (visit.status, visit.version) == ("confirmed", 1)
