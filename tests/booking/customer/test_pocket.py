"""The card for paper, and the copy that a phone may keep: what each of them says."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from booking.models import AccessLink, Actor, Appointment
from booking.spoken.pairs import words_of
from booking.stages import kept_until
from stores.wording import day_and_hour
from tests.booking.customers import opened, text_of, visit_in
from tests.cast import World, now_utc

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(hours=24)


@pytest.fixture
def visit(world: World) -> Appointment:
    world.store.phone = "+33320000000"
    world.store.save(update_fields=["phone"])
    return visit_in(world, minutes=120)


def seen(page: str) -> str:
    """Without the head of the page, whose addresses are no words."""
    return re.sub(r"<[^>]+>", " ", page.split("<main", 1)[1])


def test_the_copy_has_hour_channel_and_number_and_no_name(
    client: Client, visit: Appointment
) -> None:
    before = timezone.now().astimezone(visit.zone)
    response = client.get(f"{opened(client, visit)}kept/")
    page, after = response.content.decode(), timezone.now().astimezone(visit.zone)
    said = seen(page)
    for fact in (f"{visit.local_start:%H:%M}", "03 20 00 00 00", "En visio"):
        assert fact in said
    with override("fr"):
        moments = {day_and_hour(at) for at in (before, after)}
    assert any(f"Dernier état connu : {moment}." in said for moment in moments)
    people = (visit.customer.first_name, visit.staff_member.display_name)
    for secret in (*people, words_of(visit), visit.topic.label, "/r/", "<img"):
        assert secret not in page.replace("<title", "")
    assert int(response["X-Keep-Until"]) == int((visit.ends_at + DAY).timestamp())
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("page", ["kept/", "kept.js", "card/"])
def test_another_s_link_gets_neither(
    client: Client, visit: Appointment, page: str
) -> None:
    address = opened(client, visit) + page
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 405
    assert client.get(address.replace("tilleul", "banque-du-port")).status_code == 404
    assert Client().get(address).status_code == 404
    AccessLink.objects.update(generation=2)
    assert client.get(address).status_code == 404


def test_what_is_off_is_kept_by_no_phone(client: Client, visit: Appointment) -> None:
    address = opened(client, visit)
    assert 'data-copy="' in text_of(client, address)
    visit.cancel(by=Actor.customer(), now=now_utc())
    assert client.get(f"{address}kept/").status_code == 404
    page = text_of(client, address)
    assert "<vv-keep" in page, "it drops what was kept"
    assert 'data-copy="' not in page


@pytest.mark.parametrize("status", ["requested", "done", "missed_by_staff"])
def test_only_what_is_agreed_and_to_come_is_kept(world: World, status: str) -> None:
    visit = visit_in(world, minutes=120, status=status)
    assert kept_until(visit, now_utc()) is None


def test_it_is_kept_for_a_day_after_the_visit(visit: Appointment) -> None:
    last = visit.ends_at + DAY
    assert kept_until(visit, last - dt.timedelta(seconds=1)) == last
    assert kept_until(visit, last) is None


def test_the_worker_sees_one_visit_alone(client: Client, visit: Appointment) -> None:
    response = client.get(f"{opened(client, visit)}kept.js")
    assert response["Content-Type"] == "text/javascript"
    assert "Service-Worker-Allowed" not in response
    assert response.content.decode().startswith('importScripts("/static/booking/kept')
    assert "worker-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("channel", ["video", "callback", "in_store"])
def test_the_card_has_all_that_is_needed_on_the_way(
    client: Client, world: World, visit: Appointment, channel: str
) -> None:
    visit = visit_in(world, minutes=240, channel=channel)
    page = text_of(client, f"{opened(client, visit)}card/")
    said = seen(page)
    for fact in ("Bob", words_of(visit), "03 20 00 00 00"):
        assert fact in said
    assert (world.store.name in said) == (channel == "in_store")
    assert '<svg class="qr"' in page
    assert 'data-theme="light"' in page
