"""After every act a sentence says what happened, once, on the page that follows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from booking.models import Appointment
from booking.states import Status
from stores.models import Channel
from stores.wording import day_and_hour
from tests.booking.at_the_desk import signed_in
from tests.booking.customers import opened, visit_in
from tests.cast import World, make_visit, now_utc
from tests.house.page import Page

pytestmark = pytest.mark.django_db


def said_on(html: str) -> list[str]:
    """The sentences of the list that a redirect leads to."""
    found = html.partition('class="stack g8 bare"')[2].partition("</ul>")[0]
    return [part.partition("</span>")[0] for part in found.split("<span>")[1:]]


def fresh(world: World, **what: Any) -> Appointment:
    """In twenty minutes: it can be arrived at, begun and called."""
    at = now_utc() + dt.timedelta(minutes=20)
    return make_visit(world, starts_at=at, now=now_utc(), **what)


@pytest.mark.parametrize(
    ("tap", "sent", "status", "words"),
    [
        ("arrived", {}, Status.CONFIRMED, "Noted: the customer is here."),
        ("start", {}, Status.ARRIVED, "Noted: the visit has begun."),
        (
            "outcome",
            {"outcome": "advised"},
            Status.IN_PROGRESS,
            "Noted: the visit is over.",
        ),
        ("late", {"minutes": "10"}, Status.CONFIRMED, "says that you are late."),
        ("reopen", {}, Status.DONE, "The visit stands again."),
    ],
)
def test_a_tap_of_the_staff_is_answered_in_words_once(
    world: World, tap: str, sent: dict[str, str], status: str, words: str
) -> None:
    visit = fresh(world, channel=Channel.IN_STORE, status=status)
    staff = signed_in(world.bob.user)
    page = staff.post(f"/staff/appointments/{visit.pk}/{tap}/", sent, follow=True)
    assert page.status_code == 200
    (said,) = said_on(page.content.decode())
    assert words in said
    assert not said_on(staff.get("/staff/").content.decode())


def test_a_call_in_vain_says_when_to_try_again(world: World) -> None:
    visit = fresh(world, channel=Channel.CALLBACK)
    staff = signed_in(world.bob.user)
    address = f"/staff/appointments/{visit.pk}/calls/"
    page = staff.post(address, {"result": "no_answer"}, follow=True)
    (said,) = said_on(page.content.decode())
    assert said.startswith("The call is noted. Next try: ")


def test_a_refused_tap_claims_nothing(world: World) -> None:
    visit = fresh(world, status=Status.CANCELLED_BY_CUSTOMER)
    staff = signed_in(world.bob.user)
    page = staff.post(f"/staff/appointments/{visit.pk}/arrived/")
    assert page.status_code == 409
    assert not said_on(page.content.decode())
    assert not said_on(staff.get("/staff/").content.decode())


@pytest.mark.parametrize("channel", ["video", "callback"])
def test_a_customer_who_moves_reads_the_new_hour(
    world: World, client: Client, channel: str
) -> None:
    visit = visit_in(world, minutes=24 * 60)
    address = opened(client, visit)
    offer = world.offers[channel]
    query = StartQuery(offer=offer, store=world.store, now=now_utc(), ignoring=visit)
    start = masks_for(query).nearest(visit.starts_at, itself=False)[0]
    page = client.post(
        f"{address}move/?channel={channel}",
        {"start": start.starts_at.isoformat()},
        headers={"accept-language": "en"},
        follow=True,
    )
    visit.refresh_from_db()
    assert visit.starts_at == start.starts_at
    (said,) = said_on(page.content.decode())
    assert day_and_hour(visit.local_start) in said
    assert not said_on(client.get(address).content.decode())


def test_a_customer_who_arrives_reads_who_knows_it(
    world: World, client: Client
) -> None:
    visit = visit_in(world, minutes=10, channel=Channel.IN_STORE)
    address = opened(client, visit)
    page = client.post(
        f"{address}arrive/", headers={"accept-language": "en"}, follow=True
    )
    notes = [n.attributes for n in Page(page.content.decode()).all("p")]
    assert any(note.get("role") == "status" for note in notes)
    assert "knows that you are here" in page.content.decode()


def test_a_visit_that_becomes_a_call_says_when(world: World, client: Client) -> None:
    visit = visit_in(world, minutes=-60, status=Status.MISSED_BY_STAFF)
    address = opened(client, visit)
    page = client.post(
        f"{address}callback/",
        {"phone": "06 12 34 56 78"},
        headers={"accept-language": "en"},
        follow=True,
    )
    visit.refresh_from_db()
    (said,) = said_on(page.content.decode())
    assert said.startswith("Done: we call you on ")
