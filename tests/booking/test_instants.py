"""A time without its offset is no instant, whoever writes it and wherever."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from rest_framework import serializers

from booking.api import requests as theirs
from booking.api import serializers as ours
from booking.api.fields import InstantField
from booking.instants import OffsetMissing, read_instant
from booking.models import Appointment, Hold
from booking.rota.conflicts import Decision
from tests.booking.api.systems import API, READ, WRITE, post, visit, wish, with_scopes
from tests.cast import World, next_step, now_utc

NO_OFFSET = [
    "2026-12-01T10:00:00",
    "2026-12-01 10:00",
    "2026-12-01T10:00:00.5",
    "20261201T100000",
    "2026-12-01",
    "2026-W49-2",
]
NO_TIME = ["tomorrow", "10:00+01:00", "2026-13-01T10:00:00Z", "0001-01-01T00:00+14:00"]
WRONG = [*NO_OFFSET, *NO_TIME, "soon", "2026-12-01T10:00:00 01:00"]


@pytest.mark.parametrize("text", NO_OFFSET)
def test_a_time_without_offset_is_no_instant(text: str) -> None:
    with pytest.raises(OffsetMissing):
        read_instant(text)


@pytest.mark.parametrize("text", NO_TIME)
def test_what_is_no_time_is_no_instant(text: str) -> None:
    with pytest.raises(ValueError):
        read_instant(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01T10:00:00Z",
        "2026-12-01T10:00:00+00:00",
        "2026-12-01T11:00+01:00",
        "2026-12-01T06:00:00-04:00",
    ],
)
def test_the_same_instant_is_read_from_every_offset(text: str) -> None:
    assert read_instant(text) == dt.datetime(2026, 12, 1, 10, tzinfo=dt.UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("text", WRONG)
def test_each_address_of_the_api_names_the_field(world: World, text: str) -> None:
    one = visit(world)
    client, at = with_scopes(world, READ, WRITE), next_step(now_utc(), minutes=240)
    facts = wish(at, starts_at=text)
    answers = {
        "hold": post(Client(), "/api/v1/brands/tilleul/holds/", facts),
        "book": post(client, API, facts),
        "move": post(client, f"{API}{one.pk}/move/", {"starts_at": text}),
    }
    for name, answer in answers.items():
        assert answer.status_code == 422, name
        assert list(answer.json()["fields"]) == ["starts_at"], name
    for name in ("since", "until"):
        answer = client.get(API, {name: text})
        assert answer.status_code == 422, name
        assert list(answer.json()["fields"]) == [name]
    assert not Hold.objects.exists()
    assert Appointment.objects.get().starts_at == one.starts_at


@pytest.mark.django_db
@pytest.mark.parametrize("value", [1, 1.5, True, None, [], {}, ["2026-12-01T10:00Z"]])
def test_an_instant_is_written_as_a_text(world: World, value: Any) -> None:
    one = visit(world)
    client = with_scopes(world, WRITE)
    answer = post(client, f"{API}{one.pk}/move/", {"starts_at": value})
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["starts_at"]


@pytest.mark.parametrize("text", [*NO_OFFSET, *NO_TIME])
def test_a_decision_at_the_desk_is_read_alike(text: str) -> None:
    with pytest.raises(ValueError):
        Decision.from_code(uuid.uuid4(), f"move:{text}")


def test_no_request_of_the_api_reads_times_in_another_way() -> None:
    requests = [
        value
        for value in {**vars(ours), **vars(theirs)}.values()
        if isinstance(value, type)
        and issubclass(value, serializers.Serializer)
        and value.__name__.endswith(("Request", "Query"))
    ]
    times = [
        field
        for kind in requests
        for field in kind().fields.values()
        if isinstance(field, serializers.DateTimeField)
    ]
    assert len(times) >= 5
    assert all(isinstance(field, InstantField) for field in times)
