"""One customer cannot have two visits at one time without saying so."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from booking.errors import CustomerBusy
from booking.models import Actor, Appointment, Hold
from booking.services.booking import book_appointment
from booking.services.cancelling import cancel_appointment
from booking.services.holding import hold_slot
from stores.models import Store
from tests.cast import ALICE, World, make_adviser, next_step, now_utc

pytestmark = pytest.mark.django_db

AT = 120


def held(world: World, *, minutes: int = AT, store: Store | None = None) -> Hold:
    now = now_utc()
    return hold_slot(
        store=store or world.store,
        topic=world.topic,
        channel="video",
        starts_at=next_step(now, minutes=minutes),
        visitor=f"{minutes} {store}",
        network="n",
        now=now,
    )


def book(hold: Hold, **other: Any) -> Appointment:
    return book_appointment(hold=hold, now=now_utc(), **{**ALICE, **other})


@pytest.mark.parametrize(
    "contact",
    [
        {},
        {"email": "ALICE@customer.example", "phone": ""},
        {"email": "", "name": "Somebody else"},
    ],
)
def test_the_same_address_or_number_is_refused_and_the_hold_lives_on(
    world: World, contact: dict[str, str]
) -> None:
    book(held(world))
    second = held(world, minutes=AT + 10, store=world.other_store)
    with pytest.raises(CustomerBusy):
        book(second, **contact)
    assert Hold.objects.filter(pk=second.pk).exists()
    assert Appointment.objects.count() == 1
    book(second, **contact, also=True)
    assert Appointment.objects.count() == 2


def test_others_other_times_and_what_is_cancelled_are_free(world: World) -> None:
    make_adviser(world.store, "Sarah", topics=[world.topic])
    first = book(held(world))
    book(held(world, minutes=AT + 20))
    there = held(world, store=world.other_store)
    book(there, email="zoe@customer.example", phone="+33639980099")
    cancel_appointment(appointment=first, by=Actor.customer(), now=now_utc())
    again = held(world)
    book(again)


def test_the_page_asks_and_a_tick_books_both(client: Client, world: World) -> None:
    first = book(held(world))
    taken = client.post(
        "/tilleul/arras/premier-velo/video/", {"start": first.starts_at.isoformat()}
    )
    details = {"name": "Alice", "reach": "email", "email": ALICE["email"]}
    refused = client.post(taken["Location"], details)
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "Réserver aussi" in page
    assert 'name="also"' in page
    assert ALICE["email"] in page
    booked = client.post(taken["Location"], {**details, "also": "1"})
    assert booked.status_code == 303
    assert Appointment.objects.count() == 2


def test_the_api_refuses_with_its_code_and_takes_also(
    client: Client, world: World
) -> None:
    first = book(held(world))
    api = "/api/v1/brands/tilleul/holds/"
    wish = {
        "store": "arras",
        "topic": "premier-velo",
        "channel": "video",
        "starts_at": first.starts_at.isoformat(),
    }
    hold = client.post(api, wish, content_type="application/json").json()
    path = f"{api}{hold['id']}/appointment/"
    facts = {"name": "Alice", "email": ALICE["email"]}
    refused = client.post(path, facts, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "customer_busy")
    facts["also"] = "true"
    booked = client.post(path, facts, content_type="application/json")
    assert booked.status_code == 201
