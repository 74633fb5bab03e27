"""The page on which an adviser asks for an absence, and reads the answer."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from booking.rota.asked_absences import approve_request, refuse_request
from stores.calendar.recurrence import instant
from stores.models import Absence, AbsenceRequest
from tests.booking.at_the_desk import chosen_in, coming_day, signed_in
from tests.cast import World, now_utc
from tests.sent_forms import forms_on

pytestmark = pytest.mark.django_db
PAGE = "/staff/absences/"


def wish(world: World, **other: str) -> dict[str, str]:
    day = coming_day(world.store).isoformat()
    return {
        "first_day": day,
        "first_time": "",
        "last_day": day,
        "last_time": "",
        "reason": "holiday",
        "note": "",
        **other,
    }


def asked(world: World, bob: Client, **other: str) -> AbsenceRequest:
    assert bob.post(PAGE, wish(world, **other)).status_code == 302
    return AbsenceRequest.objects.for_brand(world.brand).latest("pk")


def text(client: Client, address: str = PAGE) -> str:
    return " ".join(client.get(address).content.decode().split())


def test_whole_days_are_asked_for_on_the_clock_of_the_store(
    world: World, bob: Client
) -> None:
    day = coming_day(world.store)
    after = day + dt.timedelta(days=2)
    answer = bob.post(
        PAGE,
        wish(world, last_day=after.isoformat(), note="A wedding"),
        follow=True,
    )
    assert "You have asked. The answer will stand here." in answer.content.decode()
    row = AbsenceRequest.objects.for_brand(world.brand).get()
    zone = world.store.zone
    assert row.agenda == world.bob.agenda
    assert row.starts_at == instant(day, dt.time(), zone)
    assert row.ends_at == instant(after + dt.timedelta(days=1), dt.time(), zone)
    assert (row.reason, row.note, row.state) == ("holiday", "A wedding", "asked")
    assert "Not answered yet" in answer.content.decode()
    assert not Absence.objects.exists()


def test_hours_of_one_day_are_asked_for(world: World, bob: Client) -> None:
    row = asked(world, bob, first_time="14:00", last_time="16:30")
    day, zone = coming_day(world.store), world.store.zone
    assert row.starts_at == instant(day, dt.time(14), zone)
    assert row.ends_at == instant(day, dt.time(16, 30), zone)
    assert "14:00 – 16:30" in text(bob)


def test_from_an_hour_to_the_end_of_a_day(world: World, bob: Client) -> None:
    row = asked(world, bob, first_time="14:00")
    day, zone = coming_day(world.store), world.store.zone
    assert row.ends_at == instant(day + dt.timedelta(days=1), dt.time(), zone)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first_day": ""}, "first_day"),
        ({"first_day": "soon"}, "first_day"),
        ({"first_day": "2020-01-01"}, "first_day"),
        ({"last_day": "2020-01-01"}, "last_day"),
        ({"last_day": "9999-12-31"}, "last_day"),
        ({"last_day": "2199-01-01"}, "last_day"),
        ({"first_time": "16:00", "last_time": "14:00"}, "last_day"),
        ({"first_time": "noon"}, "first_time"),
        ({"reason": "boredom"}, "reason"),
        ({"note": "a" * 201}, "note"),
    ],
)
def test_what_is_not_right_is_said_beside_the_field(
    world: World, bob: Client, wrong: dict[str, str], field: str
) -> None:
    answer = bob.post(PAGE, wish(world, **wrong))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not AbsenceRequest.objects.exists()


def test_a_second_request_for_the_same_time_is_told(world: World, bob: Client) -> None:
    asked(world, bob)
    answer = bob.post(PAGE, wish(world, first_time="09:00", last_time="10:00"))
    assert answer.status_code == 422
    assert "You have asked for some of this time already." in answer.content.decode()


def test_who_is_away_already_is_told(world: World, bob: Client) -> None:
    day, zone = coming_day(world.store), world.store.zone
    Absence.objects.create(
        brand=world.brand,
        agenda=world.bob.agenda,
        starts_at=instant(day, dt.time(9), zone),
        ends_at=instant(day, dt.time(18), zone),
        reason="training",
    )
    answer = bob.post(PAGE, wish(world))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "You are away for some of this time already." in page
    assert "Training" in page


def test_sent_twice_it_is_asked_once(world: World, bob: Client) -> None:
    form = {**wish(world), "once": chosen_in(text(bob))["once"]}
    for _ in range(2):
        assert bob.post(PAGE, form).status_code == 302
    assert AbsenceRequest.objects.count() == 1


def test_an_open_request_is_taken_back_and_an_answered_one_is_not(
    world: World, bob: Client
) -> None:
    row = asked(world, bob)
    address = reverse("booking:withdraw_absence", args=[row.pk])
    assert address in text(bob)
    back = bob.post(address, {"next": PAGE}, follow=True)
    assert back.redirect_chain == [(PAGE, 302)]
    assert "You have taken your request back." in back.content.decode()
    again = asked(world, bob)
    approve_request(asked=again, user=world.dora, now=now_utc())
    late = bob.post(
        reverse("booking:withdraw_absence", args=[again.pk]),
        {"next": PAGE},
        follow=True,
    )
    assert "It was answered meanwhile: read the answer." in late.content.decode()
    again.refresh_from_db()
    assert again.state == "approved"


def test_a_colleague_takes_nothing_back(world: World, bob: Client) -> None:
    row = asked(world, bob)
    charlie = signed_in(world.charlie.user)
    address = reverse("booking:withdraw_absence", args=[row.pk])
    assert charlie.post(address).status_code == 404
    row.refresh_from_db()
    assert row.state == "asked"


def test_an_answer_stands_on_the_page_and_above_the_board_until_it_is_read(
    world: World, bob: Client
) -> None:
    approved = asked(world, bob, first_time="08:00", last_time="09:00")
    refused = asked(world, bob, first_time="14:00", last_time="15:00")
    now = now_utc()
    approve_request(asked=approved, user=world.dora, now=now)
    refuse_request(asked=refused, answer="Two are away.", user=world.dora, now=now)
    board = text(bob, "/staff/")
    assert "Your absence is approved: " in board
    assert "Your absence is not approved: " in board
    page = text(bob)
    assert "Dora: Two are away." in page
    assert "Not approved" in page
    seen = reverse("booking:answers_seen")
    # What was answered since the page was opened is still to be read.
    read = bob.post(seen, {"next": "/staff/", "asked": approved.pk}, follow=True)
    assert "Your absence is approved" not in read.content.decode()
    assert "Your absence is not approved" in read.content.decode()
    (form,) = [f for f in forms_on(text(bob, "/staff/"), "/staff/") if f.path == seen]
    assert form.fields["asked"] == str(refused.pk)
    read = bob.post(seen, form.fields, follow=True)
    assert "Your absence" not in read.content.decode()
    assert "Two are away." in text(bob)
    assert bob.post(seen, {"asked": "nonsense"}).status_code == 404


def test_an_approval_that_was_taken_back_says_so(world: World, bob: Client) -> None:
    row = asked(world, bob)
    approve_request(asked=row, user=world.dora, now=now_utc()).delete()
    assert "Approved, and taken back since" in text(bob)
    assert "Your absence" not in text(bob, "/staff/")


def test_who_has_no_agenda_has_no_such_page(world: World, dora: Client) -> None:
    assert dora.get(PAGE).status_code == 404
    assert dora.post(PAGE, wish(world)).status_code == 404
    assert PAGE not in text(dora, "/staff/")
