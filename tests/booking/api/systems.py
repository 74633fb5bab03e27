"""Systems with a key, and what they send."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client

from booking.models import ApiKey, Appointment
from booking.services.api_keys import create_api_key
from stores.models import Brand
from tests.cast import World, make_visit, next_step, now_utc

API = "/api/v1/brands/tilleul/appointments/"
READ, WRITE, WHO = ApiKey.Scope.values


def key_of(
    world: World, *scopes: str, brand: Brand | None = None
) -> tuple[ApiKey, str]:
    return create_api_key(
        brand=brand or world.brand,
        name="Cash desk",
        scopes=scopes,
        user=world.dora,
        now=now_utc(),
    )


def system(text: str, scheme: str = "Api-Key") -> Client:
    return Client(headers={"authorization": f"{scheme} {text}"})


def with_scopes(world: World, *scopes: str) -> Client:
    return system(key_of(world, *scopes)[1])


def wish(at: dt.datetime, **facts: object) -> dict[str, object]:
    return {
        **{"store": "lille", "topic": "premier-velo", "channel": "video"},
        **{"starts_at": at.isoformat(), "name": "Zoé", "email": "zoe@c.example"},
        **facts,
    }


def post(client: Client, path: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(path, body, content_type="application/json", headers=headers)


def visit(world: World, *, hours: int = 2) -> Appointment:
    at = next_step(now_utc(), minutes=60 * hours)
    return make_visit(world, starts_at=at, now=now_utc())
