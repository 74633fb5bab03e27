"""Moving and cancelling by the API with an Idempotency-Key: one act, one answer."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from booking.links import permanent_url
from booking.models import ApiKey, Appointment
from booking.services.api_keys import create_api_key
from tests.booking.customers import visit_in
from tests.cast import World, make_world, now_utc

API = "/api/v1/brands/tilleul/appointments/"
HOUR = dt.timedelta(hours=1)


def visit_of(world: World) -> Appointment:
    return visit_in(world, minutes=48 * 60)


def link_of(visit: Appointment) -> str:
    return f"Link {permanent_url(visit).rpartition('/')[2]}"


def send(
    visit: Appointment, act: str, body: dict[str, Any], *, who: str, key: str
) -> Any:
    return Client().post(
        f"{API}{visit.pk}/{act}/",
        body,
        content_type="application/json",
        headers={"Authorization": who, "Idempotency-Key": key},
    )


def at_hours(visit: Appointment, hours: int) -> dict[str, str]:
    return {"starts_at": (visit.starts_at + hours * HOUR).isoformat()}


def kinds(visit: Appointment) -> list[str]:
    return list(visit.events.order_by("id").values_list("kind", flat=True))


def test_a_doubled_move_is_one_move_and_one_answer(world: World) -> None:
    visit, key = visit_of(world), uuid.uuid4().hex
    who = link_of(visit)
    first = send(visit, "move", at_hours(visit, 1), who=who, key=key)
    # Meanwhile it was moved on: a late echo of the first does not bring it back.
    on = send(visit, "move", at_hours(visit, 2), who=who, key=uuid.uuid4().hex)
    again = send(visit, "move", at_hours(visit, 1), who=who, key=key)
    assert (first.status_code, on.status_code, again.status_code) == (200, 200, 200)
    assert again.json() == first.json() != on.json()
    assert again["Idempotency-Replayed"] == "true"
    assert kinds(visit) == ["moved", "moved"]
    was = visit.starts_at
    visit.refresh_from_db()
    assert visit.starts_at == was + 2 * HOUR


def test_a_doubled_cancel_is_one_event_and_one_answer(world: World) -> None:
    visit, key = visit_of(world), uuid.uuid4().hex
    first = send(visit, "cancel", {}, who=link_of(visit), key=key)
    again = send(visit, "cancel", {}, who=link_of(visit), key=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert kinds(visit) == ["cancelled"]


@pytest.mark.parametrize("act", ["move", "cancel"])
def test_another_body_with_the_same_key_is_refused(world: World, act: str) -> None:
    visit, key = visit_of(world), uuid.uuid4().hex
    who = link_of(visit)
    assert send(visit, act, at_hours(visit, 1), who=who, key=key).status_code == 200
    other = send(visit, act, at_hours(visit, 2), who=who, key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert send(visit, act, {}, who=who, key="short").status_code == 422
    assert len(kinds(visit)) == 1


def test_a_refused_move_may_be_tried_again_with_its_key(world: World) -> None:
    visit, key = visit_of(world), uuid.uuid4().hex
    taken = visit_in(world, minutes=49 * 60)
    body = {**at_hours(visit, 1), "staff_member": taken.staff_member_id}
    assert send(visit, "move", body, who=link_of(visit), key=key).status_code == 409
    send(taken, "cancel", {}, who=link_of(taken), key=uuid.uuid4().hex)
    assert send(visit, "move", body, who=link_of(visit), key=key).status_code == 200


def test_a_kept_answer_is_no_way_around_the_door(world: World) -> None:
    """It names the customer: a key that may not see that is not shown it again."""
    visit, key = visit_of(world), uuid.uuid4().hex
    sees, blind, reads = (
        "Api-Key " + create_api_key(
            brand=world.brand, name="X", scopes=scopes, user=world.dora, now=now_utc()
        )[1]
        for scopes in (
            [ApiKey.Scope.WRITE_APPOINTMENTS, ApiKey.Scope.READ_CUSTOMERS],
            [ApiKey.Scope.WRITE_APPOINTMENTS],
            [ApiKey.Scope.READ_APPOINTMENTS],
        )
    )  # fmt: skip
    body = at_hours(visit, 1)
    assert "customer" in send(visit, "move", body, who=sees, key=key).json()
    assert send(visit, "move", body, who=blind, key=key).status_code == 422
    assert send(visit, "move", body, who=reads, key=key).status_code == 403
    assert send(visit, "move", body, who="", key=key).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_the_same_moment_are_one() -> None:
    world = make_world()
    visit, barrier = visit_of(world), threading.Barrier(2)
    who = link_of(visit)

    def move(body: dict[str, str], key: str) -> Any:
        barrier.wait()
        try:
            answer = send(visit, "move", body, who=who, key=key)
            return answer.status_code, answer.json()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for number in range(1, 11):
            body, key = at_hours(visit, number), uuid.uuid4().hex
            one, two = pool.map(move, [body, body], [key, key])
            assert one == two
            assert one[0] == 200
    assert kinds(visit) == 10 * ["moved"]
