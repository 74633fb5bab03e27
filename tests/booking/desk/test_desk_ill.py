"""Ill today: one tap shows what would become of the visits, the second does it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from booking.models import Appointment, Customer
from stores.models import Absence
from tests.booking.at_the_desk import chosen_in, signed_in
from tests.cast import World, make_adviser, make_visit, next_step, now_utc

pytestmark = pytest.mark.django_db
A_WEEK = dt.timedelta(days=7)


@pytest.fixture
def noon(world: World) -> dt.datetime:
    """Now, where the store's clock shows about twelve: its day lasts some hours."""
    now = now_utc()
    hours = 12 - now.hour
    world.store.time_zone = f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"
    world.store.save(update_fields=["time_zone"])
    return now


def url(world: World) -> str:
    agenda = world.bob.agenda.pk
    return f"/desk/hours/{agenda}/ill/?store={world.store.pk}"


def test_two_taps_close_the_day_and_give_the_visit_to_a_colleague(
    world: World, dora: Client, noon: dt.datetime
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    visit = make_visit(world, starts_at=next_step(noon, minutes=90), now=noon)
    assert (
        "Ill today" in dora.get(f"/desk/team/?store={world.store.pk}").content.decode()
    )
    first = dora.post(url(world))
    page = first.content.decode()
    assert first.status_code == 409
    assert "Bob is ill today" in page
    assert "With Ann, at the same time" in page
    assert "1 appointment to pass on" in page
    assert "1 at the same time" in page
    assert not Absence.objects.for_brand(world.brand).exists()
    assert "If you write it now: 1 customer is told at once." in page
    second = dora.post(url(world), chosen_in(page), follow=True)
    said = second.content.decode()
    assert "Bob is away until the end of the day. 1 customer is told at once." in said
    assert Absence.objects.for_brand(world.brand).get().reason == "sickness"
    assert Appointment.objects.get(pk=visit.pk).staff_member == ann.staff_member


def test_without_visits_one_tap_is_enough_and_a_second_changes_nothing(
    world: World, manager: Client, noon: dt.datetime
) -> None:
    for _ in range(2):
        said = manager.post(url(world), follow=True).content.decode()
        assert "Bob is away until the end of the day." in said
    assert Absence.objects.for_brand(world.brand).count() == 1


def test_an_adviser_may_not_and_asking_changes_nothing(
    world: World, bob: Client, dora: Client
) -> None:
    assert bob.post(url(world)).status_code == 403
    led = dora.get(url(world), follow=True)
    assert led.redirect_chain == [(f"/desk/team/{world.bob.staff_member.pk}/"
                                   f"?store={world.store.pk}", 302)]  # fmt: skip
    assert f'action="{url(world)}"' in led.text
    assert "Ill today" in led.text
    stranger = make_adviser(world.other_store, "Zoé", topics=[])
    assert signed_in(stranger.user).post(url(world)).status_code == 404
    assert not Absence.objects.exists()


def test_the_hour_of_the_plan_is_offered_once(
    world: World, dora: Client, noon: dt.datetime
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    starts_at = next_step(noon, minutes=90)
    make_visit(world, starts_at=starts_at, now=noon)
    make_visit(world, starts_at=starts_at, now=noon, adviser=ann)
    page = dora.post(url(world)).content.decode()
    words = re.findall(r"<option[^>]*>([^<]*)</option>", page)
    assert any("with Ann" in one for one in words)
    assert len(words) == len(set(words))


def test_at_night_the_page_says_when_customers_read_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it and after it, the same hours; who has no address is to be called."""
    night = now_utc().replace(hour=4, minute=30, second=0, microsecond=0) + A_WEEK
    monkeypatch.setattr("django.utils.timezone.now", lambda: night)
    world.store.time_zone, dora = "Etc/GMT", signed_in(world.dora)
    world.store.save(update_fields=["time_zone"])
    make_adviser(world.store, "Ann", topics=[world.topic])
    for hour in (8, 10, 11, 12):
        visit = make_visit(world, starts_at=night.replace(hour=hour), now=night)
    Customer.objects.filter(pk=visit.customer_id).update(email="", phone="+33320000000")
    page = dora.post(url(world)).text
    told = (
        "1 customer is told at 07:30: messages rest at night. "
        "2 customers are told at 08:00: messages rest at night. "
        "No message reaches these, please telephone: Alice M."
    )
    assert f"If you write it now: {told}" in page
    said = dora.post(url(world), chosen_in(page), follow=True).text
    assert f"Bob is away until the end of the day. {told}" in said
