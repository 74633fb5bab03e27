"""A product and needs come with a booking over the API, as by the page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from booking.models import Appointment
from tests.booking.api import systems
from tests.booking.customer.walking import first_start
from tests.booking.over_the_api import hold, post
from tests.cast import World, next_step, now_utc

pytestmark = pytest.mark.django_db
ZOE = {"name": "Zoé", "email": "zoe@c.example"}
BROUGHT = {"product": "DR-12", "asks_stock": True, "needs": ["helper", "writing"]}


def test_a_visitor_brings_a_product_and_needs(client: Client, world: World) -> None:
    made = hold(client, first_start(world)).json()
    answer = post(client, f"/holds/{made['id']}/appointment/", ZOE | BROUGHT)
    assert answer.status_code == 201
    kept = Appointment.objects.get()
    assert (kept.product, kept.stock, kept.needs) == (
        "DR-12",
        "asked",
        "writing helper",
    )
    assert answer.json()["brought"] == {
        "product": "DR-12",
        "stock": "asked",
        "stock_left": None,
        "needs": ["writing", "helper"],
    }


def test_a_key_without_the_scope_reads_nothing_of_it(world: World) -> None:
    client = systems.with_scopes(world, systems.WRITE)
    wish = systems.wish(next_step(now_utc(), minutes=120), **BROUGHT)
    answer = systems.post(client, systems.API, wish)
    assert answer.status_code == 201
    assert "brought" not in answer.json()
    assert Appointment.objects.get().needs == "writing helper"


@pytest.mark.parametrize(
    "wrong",
    [{"product": "x" * 301}, {"needs": ["magic"]}, {"needs": "writing"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_the_form_refuses_is_refused(
    client: Client, world: World, wrong: dict[str, Any]
) -> None:
    made = hold(client, first_start(world)).json()
    answer = post(client, f"/holds/{made['id']}/appointment/", ZOE | wrong)
    assert answer.status_code == 422
    assert next(iter(wrong)) in answer.json()["fields"]
    assert not Appointment.objects.exists()
