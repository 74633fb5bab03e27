"""The same request twice, also at the same moment, is one act and one answer."""

import datetime as dt
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from booking.models import Appointment, Hold, IdempotencyKey
from stores.erasing import erase_due
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


@pytest.mark.django_db(transaction=True)
def test_doubled_posts_at_the_same_moment_make_one_row_each() -> None:
    make_world()
    first = next_step(now_utc(), minutes=120)
    barrier = threading.Barrier(2)

    def send(body: dict[str, str], key: str) -> Any:
        barrier.wait()
        try:
            answer = post(Client(), "/holds/", body, key)
            return answer.status_code, answer.json()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for number in range(30):
            body = wish(first + number * dt.timedelta(minutes=20))
            key = uuid.uuid4().hex
            one, two = pool.map(send, [body, body], [key, key])
            assert one == two
            assert one[0] == 201
    assert Hold.objects.count() == 30
