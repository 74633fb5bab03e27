"""The front door says when somebody is free, and leads on from there."""

from __future__ import annotations

import datetime as dt
from unittest import mock

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from booking.front import hours
from booking.front.hours import door_hours, look_for_hours
from booking.front.queries import stores_to_ask
from stores.models import Brand, Offer, Store, StoreKind, WorkingHours
from tests.booking.customer.walking import first_start, take
from tests.cast import World, make_adviser, make_store, make_visit, next_step, now_utc
from tests.house.page import Page

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def words(client: Client, address: str = "/tilleul/") -> str:
    response = client.get(address, headers=ENGLISH)
    assert response.status_code == 200
    return response.text


def links(page: str) -> list[str]:
    return [a.attributes.get("href", "") for a in Page(page).all("a")]


def only_opens(world: World, day: dt.date, channel: str = "video") -> None:
    """All hours are of one weekday, by one channel."""
    rows = WorkingHours.objects.filter(brand=world.brand)
    rows.exclude(weekday=day.weekday()).delete()
    rows.update(channels=[channel])


def an_hour_ahead(world: World) -> dt.datetime:
    """What is free begins in an hour, so that it stays ahead for a test."""
    Offer.objects.filter(brand=world.brand).update(minimum_notice=60)
    return now_utc()


def test_the_door_has_the_first_hour_of_all_stores_and_subjects(world: World) -> None:
    now = now_utc()
    make_visit(world, starts_at=next_step(now, minutes=0), now=now)
    found = look_for_hours(world.brand, now)
    assert found.first is not None
    assert found.first.starts_at == next_step(now, minutes=0)
    # Lille is taken then, Arras is not.
    assert found.first.store == world.other_store
    assert found.is_whole
    assert found.back is None
    assert found.channels == ("video", "callback", "in_store")


def test_the_page_says_the_hour_and_leads_to_the_choice_of_a_store(
    world: World, client: Client
) -> None:
    page = words(client)
    found = door_hours(world.brand, timezone.now())
    assert found is not None
    assert found.first is not None
    assert f"{found.first.local:%H:%M}" in page
    assert "next free time" in page
    assert "By video, by phone or in person." in page
    assert {"/tilleul/stores/", "/tilleul/stores/?channel=callback"} <= set(links(page))
    assert "/tilleul/appointments/" in links(page)
    assert "Accessibility" in page


def test_the_only_store_is_not_chosen(world: World, client: Client) -> None:
    page = words(client, "/banque-du-port/")
    assert "/banque-du-port/calais/?on=1" in links(page)
    assert "/banque-du-port/calais/?channel=callback&on=1" in links(page)
    assert "As soon as possible" not in page
    # One subject: it is not asked either.
    response = client.get("/banque-du-port/calais/?on=1")
    assert response["Location"] == "/banque-du-port/calais/pret/"


def test_as_soon_as_possible_leads_to_where_the_hour_is(
    world: World, client: Client
) -> None:
    page = words(client)
    (address,) = {link for link in links(page) if "channel=video" in link}
    assert client.get(address, follow=True).redirect_chain[-1][0].endswith("/video/")


def test_a_brand_without_callbacks_has_no_such_door(
    world: World, client: Client
) -> None:
    Offer.objects.filter(brand=world.brand, channel="callback").update(active=False)
    page = words(client)
    assert "Be called" not in page
    assert "By video or in person." in page


def test_while_nobody_works_the_door_says_when_somebody_does(
    world: World, client: Client
) -> None:
    now = now_utc()
    day = (now + dt.timedelta(days=3)).astimezone(world.store.zone).date()
    only_opens(world, day)
    found = look_for_hours(world.brand, now)
    assert found.back is not None
    assert found.back[0].astimezone(world.store.zone).date() == day
    assert found.first is not None
    assert found.first.local.date() == day
    page = words(client)
    assert "We are back " in page
    assert "Be called" not in page


def test_a_fortnight_without_an_hour_offers_the_phone(
    world: World, client: Client
) -> None:
    Brand.objects.filter(pk=world.brand.pk).update(phone="+33320000000")
    WorkingHours.objects.filter(brand=world.brand).update(
        valid_from=now_utc().date() + dt.timedelta(days=20)
    )
    page = words(client)
    assert "No time is free in the next 14 days" in page
    assert links(page).count("tel:+33320000000") == 2
    assert "next free time" not in page
    assert "/tilleul/stores/" in links(page)


def test_a_brand_that_nobody_can_book_says_so(world: World, client: Client) -> None:
    Store.objects.filter(brand=world.brand).update(active=False)
    page = words(client)
    assert "Nothing can be booked here online for now." in page
    assert "/tilleul/appointments/" in links(page)


def test_the_hours_are_looked_for_once_in_a_minute(world: World) -> None:
    now = an_hour_ahead(world)
    with mock.patch.object(hours, "look_for_hours", wraps=look_for_hours) as look:
        first = door_hours(world.brand, now)
        again = door_hours(world.brand, now + dt.timedelta(seconds=59))
        assert first == again
        assert look.call_count == 1
        later = now + dt.timedelta(seconds=61)
        door_hours(world.brand, later)
        assert look.call_count == 2


def test_one_at_a_time_looks(world: World) -> None:
    now = an_hour_ahead(world)
    key = f"front:1:{world.brand.pk}:looking"
    with mock.patch.object(hours, "look_for_hours", wraps=look_for_hours) as look:
        cache.add(key, 1, timeout=10)
        assert door_hours(world.brand, now) is None
        cache.delete(key)
        kept = door_hours(world.brand, now)
        cache.add(key, 1, timeout=10)
        assert kept is not None
        assert door_hours(world.brand, now + dt.timedelta(seconds=61)) == kept
        assert look.call_count == 1


def test_an_hour_that_has_begun_is_not_said(world: World) -> None:
    now = now_utc()
    found = door_hours(world.brand, now)
    assert found is not None
    assert found.first is not None
    assert found.holds(now)
    assert not found.holds(found.first.starts_at)


def test_of_many_stores_a_few_are_asked_distant_teams_first(world: World) -> None:
    for number in range(3):
        make_adviser(
            make_store(world.brand, f"a{number}"), f"Ada{number}", topics=[world.topic]
        )
    team = make_store(world.brand, "zz-team", kind=StoreKind.REMOTE)
    make_adviser(team, "Zoe", topics=[world.topic])
    asked = stores_to_ask(world.brand, 3, now_utc())
    assert [store.slug for store in asked] == ["zz-team", "a0", "a1"]
    with mock.patch.object(hours, "MOST_STORES", 2):
        found = look_for_hours(world.brand, now_utc())
    assert not found.is_whole
    assert found.first is not None
    assert found.back is None


def test_a_few_hours_are_not_called_the_next(world: World, client: Client) -> None:
    with mock.patch.object(hours, "MOST_SEARCHES", 2):
        page = words(client)
    assert "a free time" in page
    assert "next free time" not in page


def test_the_store_of_the_last_hour_is_remembered(world: World, client: Client) -> None:
    assert take(client, first_start(world)).status_code == 303
    page = words(client)
    assert "/tilleul/lille/?on=1" in links(page)
    assert "Last time you chose Lille." in page
    assert "/tilleul/stores/" in links(page)
    Store.objects.filter(pk=world.store.pk).update(active=False)
    assert "/tilleul/lille/?on=1" not in links(words(client))
