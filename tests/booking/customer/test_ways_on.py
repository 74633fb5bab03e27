"""What the pages of choice say and link to is offered at this very store."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from booking.links import issue_link
from booking.models import Appointment
from booking.states import Status
from stores.models import Channel, Offer, Posting, Store, WorkingHours
from tests.booking.customers import opened
from tests.cast import World, make_visit, now_utc
from tests.house.page import Page

pytestmark = pytest.mark.django_db

TOPICS = "/tilleul/lille/"
EMPTY = "/tilleul/lille/premier-velo/video/"


def words(client: Client, address: str) -> str:
    response = client.get(address, headers={"accept-language": "en"})
    assert response.status_code == 200
    return response.content.decode()


def links(page: str) -> list[str]:
    return [a.attributes.get("href", "") for a in Page(page).all("a")]


def own_rule(world: World, channel: str, **what: object) -> None:
    """Of Lille alone."""
    offer = world.offers[channel]
    offer.pk, offer.store = None, world.store
    for name, value in what.items():
        setattr(offer, name, value)
    offer.save()


def test_the_topics_say_every_length_that_they_may_have(
    world: World, client: Client
) -> None:
    assert "20 min" in words(client, TOPICS)
    own_rule(world, Channel.IN_STORE, duration=45)
    assert "20 to 45 min" in words(client, TOPICS)
    assert "45 min" in words(client, f"{TOPICS}premier-velo/")
    for channel in (Channel.VIDEO, Channel.CALLBACK):
        own_rule(world, channel, duration=45)
    page = words(client, TOPICS)
    assert "45 min" in page
    assert "20" not in page.partition("<main")[2].partition("</main>")[0]
    assert "20 min" in words(client, "/tilleul/arras/")


def test_a_booked_visit_keeps_the_length_that_it_was_booked_with(
    world: World, visit: Appointment, manager: Client
) -> None:
    Offer.objects.for_brand(world.brand).update(duration=90)
    for address in (
        f"/staff/appointments/{visit.pk}/",
        f"/staff/appointments/{visit.pk}/move/",
        f"/desk/?day={visit.local_start.date()}&visit={visit.pk}",
    ):
        page = manager.get(address).content.decode()
        assert "20 min" in page, address
        assert "90 min" not in page.partition("<form")[0], address


def without_video(world: World) -> None:
    WorkingHours.objects.for_brand(world.brand).update(channels=["callback"])


def test_an_empty_fortnight_leads_where_hours_are(world: World, client: Client) -> None:
    without_video(world)
    page = words(client, EMPTY)
    assert "We call you, from " in page
    assert "/tilleul/lille/premier-velo/callback/" in links(page)
    assert "/tilleul/lille/premier-velo/in_store/" not in links(page)
    for link in links(page):
        if link.startswith("/tilleul/"):
            assert client.get(link).status_code == 200, link


def test_an_empty_fortnight_leads_to_no_channel_that_is_not_offered(
    world: World, client: Client
) -> None:
    without_video(world)
    own_rule(world, Channel.CALLBACK, active=False)
    page = words(client, EMPTY)
    assert not [link for link in links(page) if "/callback/" in link]
    assert "Choose another store" in page
    Store.objects.filter(pk=world.other_store.pk).update(active=False)
    assert "Choose another store" not in words(client, EMPTY)


def test_the_only_store_of_a_brand_is_not_asked_for(
    world: World, client: Client
) -> None:
    assert client.get("/tilleul/stores/").status_code == 200
    response = client.get("/banque-du-port/stores/")
    assert response.status_code == 302
    assert response["Location"] == "/banque-du-port/calais/?on=1"
    topics = "/banque-du-port/calais/"
    Store.objects.filter(pk=world.foreign_store.pk).update(
        street="1 quai du Rhin", city="Calais", postcode="62100"
    )
    page = words(client, topics)
    assert "1 quai du Rhin" in page
    assert "/banque-du-port/stores/" not in links(page)
    assert "/tilleul/stores/" in links(words(client, TOPICS))


@pytest.mark.parametrize(
    ("language", "between"), [("en", "of"), ("fr", "sur")], ids=["en", "fr"]
)
def test_the_counter_counts_the_questions_that_are_asked(
    world: World, client: Client, language: str, between: str
) -> None:
    for brand, way, steps in (
        ("/tilleul/", ("stores/", "lille/", "premier-velo/", "video/"), 4),
        ("/banque-du-port/", ("calais/", "pret/", "video/"), 3),
    ):
        address = brand
        for step, further in enumerate(way, start=1):
            address = address.removesuffix("stores/") + further
            page = client.get(address, headers={"accept-language": language})
            text = page.content.decode()
            assert f"<span>{step} {between} {steps}</span>" in text, address
            assert f'class="steps step-{step} of-{steps}"' in text, address
        assert step == steps


def test_the_counter_follows_the_stores_that_are_open(
    world: World, client: Client
) -> None:
    assert "<span>2 of 4</span>" in words(client, TOPICS)
    Store.objects.filter(pk=world.other_store.pk).update(active=False)
    assert "<span>1 of 3</span>" in words(client, TOPICS)


def test_a_brand_without_a_store_says_so(world: World, client: Client) -> None:
    Store.objects.filter(brand=world.other_brand).update(active=False)
    page = words(client, "/banque-du-port/")
    assert "Nothing can be booked here online for now." in page


@pytest.mark.parametrize(
    "status", [Status.CANCELLED_BY_STORE, Status.DONE, Status.MISSED_BY_STAFF]
)
@pytest.mark.parametrize("gone", ["offer", "adviser", "store"])
def test_booking_again_leads_to_what_is_still_offered(
    world: World, client: Client, status: Status, gone: str
) -> None:
    past = now_utc() - dt.timedelta(hours=2)
    visit = make_visit(world, starts_at=past, now=past, status=status)
    issue_link(visit, now=past)
    address = opened(client, visit)
    if gone == "offer":
        own_rule(world, Channel.VIDEO, active=False)
    elif gone == "adviser":
        Posting.objects.for_brand(world.brand).filter(
            staff_member=world.bob.staff_member
        ).delete()
    else:
        Store.objects.filter(pk=world.store.pk).update(active=False)
    found = [
        link
        for link in links(words(client, address))
        if link.startswith("/tilleul/") and "/appointments/" not in link
    ]
    assert found
    for link in found:
        assert client.get(link, follow=True).status_code == 200, link
