"""What the table of messages refuses, whoever writes to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from notifications.models import Delivery
from tests.cast import make_visit, make_world, next_step, now_utc
from tests.walls import refused_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def message() -> dict[str, Any]:
    world, now = make_world(), now_utc()
    visit = make_visit(world, starts_at=next_step(now), now=now)
    return {
        "brand": world.brand,
        "appointment": visit,
        "sequence": 0,
        "kind": "confirmed",
        "channel": "email",
        "due_at": now,
        "useless_after": now + dt.timedelta(hours=1),
    }


def test_a_message_is_planned_once(message: dict[str, Any]) -> None:
    Delivery.objects.create(**message)
    with refused_by("delivery_once"):
        Delivery.objects.create(**message)
    Delivery.objects.create(**message | {"sequence": 1})
    Delivery.objects.create(**message | {"recipient": "staff"})


def test_a_message_is_of_use_for_a_while(message: dict[str, Any]) -> None:
    with refused_by("delivery_useful"):
        Delivery.objects.create(**message | {"useless_after": message["due_at"]})


def test_a_message_is_in_a_state_that_we_know(message: dict[str, Any]) -> None:
    with refused_by("delivery_state"):
        Delivery.objects.create(**message, state="lost")
