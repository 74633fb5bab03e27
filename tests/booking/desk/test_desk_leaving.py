"""Somebody leaves: the page of the last day."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from booking.models import Appointment
from stores import wording
from stores.models import Departure, Posting
from tests.booking.at_the_desk import chosen_in, signed_in
from tests.cast import World, make_adviser, make_visit, now_utc

pytestmark = pytest.mark.django_db


def url(world: World, act: str = "leaving") -> str:
    return f"/desk/hours/{world.bob.agenda.pk}/{act}/?store={world.store.pk}"


def today(world: World) -> dt.date:
    return now_utc().astimezone(world.store.zone).date()


def test_later_visits_are_proposed_to_colleagues_and_written_together(
    world: World, dora: Client
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    visit = make_visit(world, starts_at=now_utc_in(days=9), now=now_utc())
    last_day = today(world) + dt.timedelta(days=3)
    assert "Bob leaves" in dora.get(url(world)).content.decode()
    first = dora.post(url(world), {"last_day": last_day.isoformat()})
    page = first.content.decode()
    assert first.status_code == 409
    assert "With Ann, at the same time" in page
    sent = {**chosen_in(page), "last_day": last_day.isoformat()}
    said = dora.post(url(world), sent, follow=True).content.decode()
    assert "Bob works here until" in said
    assert Departure.objects.get().last_day == last_day
    assert Appointment.objects.get(pk=visit.pk).staff_member == ann.staff_member
    shown = f"Works here until {wording.day(last_day)}"
    here = f"?store={world.store.pk}"
    person = f"/desk/team/{world.bob.staff_member.pk}/{here}"
    for page in (f"/desk/team/{here}", person):
        assert shown in dora.get(page).text, "the pages where one looks say so"
    again = dora.get(url(world)).content.decode()
    assert f'value="{last_day.isoformat()}"' in again
    assert "Bob stays" in again
    assert "Bob stays" in dora.post(url(world, "staying"), follow=True).content.decode()
    assert not Departure.objects.exists()
    assert "Works here until" not in dora.get(person).text


def now_utc_in(*, days: int) -> dt.datetime:
    at = now_utc() + dt.timedelta(days=days)
    return at.replace(minute=0, second=0, microsecond=0)


@pytest.mark.parametrize("last_day", ["", "soon", "0001-01-01", "9999-12-31"])
def test_odd_days_are_refused_at_the_field(
    world: World, dora: Client, last_day: str
) -> None:
    response = dora.post(url(world), {"last_day": last_day})
    assert response.status_code in (409, 422)
    assert "field-error" in response.content.decode() or response.context["form"].errors
    assert not Departure.objects.exists()


def test_a_manager_of_one_store_lets_nobody_go_who_works_for_two(
    world: World, manager: Client, bob: Client
) -> None:
    sent = {"last_day": today(world).isoformat()}
    assert bob.post(url(world), sent).status_code == 403
    Posting.objects.create(
        brand=world.brand, staff_member=world.bob.staff_member, store=world.other_store
    )
    assert manager.post(url(world), sent).status_code == 403
    assert manager.post(url(world, "staying")).status_code == 403
    assert signed_in(world.eve.user).post(url(world), sent).status_code == 404
    assert not Departure.objects.exists()
    Posting.objects.filter(store=world.other_store).delete()
    assert manager.post(url(world), sent).status_code == 302
