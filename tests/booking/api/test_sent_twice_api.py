"""A request to the API twice, also at the same moment, is one act and one answer."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from functools import partial
from typing import Any

import pytest
from django.test import Client

from booking.api.idempotency import is_strong
from booking.links import permanent_url
from booking.models import ApiKey, Appointment, Hold, IdempotencyKey
from booking.services.api_keys import create_api_key
from stores.erasing import erase_due
from tests.at_once import twice
from tests.booking.asking import HOUR, kinds
from tests.booking.customers import opened, visit_in
from tests.cast import World, make_world, next_step, now_utc

API = "/api/v1/brands/tilleul"
pytestmark = pytest.mark.django_db


def post(client: Client, path: str, body: Any, key: str) -> Any:
    return client.post(
        f"{API}{path}",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def wish(at: dt.datetime) -> dict[str, str]:
    return {
        "store": "lille",
        "topic": "premier-velo",
        "channel": "video",
        "starts_at": at.isoformat(),
    }


def test_a_lost_answer_is_given_again_with_its_cookies(world: World) -> None:
    key, body = uuid.uuid4().hex, wish(next_step(now_utc()))
    first = post(Client(), "/holds/", body, key)
    client = Client()
    again = post(client, "/holds/", body, key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotency-Replayed"] == "true"
    # The browser that lost the first answer can go on with the second.
    path = f"/holds/{first.json()['id']}/appointment/"
    details = {"name": "Alice", "email": "alice@customer.example"}
    second_key = uuid.uuid4().hex
    booked = post(client, path, details, second_key)
    assert booked.status_code == 201
    replayed = post(client, path, details, second_key)
    assert replayed.json() == booked.json()
    assert Appointment.objects.count() == 1


def test_one_key_for_two_bodies_is_refused(world: World) -> None:
    key, at = uuid.uuid4().hex, next_step(now_utc())
    post(Client(), "/holds/", wish(at), key)
    other = post(Client(), "/holds/", wish(at + dt.timedelta(hours=1)), key)
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_mismatch"
    assert Hold.objects.count() == 1
    assert post(Client(), "/holds/", wish(at), "short").status_code == 422


def test_a_refusal_is_not_kept(world: World) -> None:
    at = next_step(now_utc())
    first = post(Client(), "/holds/", wish(at), uuid.uuid4().hex)
    key = uuid.uuid4().hex
    assert post(Client(), "/holds/", wish(at), key).status_code == 409
    Hold.objects.filter(pk=first.json()["id"]).update(expires_at=now_utc())
    assert post(Client(), "/holds/", wish(at), key).status_code == 201


def test_answers_are_forgotten_after_a_day(world: World) -> None:
    post(Client(), "/holds/", wish(next_step(now_utc())), uuid.uuid4().hex)
    assert erase_due(now=now_utc())["booking.idempotencykey"] == 0
    IdempotencyKey.objects.update(created_at=now_utc() - dt.timedelta(hours=25))
    assert erase_due(now=now_utc())["booking.idempotencykey"] == 1


# The answer belongs to whoever made it


def booked_by_alice(key: str, wanted: str) -> tuple[Client, str, dict[str, str], Any]:
    """Her browser, where and what she sent, and the answer."""
    alice = Client()
    held = post(alice, "/holds/", wish(next_step(now_utc())), wanted).json()
    path = f"/holds/{held['id']}/appointment/"
    details = {"name": "Alice", "email": "alice@customer.example"}
    return alice, path, details, post(alice, path, details, key)


def test_a_replay_answers_only_the_visitor_who_made_it(world: World) -> None:
    key, wanted = uuid.uuid4().hex, uuid.uuid4().hex
    alice, path, details, booked = booked_by_alice(key, wanted)
    other = Client()
    post(other, "/holds/", wish(next_step(now_utc(), minutes=240)), uuid.uuid4().hex)
    assert "visitor" in other.cookies
    for stranger in (Client(), other):
        before = {name: morsel.value for name, morsel in stranger.cookies.items()}
        answer = post(stranger, path, details, key)
        assert answer.status_code == 422
        assert answer.json()["code"] == "idempotency_mismatch"
        assert booked.json()["link"] not in answer.content.decode()
        after = {name: morsel.value for name, morsel in stranger.cookies.items()}
        assert after == before
    again = post(alice, path, details, key)
    assert (again.status_code, again.json()) == (201, booked.json())
    assert Appointment.objects.count() == 1


def test_who_lost_their_first_answer_repeats_it_soon_and_from_the_same_place(
    world: World,
) -> None:
    key, body = uuid.uuid4().hex, wish(next_step(now_utc()))
    first = post(Client(), "/holds/", body, key)
    assert post(Client(), "/holds/", body, key).json() == first.json()
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert post(elsewhere, "/holds/", body, key).status_code == 422
    assert "visitor" not in elsewhere.cookies
    IdempotencyKey.objects.update(created_at=now_utc() - dt.timedelta(minutes=3))
    late = Client()
    assert post(late, "/holds/", body, key).status_code == 422
    assert "visitor" not in late.cookies
    # Who has the cookie has the whole day.
    known = Client()
    known.cookies = first.cookies
    assert post(known, "/holds/", body, key).json() == first.json()


def test_a_replay_takes_no_link_away_that_was_opened_since(world: World) -> None:
    key = uuid.uuid4().hex
    alice, path, details, booked = booked_by_alice(key, uuid.uuid4().hex)
    second = visit_in(world, minutes=400)
    address = opened(alice, second)
    assert post(alice, path, details, key).status_code == 201
    assert alice.get(address).status_code == 200
    first = f"/tilleul/appointments/{booked.json()['id']}/"
    assert alice.get(first).status_code == 200


@pytest.mark.parametrize(
    "key",
    [
        "short", "1234567890123456", "a" * 40, "ab" * 20, "0" * 80, "x" * 81,
        "12345678901234567890", "abcdefghijklmnopqrstuvwxyz", "9876543210" * 3,
        "00000000-0000-0000-0000-000000000000", "a key with spaces in it 123",
        "f3b1c9d2a7e64850b1c9d2é",
    ],
)  # fmt: skip
def test_a_key_that_can_be_guessed_is_refused(world: World, key: str) -> None:
    assert not is_strong(key)
    if key.isascii():
        answer = post(Client(), "/holds/", wish(next_step(now_utc())), key)
        assert answer.status_code == 422
        assert answer.json()["code"] == "idempotency_key_invalid"
    assert not Hold.objects.exists()


def test_a_key_that_was_drawn_is_never_refused() -> None:
    for _ in range(2000):
        assert is_strong(str(uuid.uuid4()))
        assert is_strong(uuid.uuid4().hex)
        assert is_strong(secrets.token_urlsafe(16))


@pytest.mark.django_db(transaction=True)
def test_doubled_posts_at_the_same_moment_make_one_row_each() -> None:
    make_world()
    first = next_step(now_utc(), minutes=120)

    def send(body: dict[str, str], key: str) -> Any:
        answer = post(Client(), "/holds/", body, key)
        return answer.status_code, answer.json()

    for number in range(30):
        body = wish(first + number * dt.timedelta(minutes=20))
        one, two = twice(partial(send, body, uuid.uuid4().hex))
        assert one == two
        assert one[0] == 201
    assert Hold.objects.count() == 30


# Moving and cancelling with a key


def visit_of(world: World) -> Appointment:
    return visit_in(world, minutes=48 * 60)


def link_of(visit: Appointment) -> str:
    return f"Link {permanent_url(visit).rpartition('/')[2]}"


def send(
    visit: Appointment, act: str, body: dict[str, Any], *, who: str, key: str
) -> Any:
    return Client().post(
        f"{API}/appointments/{visit.pk}/{act}/",
        body,
        content_type="application/json",
        headers={"Authorization": who, "Idempotency-Key": key},
    )


def at_hours(visit: Appointment, hours: int) -> dict[str, str]:
    return {"starts_at": (visit.starts_at + hours * HOUR).isoformat()}


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
    visit = visit_of(world)
    who = link_of(visit)

    def move(body: dict[str, str], key: str) -> Any:
        answer = send(visit, "move", body, who=who, key=key)
        return answer.status_code, answer.json()

    for number in range(1, 11):
        body = at_hours(visit, number)
        one, two = twice(partial(move, body, uuid.uuid4().hex))
        assert one == two
        assert one[0] == 200
    assert kinds(visit) == 10 * ["moved"]
