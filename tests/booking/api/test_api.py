"""API v1: what an app or another site's booking page would call."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from booking.links import token_of
from booking.models import AccessLink, Appointment, Hold
from tests.booking.over_the_api import API, hold, post
from tests.cast import World, next_step, now_utc

pytestmark = pytest.mark.django_db


@pytest.fixture
def starts_at(world: World) -> str:
    return next_step(now_utc()).isoformat()


def rows(client: Client, path: str) -> Any:
    return client.get(path).json()["results"]


def test_find_hold_book_see_and_cancel(client: Client, world: World) -> None:
    assert rows(client, "/api/v1/brands/")[0]["slug"] == "tilleul"
    assert {s["slug"] for s in rows(client, f"{API}/stores/")} == {
        "lille",
        "arras",
    }
    assert rows(client, f"{API}/topics/")[0]["slug"] == "premier-velo"
    offers = rows(client, f"{API}/stores/lille/offers/")
    assert {offer["channel"] for offer in offers} == {"video", "callback", "in_store"}
    query = {"topic": "premier-velo", "channel": "video"}
    found = client.get(f"{API}/stores/lille/starts/", query).json()
    held = hold(client, found[0]["starts_at"])
    assert held.status_code == 201
    booked = post(
        client,
        f"/holds/{held.json()['id']}/appointment/",
        {"name": "Alice", "email": "alice@customer.example"},
    )
    assert booked.status_code == 201, booked.content
    document = booked.json()
    assert document["status"] == "confirmed"
    assert "/r/" in document["link"]
    path = f"{API}/appointments/{document['id']}/"
    assert client.get(path).json()["starts_at"] == found[0]["starts_at"]
    assert client.post(f"{path}cancel/").json()["status"] == "cancelled_by_customer"


def test_a_taken_time_answers_409_with_three_that_can_be_held(
    world: World, starts_at: str
) -> None:
    assert hold(Client(), starts_at).status_code == 201
    refused = hold(Client(), starts_at)
    assert refused.status_code == 409
    body = refused.json()
    assert body["code"] == "slot_taken"
    assert len(body["nearest"]) == 3
    client = Client()
    for start in body["nearest"]:
        assert hold(client, start["starts_at"]).status_code == 201


@pytest.mark.parametrize(
    ("facts", "status", "code"),
    [
        ({"starts_at": "2020-01-01T10:00:00Z"}, 422, "slot_not_offered"),
        ({"starts_at": "tomorrow"}, 422, "invalid"),
        ({"channel": "telepathy"}, 422, "invalid"),
        ({"store": "calais"}, 404, "not_found"),
        ({"topic": "pret"}, 404, "not_found"),
        ({"staff_member": 0}, 422, "invalid"),
    ],
)
def test_refusals_have_one_shape_and_write_nothing(
    client: Client, world: World, starts_at: str, facts: Any, status: int, code: str
) -> None:
    answer = hold(client, starts_at, **facts)
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "detail", "fields"}
    assert answer.json()["code"] == code
    assert not Hold.objects.exists()


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "not an address"}, "email"),
        ({"email": "", "phone": "12"}, "phone"),
        ({"question": "x" * 281}, "question"),
        ({"language": "xx"}, "language"),
    ],
)
def test_wrong_details_name_their_field(
    client: Client, world: World, starts_at: str, details: Any, field: str
) -> None:
    held = hold(client, starts_at).json()
    body = {"name": "Alice", "email": "alice@customer.example", **details}
    answer = post(client, f"/holds/{held['id']}/appointment/", body)
    assert answer.status_code == 422
    assert field in answer.json()["fields"]
    assert not Appointment.objects.exists()


def test_another_visitor_cannot_book_the_hold(
    client: Client, world: World, starts_at: str
) -> None:
    held = hold(client, starts_at).json()
    body = {"name": "Mallory", "email": "m@customer.example"}
    answer = post(Client(), f"/holds/{held['id']}/appointment/", body)
    assert answer.status_code == 404


def test_the_links_token_opens_its_appointment_and_no_other(
    client: Client, world: World, starts_at: str
) -> None:
    for n in range(2):
        at = dt.datetime.fromisoformat(starts_at) + dt.timedelta(hours=n)
        held = hold(client, at.isoformat()).json()
        post(
            client,
            f"/holds/{held['id']}/appointment/",
            {"name": "A", "email": "a@b.example"},
        )
    first, second = AccessLink.objects.order_by("created_at")
    stranger = Client(headers={"authorization": f"Link {token_of(first)}"})
    own = f"{API}/appointments/{first.appointment_id}/"
    assert stranger.get(own).status_code == 200
    other = f"{API}/appointments/{second.appointment_id}/"
    assert stranger.get(other).status_code == 404
    foreign = own.replace("tilleul", "banque-du-port")
    assert stranger.get(foreign).status_code == 404
    assert Client().get(own).status_code == 404
