"""Whatever the server's clock thinks: the same hours on every page and in every mail.

And one adviser on an island for a store in Lille, over both changes of the clock.
"""

import contextlib
import datetime as dt
import os
import re
import time
from collections.abc import Iterator
from unittest import mock

import pytest
import time_machine
from django.test import Client, override_settings

from booking.availability.query import StartQuery
from booking.calendars.ical import invitation
from booking.models import Appointment
from notifications.content.rendering import render
from notifications.kinds import Kind
from notifications.models import Delivery
from stores.models import Posting, Store, WorkingHours
from tests.booking.customers import opened, text_of, visit_in
from tests.booking.starts import bookable_starts
from tests.cast import World, make_store, next_step, now_utc
from tests.notifications.bookings import book
from tests.oracles.holding import raise_all_versions

pytestmark = pytest.mark.django_db
SERVER_ZONES = ["UTC", "Europe/Paris", "America/New_York"]
API = "/api/v1/brands/tilleul"


@contextlib.contextmanager
def server_in(zone: str) -> Iterator[None]:
    """The process's own clock and Django's default zone are that zone's."""
    try:
        with (
            mock.patch.dict(os.environ, {"TZ": zone}),
            override_settings(TIME_ZONE=zone),
        ):
            time.tzset()
            yield
    finally:
        time.tzset()


def test_the_clock_of_the_process_really_changes() -> None:
    shown = set()
    for zone in SERVER_ZONES:
        with server_in(zone):
            shown.add(time.localtime(1_800_000_000).tm_hour)
    assert len(shown) == len(SERVER_ZONES)


def hours_shown(page: str) -> list[str]:
    """Everything on a page that looks like an hour or an instant."""
    return re.findall(r"\b\d{1,2}[:h]\d{2}\b|\d{4}-\d\d-\d\dT[\d:+Z-]+", page)


def answers(world: World, visit: Appointment, day: dt.date) -> dict[str, object]:
    """What HTTP says of a coming day and of a visit, without what is new each time."""
    client, staff = Client(), Client()
    staff.force_login(world.bob.user)
    path = f"{API}/stores/lille/starts/"
    query = {"topic": "premier-velo", "channel": "video"}
    said: dict[str, object] = {
        "api": client.get(path, {**query, "since": f"{day}", "until": f"{day}"}).json(),
        "times": hours_shown(
            text_of(client, f"/tilleul/lille/premier-velo/video/?day={day}")
        ),
        "link": hours_shown(text_of(client, opened(client, visit))),
        "file": text_of(client, f"{opened(client, visit)}calendar.ics").split(
            "DTSTAMP"
        )[1][17:],
        "desk": hours_shown(text_of(staff, f"/staff/appointments/{visit.pk}/")),
    }
    return said


def mails(visit: Appointment, now: dt.datetime) -> dict[str, object]:
    fresh = Appointment.objects.with_people().get(pk=visit.pk)
    found: dict[str, object] = {}
    for kind in Kind:
        row = Delivery(appointment=fresh, kind=kind, channel="email")
        message = render(row, fresh, now=now)
        found[kind] = (message.subject, message.text, hours_shown(message.html))
    found["ics"] = invitation(fresh, "https://x.example", organizer="a@b.c", now=now)
    return found


def test_answers_and_mails_are_the_same_in_every_zone_of_the_server(
    world: World,
) -> None:
    visit = visit_in(world, minutes=26 * 60)
    day = visit.local_start.date() + dt.timedelta(days=3)
    now = now_utc()
    said, sent = [], []
    for zone in SERVER_ZONES:
        # At one moment: the next hours of a page change every five minutes.
        with server_in(zone), time_machine.travel(now, tick=False):
            said.append(answers(world, visit, day))
            sent.append(mails(visit, now))
    for name, first in said[0].items():
        assert first, name
        assert all(other[name] == first for other in said), name
    assert all(other == sent[0] for other in sent)
    assert f"{visit.local_start:%H:%M}" in said[0]["link"]  # type: ignore[operator]  # a list


@pytest.mark.parametrize("zone", SERVER_ZONES)
def test_a_start_without_an_offset_is_refused_in_every_zone(
    world: World, zone: str
) -> None:
    """It would mean another instant on another server."""
    at = next_step(now_utc(), minutes=180).replace(tzinfo=None)
    wish = {"store": "lille", "topic": "premier-velo", "channel": "video"}
    wish["starts_at"] = at.isoformat()
    with server_in(zone):
        answer = Client().post(f"{API}/holds/", wish, "application/json")
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["starts_at"]


def island_of(world: World) -> Store:
    """Bob lives there: open from ten for its own people, from nine for Lille's."""
    island = make_store(world.brand, "saint-denis", time_zone="Indian/Reunion")
    bob = world.bob
    Posting.objects.create(
        brand=world.brand, staff_member=bob.staff_member, store=island
    )
    WorkingHours.objects.filter(agenda=bob.agenda).delete()
    for store, hour in ((world.store, 9), (island, 10)):
        for weekday in range(7):
            WorkingHours.objects.create(
                brand=world.brand,
                agenda=bob.agenda,
                store=store,
                weekday=weekday,
                starts_at=dt.time(hour),
                minutes=480,
                channels=["video"],
            )
    raise_all_versions()
    return island


CHANGES = [
    (dt.datetime(2027, 3, 22, tzinfo=dt.UTC), dt.date(2027, 3, 28), 2, 3),
    (dt.datetime(2027, 10, 25, tzinfo=dt.UTC), dt.date(2027, 10, 31), 3, 2),
]
"""The Monday before, the Sunday of the change in Paris, and by how many hours Réunion
is ahead the other way round: of Paris before and after."""


@pytest.mark.parametrize(("monday", "sunday", "after", "before"), CHANGES)
def test_an_adviser_in_reunion_serves_lille_over_both_changes(
    world: World, monday: dt.datetime, sunday: dt.date, after: int, before: int
) -> None:
    """Her hours for Lille follow Lille's clock, those at home her own; what is taken
    at one is taken at the other, at an hour that differs by the season."""
    island = island_of(world)
    offer = world.offers["video"]
    saturday, day_after = sunday - dt.timedelta(days=1), sunday + dt.timedelta(days=1)
    for store, hour in ((world.store, 9), (island, 10)):
        for day in (saturday, sunday, day_after):
            found = bookable_starts(
                StartQuery(offer=offer, store=store, now=monday), since=day, until=day
            )
            assert found[0].local.time() == dt.time(hour), (store, day)
            assert found[-1].local.time() == dt.time(hour + 7, 40), (store, day)
    for day, ahead in ((saturday, before), (day_after, after)):
        at = dt.datetime.combine(day, dt.time(10), world.store.zone).astimezone(dt.UTC)
        visit = book(world, starts_at=at, now=monday)
        assert visit.local_start.hour == 10
        home = bookable_starts(
            StartQuery(offer=offer, store=island, now=monday), since=day, until=day
        )
        shown = {start.local.time() for start in home}
        assert dt.time(10 + ahead) not in shown
        assert dt.time(10 + ahead, 20) in shown
