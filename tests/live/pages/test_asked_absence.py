"""An absence from asking to reading the answer, by keyboard and without a script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from booking.models import Appointment
from stores.calendar.recurrence import instant
from stores.models import Absence, User
from tests.booking.at_the_desk import coming_day
from tests.cast import World, make_adviser, make_visit, now_utc
from tests.live.chromium import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Browsers:
    """One for each person, without a script, as wide as a telephone."""

    def __init__(self, chromium: Browser, url: str) -> None:
        self._chromium, self._url = chromium, url
        self.opened: list[Page] = []

    def of(self, user: User) -> Page:
        client = Client()
        client.force_login(user)
        context = self._chromium.new_context(
            viewport=PHONE, locale="en", base_url=self._url, java_script_enabled=False
        )
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": self._url}
        context.add_cookies([cookie])  # type: ignore[list-item]  # a dict is one
        page = context.new_page()
        self.opened.append(page)
        return page


@pytest.fixture
def browsers(chromium: Browser, live_server: LiveServer) -> Iterator[Browsers]:
    found = Browsers(chromium, live_server.url)
    yield found
    for page in found.opened:
        page.context.close()


def test_an_absence_is_asked_for_approved_and_read(
    world: World, browsers: Browsers
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    day = coming_day(world.store)
    at = instant(day, dt.time(10), world.store.zone)
    visit = make_visit(world, starts_at=at, now=now_utc())
    bob, dora = browsers.of(world.bob.user), browsers.of(world.dora)

    bob.goto("/staff/absences/")
    for label in ("First day", "Last day"):
        bob.get_by_label(label).fill(day.isoformat())
    bob.get_by_label("A word to whoever answers").fill("A wedding")
    bob.get_by_label("A word to whoever answers").press("Enter")
    expect(bob.get_by_text("Not answered yet")).to_be_visible()

    dora.goto(f"/desk/absences/?store={world.store.pk}")
    dora.get_by_text("1 visit lies under it").click()
    expect(dora.get_by_role("link", name="Alice M.")).to_be_visible()
    dora.get_by_role("button", name="Approve Bob").press("Enter")
    expect(
        dora.get_by_role("combobox", name="What becomes of the visit")
    ).to_have_value(f"reassign:{ann.staff_member.pk}")
    dora.get_by_role("button", name="Approve it and tell the customers").press("Enter")
    expect(dora.get_by_text("Approved: the absence is written.")).to_be_visible()
    assert Absence.objects.get().agenda == world.bob.agenda
    assert Appointment.objects.get(pk=visit.pk).staff_member == ann.staff_member

    bob.goto("/staff/")
    expect(bob.get_by_text("Your absence is approved")).to_be_visible()
    bob.get_by_role("button", name="I have read it").press("Enter")
    expect(bob.get_by_text("Your absence is approved")).to_have_count(0)
