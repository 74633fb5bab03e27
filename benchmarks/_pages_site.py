"""The invented shop as production serves it, with a real Chromium before it."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright

from benchmarks._figures import web_process
from booking.links import issue_link
from booking.models import Appointment, Customer
from booking.states import Status
from stores.models import (
    Agenda,
    Brand,
    Offer,
    StaffMember,
    Store,
    Topic,
    User,
    WorkingHours,
)
from visavis.demo.bench_database import NAME, use_bench_database
from visavis.demo.planting import plant
from visavis.demo.tilleul import TILLEUL
from visavis.devstack.state import ROOT

CHROMIUM = "/usr/bin/chromium"
MINUTE = dt.timedelta(minutes=1)
PHONE = "+33353010000"


@dataclass(frozen=True)
class Shop:
    """A brand, one store, topic and adviser of it, and the offers by channel."""

    brand: Brand
    store: Store
    topic: Topic
    adviser: StaffMember
    offers: dict[str, Offer]

    @property
    def path(self) -> str:
        return f"/{self.brand.slug}/{self.store.slug}/{self.topic.slug}/"


@dataclass(frozen=True)
class Site:
    """The shop's web process at `address`, and a browser."""

    address: str
    shop: Shop
    browser: Browser

    @property
    def door(self) -> str:
        """The shop's first page."""
        return f"{self.address}/{self.shop.brand.slug}/"


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def shop_of(brand: Brand, store: Store) -> Shop:
    """The store's first adviser with the first topic that they know."""
    agenda = Agenda.objects.filter(
        staff_member__postings__store=store, staff_member__competences__isnull=False
    ).earliest("pk")
    adviser = agenda.staff_member
    if adviser is None:
        raise ValueError("An agenda of a person was asked for.")
    rows = Offer.objects.for_brand(brand).filter(store=None, active=True)
    topics = Topic.objects.for_brand(brand).filter(competences__staff_member=adviser)
    found = {
        topic: {offer.channel: offer for offer in rows.filter(topic=topic)}
        for topic in topics.order_by("pk")
    }
    topic = max(found, key=lambda one: len(found[one]))
    return Shop(brand, store, topic, adviser, found[topic])


def user_of(member: StaffMember) -> User:
    if member.user is None:
        raise ValueError("Somebody with an account was asked for.")
    return member.user


def new_visit(
    shop: Shop,
    *,
    minutes: float,
    channel: str = "video",
    status: str = Status.CONFIRMED,
) -> Appointment:
    """Rows of a visit that begins so many minutes from now, with its link. It takes no
    time of the agenda: many of them stand at one hour."""
    now = timezone.now()
    starts_at = now.replace(second=0, microsecond=0) + minutes * MINUTE
    offer, erased = shop.offers[channel], now + dt.timedelta(days=90)
    customer = Customer.objects.create(
        brand=shop.brand,
        name="Alice Moreau",
        email="alice@customer.example",
        phone="+33639980001",
        erase_after=erased,
    )
    visit = Appointment.objects.create(
        id=uuid.uuid4(),
        brand=shop.brand,
        store=shop.store,
        customer=customer,
        topic=shop.topic,
        offer=offer,
        staff_member=shop.adviser,
        channel=channel,
        status=status,
        starts_at=starts_at,
        ends_at=starts_at + offer.duration * MINUTE,
        time_zone=shop.store.time_zone,
        created_at=min(now, starts_at) - dt.timedelta(days=1),
        erase_after=erased,
    )
    issue_link(visit, now=now)
    return visit


@contextlib.contextmanager
def site() -> Iterator[Site]:
    """A fresh shop in a database of its own, with the static files of production."""
    settings.DEBUG = False
    folder = Path(tempfile.mkdtemp(prefix="visavis-bench-"))
    try:
        url = use_bench_database(f"{NAME}_pages")
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE stores_brand, stores_user CASCADE")
        brand = plant(TILLEUL, password_hash=make_password(None))
        Brand.objects.filter(pk=brand.pk).update(phone=PHONE)
        store = Store.objects.for_brand(brand).exclude(kind="remote").earliest("pk")
        os.environ["STATIC_ROOT"] = str(folder / "static")
        _collect_static()
        with web_process(url, folder / "web.log") as address, chromium() as browser:
            shop = shop_of(brand, store)
            _open_day_and_night(shop)
            yield Site(address, shop, browser)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _open_day_and_night(shop: Shop) -> None:
    """One is at work, whenever this runs."""
    agenda = shop.adviser.agenda
    WorkingHours.objects.for_brand(shop.brand).filter(agenda=agenda).delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(
            brand=shop.brand,
            agenda=agenda,
            store=shop.store,
            weekday=weekday,
            starts_at=dt.time(),
            minutes=24 * 60,
            channels=list(shop.offers),
        )
        for weekday in range(7)
    )


def _collect_static() -> None:
    named = {"VISAVIS_DEBUG": "0", "SECURE_COOKIES": "0"}
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    # Its modules are not for pages of customers, and compress for seconds.
    unread = ["-i", "drf_spectacular_sidecar", "-i", "admin"]
    subprocess.run(
        [*command, *unread], cwd=ROOT, env=dict(os.environ) | named, check=True
    )


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    # Playwright runs an event loop in this thread, in which Django would refuse the
    # database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    path = os.environ.get("VISAVIS_CHROMIUM", CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                "--disable-dev-shm-usage",
            ],
        )
        yield browser
        browser.close()
