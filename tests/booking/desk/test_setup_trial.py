"""The shop tries its own page: marked, seen, removed."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db.models import F
from django.test import Client
from pytest_django import Settings

from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from booking.models import Appointment, Customer, Occupancy
from booking.services.trials import trial_url
from stores.access import offer_for
from stores.models import (
    Agenda,
    Brand,
    BrandSetup,
    Offer,
    Store,
    Topic,
    WorkingHours,
)
from tests.booking.desk.setting_up import (
    browser_of_a_new_brand,
    go,
    set_up,
)
from tests.cast import ALICE, World, now_utc

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(db: None) -> Client:
    return browser_of_a_new_brand()


def test_the_trial_is_marked_seen_and_removed(client: Client) -> None:
    set_up(client)
    brand = Brand.objects.get()
    visit = book_as_customer(brand, by_the_link=True)
    assert visit.is_trial
    page = client.get("/desk/setup/trial/").content.decode()
    assert "second window" in page
    lines = client.get("/desk/setup/trial/lines/").content.decode()
    assert lines.count("<time") == 2
    assert (
        "Trial visit" in client.get(f"/staff/appointments/{visit.pk}/").content.decode()
    )
    go(client, "trial", {"do": "remove"})
    assert not Appointment.objects.all_brands().exists()
    assert not Customer.objects.all_brands().exists()
    assert not Occupancy.objects.all_brands().filter(active=True).exists()
    assert client.get("/desk/setup/").status_code == 302


def test_what_a_customer_books_is_no_trial_and_stays(client: Client) -> None:
    set_up(client)
    brand = Brand.objects.get()
    visit = book_as_customer(brand, by_the_link=False)
    assert not visit.is_trial
    assert go(client, "trial", {"do": "finish"}) == "/desk/"
    assert Appointment.objects.all_brands().get() == visit
    assert client.get("/desk/setup/")["Location"] == "/desk/"


def test_the_steps_are_not_left_while_nobody_can_book(client: Client) -> None:
    set_up(client)
    Offer.objects.all_brands().update(active=False)
    Offer.objects.all_brands().filter(channel="in_store").update(active=True)
    hours = WorkingHours.objects.all_brands()
    hours.update(channels=["video"])
    Agenda.objects.all_brands().update(version=F("version") + 1)
    response = client.post("/desk/setup/trial/", {"do": "finish"})
    assert response.status_code == 409
    assert "No hour is offered yet" in response.content.decode()
    assert BrandSetup.objects.all_brands().get().finished_at is None


@pytest.mark.parametrize(
    ("site", "reaches_phones"),
    [
        ("https://rdv.tilleul.example", True),
        ("http://192.168.1.20:8000", True),
        ("http://127.0.0.1:8000", False),
        ("http://localhost:8000", False),
        ("http://[::1]:8000", False),
    ],
)
def test_a_square_to_scan_where_a_telephone_reaches_the_address(
    client: Client, settings: Settings, site: str, reaches_phones: bool
) -> None:
    set_up(client)
    settings.SITE_URL = site
    page = client.get("/desk/setup/trial/").content.decode()
    assert ('class="qr"' in page) is reaches_phones
    assert ("a telephone cannot reach it" in page) is not reaches_phones
    assert f"{site}/r/try/" in page


def test_a_trial_is_in_no_figure(client: Client) -> None:
    set_up(client)
    brand = Brand.objects.get()
    book_as_customer(brand, by_the_link=True)
    rows = Appointment.objects.for_brand(brand)
    assert (rows.count(), rows.counted().count()) == (1, 0)


def test_another_brands_link_marks_nothing(client: Client, world: World) -> None:
    set_up(client)
    brand = Brand.objects.get(slug="maison-tilleul")
    browser = Client()
    browser.get(path_of(trial_url(world.other_brand)))
    browser.cookies["trial"]["path"] = "/"
    visit = book_as_customer(brand, by_the_link=False, browser=browser)
    assert not visit.is_trial


def path_of(url: str) -> str:
    return re.sub(r"^https?://[^/]+", "", url)


def book_as_customer(
    brand: Brand, *, by_the_link: bool, browser: Client | None = None
) -> Appointment:
    browser = browser or Client()
    if by_the_link:
        response = browser.get(path_of(trial_url(brand)))
        assert response["Location"] == f"/{brand.slug}/"
    store = Store.objects.for_brand(brand).get()
    topic = Topic.objects.for_brand(brand).get(slug="trouver-un-produit")
    topic.brand = store.brand = brand
    offer = offer_for(store=store, topic=topic, channel="video")
    assert offer is not None
    # Still to come when a slow machine has taken it.
    later = now_utc() + dt.timedelta(minutes=20)
    start = masks_for(StartQuery(offer=offer, store=store, now=later)).first()
    assert start is not None
    times = f"/{brand.slug}/{store.slug}/{topic.slug}/video/"
    held = browser.post(times, {"start": start.starts_at.isoformat()})
    name, email, phone = ALICE.values()
    facts = {"name": name, "reach": "email", "email": email, "phone": phone}
    response = browser.post(held["Location"], facts)
    assert response.status_code == 303, response.content.decode()
    return Appointment.objects.for_brand(brand).get()
