"""A telephone of 360 pixels and names without a break: no page is wider than the
screen, and whatever scrolls by itself is reached by the keyboard and has a name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from booking.links import issue_link, permanent_url
from booking.models import Appointment, Customer
from booking.rota.asked_absences import refuse_request
from notifications.webhooks.endpoints import add_endpoint
from stores.models import (
    Absence,
    AbsenceRequest,
    Brand,
    Closure,
    StaffMember,
    Store,
    Topic,
    User,
)
from tests.booking.customers import path_of
from tests.cast import World, make_visit, next_step, now_utc
from tests.live.chromium import PHONE
from tests.live.widths import TOO_WIDE, UNREACHED

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "Donaudampfschifffahrtsgesellschaftskapitaensmuetzenfabrikhaus"
assert len(LONG) > 60
WIDE = LONG.upper()[:60]
DAYS = ("day", "paper")
"""Pages of one day, or of its week."""


@pytest.fixture
def visit(world: World) -> Appointment:
    """In a world of long names."""
    Brand.objects.filter(pk=world.brand.pk).update(name=WIDE)
    Store.objects.filter(brand=world.brand).update(
        name=WIDE, city=WIDE, street=f"12 {WIDE}", postcode="59000"
    )
    Topic.objects.filter(brand=world.brand).update(name={"fr": WIDE, "en": WIDE})
    StaffMember.objects.filter(brand=world.brand).update(
        first_name=WIDE[:40], last_name=WIDE[:40]
    )
    now = now_utc()
    made = make_visit(world, starts_at=next_step(now, minutes=60), now=now)
    issue_link(made, now=now)
    Customer.objects.filter(brand=world.brand).update(
        name=WIDE, email=f"{LONG.lower()}@example.example"
    )
    today = now.date()
    Closure.objects.create(
        brand=world.brand, store=world.store, first_day=today.replace(year=2030),
        last_day=today.replace(year=2030), reason={"fr": WIDE, "en": WIDE},
    )  # fmt: skip
    Absence.objects.create(
        brand=world.brand, agenda=world.charlie.agenda, starts_at=now,
        ends_at=next_step(now, minutes=600), reason="holiday",
    )  # fmt: skip
    AbsenceRequest.objects.create(
        brand=world.brand, agenda=world.bob.agenda, starts_at=made.starts_at,
        ends_at=made.ends_at, reason="holiday", note=WIDE, asked_at=now,
    )  # fmt: skip
    add_endpoint(
        brand=world.brand, url=f"https://{LONG.lower()}.example/{LONG}",
        kinds=["booked"], active=True, now=now,
    )  # fmt: skip
    return Appointment.objects.get(pk=made.pk)


@pytest.fixture
def page(
    chromium: Browser, live_server: LiveServer, visit: Appointment
) -> Iterator[Page]:
    context = chromium.new_context(
        viewport=PHONE, locale="en", base_url=live_server.url
    )
    yield context.new_page()
    context.close()


def wrong_on(page: Page, addresses: list[str]) -> list[str]:
    wrong = []
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        for found in page.evaluate(TOO_WIDE):
            wrong.append(f"{address}: too wide: {found}")
        for found in page.evaluate(UNREACHED):
            wrong.append(f"{address}: not reached: {found}")
    return wrong


def test_pages_of_customers_are_as_wide_as_the_screen(
    page: Page, visit: Appointment
) -> None:
    own = f"/tilleul/appointments/{visit.pk}/"
    wrong = wrong_on(
        page,
        [
            "/tilleul/",
            "/tilleul/stores/",
            "/tilleul/lille/",
            "/tilleul/lille/premier-velo/",
            "/tilleul/lille/premier-velo/video/",
            path_of(permanent_url(visit)),
            f"{own}booked/",
            f"{own}move/",
            f"{own}cancel/",
            f"{own}contact/",
            reverse("video:device", args=["tilleul", visit.pk]),
            reverse("video:waiting", args=["tilleul", visit.pk]),
        ],
    )
    assert not wrong, "\n".join(wrong)


def topics_and_texts(world: World) -> list[str]:
    ends = ("", "new/", f"{world.topic.pk}/")
    texts = [f"/desk/messages/confirmed/{way}/fr/" for way in ("email", "sms")]
    return texts + [f"/desk/topics/{end}?store={world.store.pk}" for end in ends]


def pages_of_places(pk: int) -> list[str]:
    change = "?all=1&what=territory&to=FR-57"
    own = [f"/desk/stores/{pk}/{act}" for act in ("", "poster/", "close/")]
    return ["/desk/stores/?all=1", f"/desk/stores/change/{change}", *own]


def signed_in(page: Page, user: User, live_server: LiveServer) -> None:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )


def test_pages_of_an_adviser_are_as_wide_as_the_screen(
    page: Page, visit: Appointment, world: World, live_server: LiveServer
) -> None:
    signed_in(page, world.bob.user, live_server)
    asked = AbsenceRequest.objects.get()
    assert not wrong_on(page, ["/staff/", "/staff/absences/"])
    refuse_request(asked=asked, answer=WIDE, user=world.dora, now=now_utc())
    assert not wrong_on(page, ["/staff/", "/staff/absences/"])


def page_of_a_call(world: World, before: Appointment) -> str:
    """To a long number of another country."""
    called = make_visit(
        world, starts_at=before.ends_at, now=now_utc(), channel="callback"
    )
    Customer.objects.filter(pk=called.customer_id).update(phone="+4915123456789")
    return f"/staff/appointments/{called.pk}/"


def test_pages_of_the_staff_are_as_wide_as_the_screen(
    page: Page, visit: Appointment, world: World, live_server: LiveServer
) -> None:
    signed_in(page, world.dora, live_server)
    store, agenda = f"?store={world.store.pk}", world.bob.agenda.pk
    own = f"/staff/appointments/{visit.pk}/"
    wrong = wrong_on(
        page,
        [
            f"/staff/{store}",
            f"/staff/callbacks/{store}",
            *(f"{own}{end}" for end in ("", "move/", "cancel/")),
            page_of_a_call(world, visit),
            f"/desk/{store}&day={visit.local_start.date()}&visit={visit.pk}",
            *(f"/desk/{one}/{store}&day={visit.local_start.date()}" for one in DAYS),
            f"/desk/absences/{store}",
            f"/desk/absences/add/{store}",
            f"/desk/absences/asked/{AbsenceRequest.objects.get().pk}/{store}",
            f"/desk/closures/{store}",
            f"/desk/offers/{store}",
            f"/desk/offers/{world.topic.pk}/video/{store}",
            f"/desk/keys/{store}",
            *topics_and_texts(world),
            *pages_of_places(world.store.pk),
            f"/desk/team/{store}",
            f"/desk/team/new/{store}",
            f"/desk/team/{world.bob.staff_member.pk}/{store}",
            f"/desk/hours/{store}&who={agenda}",
            f"/desk/hours/{store}&who={agenda}&day={visit.local_start.date()}&hour=09:00",
            f"/desk/hours/{agenda}/topics/{store}",
            f"/desk/hours/{agenda}/week/{store}",
            f"/desk/hours/{agenda}/days/{visit.local_start.date()}/{store}",
            f"/desk/hours/{agenda}/stores/{store}",
            f"/desk/hours/{agenda}/clocks/{store}",
            reverse("notifications:webhooks"),
        ],
    )
    assert not wrong, "\n".join(wrong)
