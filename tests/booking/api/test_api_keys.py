"""Keys for a brand's own systems: what they open, to whom, and for how long."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from booking.api.authentication import KeyThrottle
from booking.models import ApiKey, Appointment, AppointmentEvent, Hold
from booking.services.api_keys import revoke_api_key
from tests.booking.api.systems import (
    API,
    READ,
    WHO,
    WRITE,
    key_of,
    post,
    system,
    visit,
    wish,
    with_scopes,
)
from tests.cast import World, make_world, next_step, now_utc

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    cache.clear()
    return make_world()


def test_the_secret_is_nowhere_but_in_the_answer(world: World) -> None:
    key, text = key_of(world, READ)
    assert text.startswith(f"vv_{key.prefix}_")
    assert len(text) > 50
    assert text not in str(ApiKey.objects.values().get())


@pytest.mark.parametrize("scheme", ["Api-Key", "api-key", "Bearer"])
def test_a_key_reads_the_brands_appointments_in_order_of_time(
    world: World, scheme: str
) -> None:
    later, sooner = visit(world, hours=5), visit(world, hours=2)
    client = system(key_of(world, READ)[1], scheme)
    found = client.get(API).json()["results"]
    assert [row["id"] for row in found] == [str(sooner.pk), str(later.pk)]
    assert "customer" not in found[0]
    assert "link" not in found[0]
    assert client.get(f"{API}{sooner.pk}/").json()["id"] == str(sooner.pk)


def test_whom_to_reach_needs_its_own_scope(world: World) -> None:
    one = visit(world)
    client = with_scopes(world, READ, WHO)
    customer = client.get(f"{API}{one.pk}/").json()["customer"]
    assert customer["email"] == "alice@customer.example"


@pytest.mark.parametrize(
    ("text", "status"),
    [("", 401), ("vv_0123456789_nonsense", 401), ("nonsense", 401), ("x" * 400, 401)],
)
def test_an_unknown_key_opens_nothing(world: World, text: str, status: int) -> None:
    answer = system(text).get(API)
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "detail", "fields"}
    assert answer["WWW-Authenticate"] == "Api-Key"


def test_the_right_prefix_with_another_secret_opens_nothing(world: World) -> None:
    _key, text = key_of(world, READ)
    assert (
        system(text[:-1] + ("A" if text[-1] != "A" else "B")).get(API).status_code
        == 401
    )
    assert system(text).get(API).status_code == 200


def test_without_a_key_the_list_is_closed(world: World) -> None:
    assert Client().get(API).status_code == 401


def test_a_scope_that_is_missing_is_named(world: World) -> None:
    one = visit(world)
    reads = with_scopes(world, READ)
    for answer in (
        post(reads, API, wish(next_step(now_utc()))),
        reads.post(f"{API}{one.pk}/cancel/"),
        post(reads, f"{API}{one.pk}/move/", {"channel": "callback"}),
        with_scopes(world, WRITE).get(API),
    ):
        assert answer.status_code == 403
        assert ":appointments" in answer.json()["detail"]
    one.refresh_from_db()
    assert one.status == "confirmed"


def test_another_brands_key_learns_nothing(world: World) -> None:
    one = visit(world)
    foreign = system(key_of(world, READ, WRITE, brand=world.other_brand)[1])
    assert foreign.get(API).status_code == 404
    assert foreign.get(f"{API}{one.pk}/").status_code == 404
    assert foreign.post(f"{API}{one.pk}/cancel/").status_code == 404
    own = API.replace("tilleul", "banque-du-port")
    assert foreign.get(f"{own}{one.pk}/").status_code == 404
    assert foreign.get(own).json() == {"next": None, "results": []}


def test_a_revoked_key_is_let_in_nowhere(world: World) -> None:
    key, text = key_of(world, READ)
    assert system(text).get(API).status_code == 200
    revoke_api_key(key=key, now=now_utc())
    assert system(text).get(API).status_code == 401


def test_a_key_books_in_one_step_and_a_key_twice_is_once(world: World) -> None:
    at = next_step(now_utc())
    client = with_scopes(world, WRITE)
    again = {"Idempotency-Key": uuid.uuid4().hex}
    first = post(client, API, wish(at), **again)
    second = post(client, API, wish(at), **again)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    booked = Appointment.objects.get()
    assert (booked.source, booked.starts_at) == ("api", at)
    assert not Hold.objects.exists()


def test_a_taken_time_holds_nothing_and_names_the_nearest(world: World) -> None:
    taken = visit(world)
    answer = post(with_scopes(world, WRITE), API, wish(taken.starts_at))
    assert answer.status_code == 409
    assert len(answer.json()["nearest"]) == 3
    assert not Hold.objects.exists()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"email": "nonsense"}, "email"),
        ({"channel": "pigeon"}, "channel"),
        ({"starts_at": "tomorrow"}, "starts_at"),
        ({"channel": "callback"}, "phone"),
    ],
)
def test_wrong_facts_name_their_field(
    world: World, facts: dict[str, object], field: str
) -> None:
    answer = post(with_scopes(world, WRITE), API, wish(next_step(now_utc()), **facts))
    assert answer.status_code == 422
    assert field in answer.json()["fields"]
    assert not Appointment.objects.exists()


def test_a_key_moves_and_cancels_as_the_store(world: World) -> None:
    one = visit(world)
    client = with_scopes(world, READ, WRITE)
    at = one.starts_at + dt.timedelta(hours=1)
    moved = post(client, f"{API}{one.pk}/move/", {"starts_at": at.isoformat()})
    assert moved.status_code == 200, moved.content
    assert dt.datetime.fromisoformat(moved.json()["starts_at"]) == at
    assert post(client, f"{API}{one.pk}/move/", {}).status_code == 422
    gone = client.post(f"{API}{one.pk}/cancel/")
    assert gone.json()["status"] == "cancelled_by_store"
    actors = set(AppointmentEvent.objects.values_list("actor", flat=True))
    assert actors == {"system"}


def test_the_list_is_read_page_by_page_and_by_its_filters(world: World) -> None:
    visits = [visit(world, hours=h) for h in range(1, 6)]
    client = with_scopes(world, READ)
    seen, address, pages = [], f"{API}?limit=2", 0
    while address:
        answer = client.get(address).json()
        seen += [row["id"] for row in answer["results"]]
        address, pages = answer["next"], pages + 1
    assert seen == [str(one.pk) for one in visits]
    assert pages == 3
    since = visits[3].starts_at.isoformat()
    found = client.get(API, {"since": since, "store": "lille"}).json()["results"]
    assert [row["id"] for row in found] == seen[3:]
    assert not client.get(API, {"store": "arras"}).json()["results"]
    assert client.get(API, {"store": "calais"}).status_code == 404
    assert client.get(API, {"status": "asleep"}).status_code == 422


@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": 201}, {"limit": "x"}, {"cursor": "x"}],
)
def test_a_page_that_cannot_be_is_refused(world: World, query: Any) -> None:
    answer = with_scopes(world, READ).get(API, query)
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == set(query)


def test_a_cursor_belongs_to_its_list(world: World, client: Client) -> None:
    stores = client.get("/api/v1/brands/tilleul/stores/?limit=1").json()
    assert [row["slug"] for row in stores["results"]] == ["arras"]
    rest = client.get(stores["next"]).json()
    assert [row["slug"] for row in rest["results"]] == ["lille"]
    assert rest["next"] is None
    cursor = stores["next"].partition("?")[2]
    assert client.get(f"/api/v1/brands/?{cursor}").status_code == 422


def test_a_key_that_asks_too_often_is_told_when_to_come_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KeyThrottle, "rate", "2/min")
    client = with_scopes(world, READ)
    assert [client.get(API).status_code for _ in range(3)] == [200, 200, 429]
    refused = client.get(API)
    assert refused.json()["code"] == "throttled"
    assert 0 < int(refused["Retry-After"]) <= 60
    assert with_scopes(world, READ).get(API).status_code == 200, "each key by itself"


def test_the_link_still_opens_its_appointment_beside_keys(world: World) -> None:
    one = visit(world)
    assert Client().get(f"{API}{one.pk}/").status_code == 404
