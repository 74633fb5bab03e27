"""An adviser's secret feed: what it shows, to whom, and how it is closed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from booking.models import Actor, Appointment, CalendarFeed
from booking.services.cancelling import cancel_appointment
from tests.cast import ALICE, World, make_visit, now_utc

NOW = now_utc().replace(microsecond=0)
HOUR = dt.timedelta(hours=1)
PAGE = "/staff/calendar/"


@pytest.fixture
def visit(world: World) -> Appointment:
    return make_visit(world, starts_at=NOW + 48 * HOUR, now=NOW)


@pytest.fixture
def bob(world: World) -> Client:
    client = Client()
    client.force_login(world.bob.user)
    return client


def address(client: Client) -> str:
    """What stands on the page, as a path."""
    page = client.get(PAGE).content.decode()
    found = page.partition('data-text="')[2].partition('"')[0]
    return "/" + found.partition("//")[2].partition("/")[2] if found else ""


def opened(client: Client) -> str:
    assert client.post(f"{PAGE}open/").status_code == 303
    return address(client)


def summaries(path: str) -> list[str]:
    answer = Client().get(path)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    assert calendar["method"] == "PUBLISH"
    return [str(event["summary"]) for event in calendar.walk("VEVENT")]


def test_it_shows_whom_one_meets_and_nothing_more(
    bob: Client, visit: Appointment
) -> None:
    visit.question = "Ma fille a peur"
    visit.save(update_fields=["question"])
    path = opened(bob)
    body = Client().get(path).content.decode().replace("\r\n ", "")
    [event] = Calendar.from_ical(body).walk("VEVENT")
    assert event["summary"] == "Alice, Premier vélo"
    assert event.decoded("dtstart") == visit.starts_at
    assert (event["uid"], event["sequence"]) == (visit.uid, visit.sequence)
    assert reverse("booking:staff_appointment", args=[visit.pk]) in str(event["url"])
    for secret in ("Moreau", ALICE["email"], ALICE["phone"], "peur", "/r/"):
        assert secret not in body


def test_only_one_s_own_that_stand(
    bob: Client, world: World, visit: Appointment
) -> None:
    make_visit(world, starts_at=NOW + 72 * HOUR, now=NOW, adviser=world.charlie)
    make_visit(world, starts_at=NOW - 40 * 24 * HOUR, now=NOW)
    path = opened(bob)
    assert len(summaries(path)) == 1
    cancel_appointment(appointment=visit, by=Actor.customer(), now=NOW)
    assert summaries(path) == []


def test_what_has_not_changed_is_not_sent_again(
    bob: Client, visit: Appointment
) -> None:
    path = opened(bob)
    first = Client().get(path)
    again = Client().get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    visit.sequence += 1
    visit.save(update_fields=["sequence"])
    changed = Client().get(path, headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_a_new_address_closes_the_old_and_closing_closes_all(
    bob: Client, visit: Appointment
) -> None:
    assert address(bob) == ""
    old = opened(bob)
    new = opened(bob)
    assert old != new
    assert [Client().get(path).status_code for path in (old, new)] == [404, 200]
    bob.post(f"{PAGE}close/")
    assert Client().get(new).status_code == 404
    assert opened(bob) not in (old, new)


@pytest.mark.parametrize("gone", ["staff member", "account", "brand"])
def test_who_left_shows_nothing(bob: Client, world: World, gone: str) -> None:
    path = opened(bob)
    if gone == "staff member":
        world.bob.staff_member.active = False
        world.bob.staff_member.save(update_fields=["active"])
    elif gone == "account":
        world.bob.user.is_active = False
        world.bob.user.save(update_fields=["is_active"])
    else:
        world.brand.active = False
        world.brand.save(update_fields=["active"])
    assert Client().get(path).status_code == 404


def test_the_address_is_kept_as_a_hash_and_is_nobody_else_s(
    bob: Client, world: World
) -> None:
    token = opened(bob).rpartition("/")[2].removesuffix(".ics")
    row = CalendarFeed.objects.for_brand(world.brand).get()
    assert token not in str(CalendarFeed.objects.all_brands().values_list())
    assert row.token_hash != token
    charlie = Client()
    charlie.force_login(world.charlie.user)
    assert address(charlie) == ""
    assert Client().get("/r/calendar/xxxxxxxxxxxxxxxxxxxxxx.ics").status_code == 404


def test_without_an_agenda_of_one_s_own_there_is_none(world: World) -> None:
    dora = Client()
    dora.force_login(world.dora)
    assert dora.get(PAGE).status_code == 404
    assert Client().get(PAGE).status_code == 302
