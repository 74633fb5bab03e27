"""One customer with two pages open, and one whose browser keeps no cookies."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from booking.availability.query import StartQuery
from booking.links import permanent_url
from booking.models import Hold
from tests.booking.customer.walking import ALICE, TIMES, booked, first_start, take
from tests.booking.customers import path_of, visit_in
from tests.booking.starts import bookable_starts
from tests.cast import World

pytestmark = pytest.mark.django_db

ENGLISH = {"accept-language": "en"}


def later_start(world: World) -> str:
    now = timezone.now()
    query = StartQuery(offer=world.offers["video"], store=world.store, now=now)
    found = bookable_starts(query, until=(now + dt.timedelta(days=2)).date())
    return found[40].starts_at.isoformat()


def two_pages(client: Client, world: World) -> tuple[str, str]:
    """The details pages of two hours, chosen one after the other."""
    first = take(client, first_start(world))["Location"]
    second = take(client, later_start(world))["Location"]
    return str(first), str(second)


def test_the_page_of_the_first_hour_leads_to_the_second(
    world: World, client: Client
) -> None:
    first, second = two_pages(client, world)
    response = client.get(first, headers=ENGLISH, follow=True)
    assert response.redirect_chain[-1][0].startswith(second)
    page = response.content.decode()
    assert "You chose this time on another page" in page
    assert "another browser" not in page


def test_more_time_for_the_first_hour_names_the_second(
    world: World, client: Client
) -> None:
    _first, second = two_pages(client, world)
    page = client.get(second, headers=ENGLISH).content.decode()
    assert "You chose this time on another page" not in page
    day = "2030-01-01"
    times = TIMES.format(channel="video")
    lost = client.get(f"{times}?day={day}&lost=1", headers=ENGLISH).content.decode()
    assert "On another page you chose" in lost
    assert second in lost
    Hold.objects.for_brand(world.brand).delete()
    lost = client.get(f"{times}?day={day}&lost=1", headers=ENGLISH).content.decode()
    assert "Your time is no longer held" in lost


def test_a_hold_that_is_gone_is_not_called_somebody_elses(
    world: World, client: Client
) -> None:
    first, _second = two_pages(client, world)
    Hold.objects.for_brand(world.brand).delete()
    page = client.get(first, headers=ENGLISH)
    assert page.status_code == 404
    assert "Your time is no longer held" in page.content.decode()
    stranger = Client().get(first, headers=ENGLISH)
    assert stranger.status_code == 404
    assert "no longer held" not in stranger.content.decode()


def test_ones_own_booking_is_not_told_as_somebody_elses(
    world: World, client: Client
) -> None:
    start = first_start(world)
    visit = booked(client, world)
    assert visit.starts_at.isoformat() == start
    page = client.post(TIMES.format(channel="video"), {"start": start}, headers=ENGLISH)
    assert page.status_code == 409
    words = page.content.decode()
    assert "you booked it on another page" in words
    assert f"/tilleul/appointments/{visit.pk}/" in words
    assert "has just gone" not in words
    stranger = Client().post(
        TIMES.format(channel="video"), {"start": start}, headers=ENGLISH
    )
    assert "That time has just gone" in stranger.content.decode()


def test_refused_cookies_are_told_as_that(world: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    address = TIMES.format(channel="video")
    sent = {"start": first_start(world), "csrfmiddlewaretoken": "c" * 64}
    page = browser.post(address, sent, headers=ENGLISH)
    assert page.status_code == 403
    words = page.content.decode()
    assert "This page needs a cookie" in words
    assert "open for too long" not in words
    browser.cookies["csrftoken"] = "d" * 32
    old = browser.post(address, sent, headers=ENGLISH)
    assert old.status_code == 403
    assert "This page was open for too long" in old.content.decode()


def test_a_link_opened_without_cookies_says_what_it_needs(world: World) -> None:
    visit = visit_in(world, minutes=60)
    browser = Client()
    page = browser.get(path_of(permanent_url(visit)))
    browser.cookies.clear()
    refused = browser.get(page["Location"], headers=ENGLISH)
    assert refused.status_code == 404
    assert "Your browser sent no cookie" in refused.content.decode()
    browser.cookies["other"] = "x"
    elsewhere = browser.get(page["Location"], headers=ENGLISH)
    assert "Your browser sent no cookie" not in elsewhere.content.decode()


@pytest.mark.parametrize(("hours", "offered"), [(2, True), (0, False)])
def test_more_time_is_offered_where_it_adds_any(
    world: World, client: Client, hours: int, offered: bool
) -> None:
    address = take(client, later_start(world))["Location"]
    hold = Hold.objects.for_brand(world.brand).get()
    expires = hold.starts_at - dt.timedelta(hours=hours)
    Hold.objects.for_brand(world.brand).update(expires_at=expires)
    page = client.get(address, headers=ENGLISH).content.decode()
    assert ("Keep 10 more minutes" in page) is offered
    client.post(address, dict(ALICE))
