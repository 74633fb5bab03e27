"""Absences that are asked for, at the desk of who answers."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import Appointment
from booking.rota.asked_absences import (
    approve_request,
    ask_absence,
    withdraw_request,
)
from stores.calendar.recurrence import instant
from stores.models import Absence, AbsenceRequest, Membership, Role
from tests.booking.at_the_desk import chosen_in, coming_day, signed_in
from tests.cast import Adviser, World, make_adviser, make_visit, now_utc

pytestmark = pytest.mark.django_db


def ask(world: World, adviser: Adviser | None = None) -> AbsenceRequest:
    day = coming_day(world.store)
    return ask_absence(
        agenda=(adviser or world.bob).agenda,
        zone=world.store.zone,
        starts_at=instant(day, dt.time(9), world.store.zone),
        ends_at=instant(day, dt.time(18), world.store.zone),
        reason="holiday",
        note="A wedding",
        now=now_utc(),
    )


def list_of(world: World) -> str:
    return f"/desk/absences/?store={world.store.pk}"


def page_of(world: World, asked: AbsenceRequest) -> str:
    address = reverse("booking:answer_absence", args=[asked.pk])
    return f"{address}?store={world.store.pk}"


def text(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def test_what_is_asked_for_stands_above_the_list_with_what_it_touches(
    world: World, manager: Client, visit: Appointment
) -> None:
    asked = ask(world)
    page = text(manager, list_of(world))
    for said in ("Bob Durand", "A wedding", "1 visit lies under it", "Alice M."):
        assert said in page
    assert reverse("booking:staff_appointment", args=[visit.pk]) in page
    assert page_of(world, asked) in page


def test_one_tap_approves_where_nothing_lies_underneath(
    world: World, manager: Client
) -> None:
    asked = ask(world)
    page = text(manager, list_of(world))
    assert "No visit lies under it." in page
    said = manager.post(
        page_of(world, asked),
        {"do": "approve", "once": chosen_in(page)["once"]},
        follow=True,
    )
    assert "Approved: the absence is written." in said.content.decode()
    assert said.redirect_chain == [(list_of(world), 302)]
    absence = Absence.objects.for_brand(world.brand).get()
    assert (absence.agenda, absence.starts_at) == (world.bob.agenda, asked.starts_at)
    assert not said.context["asked"]


def test_visits_underneath_are_decided_about_and_then_it_is_approved(
    world: World, manager: Client, visit: Appointment
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    asked = ask(world)
    first = manager.post(page_of(world, asked), {"do": "approve"})
    page = first.content.decode()
    assert first.status_code == 409
    assert "With Ann, at the same time" in page
    assert not Absence.objects.exists()
    sent = {**chosen_in(page), "do": "approve"}
    assert manager.post(page_of(world, asked), sent).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "approved"
    assert Appointment.objects.get(pk=visit.pk).staff_member == ann.staff_member


def test_a_refusal_needs_a_sentence(world: World, manager: Client) -> None:
    asked = ask(world)
    empty = manager.post(page_of(world, asked), {"do": "refuse", "answer": " "})
    assert empty.status_code == 422
    assert "One sentence, please." in empty.content.decode()
    sent = {"do": "refuse", "answer": "Two are away."}
    done = manager.post(page_of(world, asked), sent, follow=True)
    assert "Refused, with your sentence." in done.content.decode()
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("refused", "Two are away.")


def test_who_is_late_reads_what_happened(world: World, manager: Client) -> None:
    asked = ask(world)
    withdraw_request(asked=asked)
    late = manager.post(page_of(world, asked), {"do": "approve"})
    assert late.status_code == 409
    page = late.content.decode()
    assert "The request was taken back meanwhile." in page
    assert "Or refuse it" not in page
    second = ask(world)
    approve_request(asked=second, user=world.dora, now=now_utc())
    late = manager.post(page_of(world, second), {"do": "refuse", "answer": "No"})
    assert late.status_code == 409
    assert "Somebody else has answered meanwhile." in late.content.decode()
    assert "Dora" in text(manager, page_of(world, second))


def test_ones_own_is_left_to_somebody_else(world: World) -> None:
    rows = Membership.objects.for_brand(world.brand).filter(user=world.bob.user)
    rows.update(role=Role.MANAGER)
    bob, asked = signed_in(world.bob.user), ask(world)
    words = "Your own request is answered by somebody else who leads this store."
    for address in (list_of(world), page_of(world, asked)):
        page = text(bob, address)
        assert words in page
        assert 'value="approve"' not in page
    assert bob.post(page_of(world, asked), {"do": "approve"}).status_code == 409
    Membership.objects.for_brand(world.brand).filter(user=world.dora).delete()
    assert words not in text(bob, list_of(world))
    assert bob.post(page_of(world, asked), {"do": "approve"}).status_code == 302


def test_only_who_leads_them_answers(world: World, manager: Client) -> None:
    theirs = ask(world, world.charlie)
    assert manager.get(page_of(world, theirs)).status_code == 404
    assert not manager.get(list_of(world)).context["asked"]
    mine = ask(world)
    bob = signed_in(world.bob.user)
    assert bob.post(page_of(world, mine), {"do": "approve"}).status_code == 403
    assert not Absence.objects.exists()


def test_the_list_asks_as_often_for_many(world: World, manager: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            manager.get(list_of(world))
        return len(asked)

    ask(world)
    few = count()
    for name in ("Ann", "Ben"):
        adviser = make_adviser(world.store, name, topics=[world.topic])
        ask(world, adviser)
        at = instant(coming_day(world.store), dt.time(10), world.store.zone)
        make_visit(world, starts_at=at, now=now_utc(), adviser=adviser)
    assert count() == few
