"""Rows that stand behind parameters of addresses."""

from __future__ import annotations

from django.conf import settings

from booking.models import ApiKey, Import
from booking.rota.places.rooms import Room, create_rooms
from booking.services.api_keys import create_api_key
from notifications.models import WebhookEndpoint
from stores.models import Resource
from tests.cast import World, now_utc


def make_run(world: World) -> Import:
    now = now_utc()
    return Import.objects.create(
        brand=world.brand,
        kind="stores",
        state=Import.State.CHECKED,
        header=["number", "name"],
        columns=["number", "name"],
        made_at=now,
        erase_after=now,
    )


def make_booth(world: World) -> Resource:
    (booth,) = create_rooms(store=world.store, rooms=[Room(name="Booth", kind="booth")])
    return booth


def make_key(world: World) -> ApiKey:
    key, _text = create_api_key(
        brand=world.brand,
        name="Cash desk",
        scopes=["read:appointments"],
        user=world.dora,
        now=now_utc(),
    )
    return key


def make_endpoint(world: World) -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(
        brand=world.brand,
        url="https://hooks.tilleul.example/",
        kinds=["booked"],
        key_id=next(iter(settings.LINK_KEYS)),
        created_at=now_utc(),
    )
