"""Calendar files are read back by the library, by their own VTIMEZONE alone."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Timezone

from booking.calendars.ical import calendar_file, invitation
from booking.models import Appointment
from booking.states import Status
from stores.models import Channel
from tests.cast import World, make_visit, now_utc

NOW = now_utc()
URL = "https://visavis.example/r/abc"
HOUR = dt.timedelta(hours=1)
ZONES = (
    "Europe/Paris", "Europe/Dublin", "America/New_York", "America/Sao_Paulo",
    "Pacific/Auckland", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tokyo",
    "Asia/Kathmandu", "Pacific/Kiritimati",
)  # fmt: skip


def changes(zone: str) -> list[dt.datetime]:
    """The next two moments at which its clocks change; none where they never do."""
    found: list[dt.datetime] = []
    moment, place = NOW.replace(minute=0, second=0, microsecond=0), ZoneInfo(zone)
    for _ in range(370 * 48):
        after = moment + HOUR / 2
        if moment.astimezone(place).utcoffset() != after.astimezone(place).utcoffset():
            found.append(after)
        moment = after
    return found[:2]


def moments(zone: str) -> list[dt.datetime]:
    """A usual one, and each half-hour about the clock changes."""
    around = [
        change + step * HOUR / 2 for change in changes(zone) for step in range(-6, 7)
    ]
    return [NOW.replace(second=0, microsecond=0) + 48 * HOUR, *around]


def instants(body: bytes) -> tuple[dt.datetime, dt.datetime]:
    """Of its one event, reckoned with nothing but what stands in the file."""
    calendar = Calendar.from_ical(body)
    [event] = calendar.walk("VEVENT")
    own = {
        str(zone["tzid"]): zone.to_tz(lookup_tzid=False)
        for zone in calendar.walk("VTIMEZONE")
        if isinstance(zone, Timezone)
    }

    def instant(name: str) -> dt.datetime:
        found: dt.datetime = event.decoded(name)
        tzid = event[name].params.get("tzid")
        local = found.replace(tzinfo=own[tzid]) if tzid else found
        return local.astimezone(dt.UTC)

    return instant("dtstart"), instant("dtend")


@pytest.fixture
def visit(world: World) -> Appointment:
    return make_visit(world, starts_at=NOW + 48 * HOUR, now=NOW)


@pytest.mark.parametrize("zone", ZONES)
def test_every_program_finds_the_very_instant(visit: Appointment, zone: str) -> None:
    visit.time_zone = zone
    for moment in moments(zone):
        visit.starts_at, visit.ends_at = moment, moment + HOUR / 3
        file = calendar_file(visit, URL, now=NOW)
        assert instants(file) == (visit.starts_at, visit.ends_at), moment


@pytest.mark.parametrize("zone", ZONES)
def test_the_hour_that_was_promised_stands_in_it(visit: Appointment, zone: str) -> None:
    visit.time_zone = zone
    file = calendar_file(visit, URL, now=NOW).decode()
    local = visit.starts_at.astimezone(ZoneInfo(zone))
    assert f"DTSTART;TZID={zone}:{local:%Y%m%dT%H%M%S}\r\n" in file
    assert file.count("BEGIN:VTIMEZONE") == 1


def test_an_hour_that_the_clocks_repeat_is_told_apart(visit: Appointment) -> None:
    visit.time_zone = "Europe/Paris"
    [repeated] = [
        change
        for change in changes(visit.time_zone)
        if change.astimezone(visit.zone).fold
    ]
    files = []
    for start in (repeated - HOUR / 2, repeated + HOUR / 2):
        visit.starts_at, visit.ends_at = start, start + HOUR / 3
        files.append(calendar_file(visit, URL, now=NOW))
        assert instants(files[-1])[0] == start
    assert b"DTSTART;TZID=" in files[0]
    assert b"DTSTART:" in files[1]


@pytest.mark.parametrize(
    ("status", "method", "written"),
    [
        (Status.REQUESTED, "REQUEST", "TENTATIVE"),
        (Status.CONFIRMED, "REQUEST", "CONFIRMED"),
        (Status.CANCELLED_BY_CUSTOMER, "CANCEL", "CANCELLED"),
        (Status.CANCELLED_BY_STORE, "CANCEL", "CANCELLED"),
        (Status.DECLINED, "CANCEL", "CANCELLED"),
    ],
)
def test_an_invitation_says_what_it_is(
    visit: Appointment, status: Status, method: str, written: str
) -> None:
    visit.status = status
    body = invitation(visit, URL, organizer="rdv@tilleul.example", now=NOW)
    calendar = Calendar.from_ical(body)
    [event] = calendar.walk("VEVENT")
    assert calendar["method"] == method
    assert event["status"] == written
    assert (event["uid"], event["sequence"]) == (visit.uid, visit.sequence)
    added = Calendar.from_ical(calendar_file(visit, URL, now=NOW))
    assert added["method"] == ("CANCEL" if method == "CANCEL" else "PUBLISH")


HOSTILE = 'Léa"\r\nATTENDEE:mailto:spy@evil.example\r\nX:";CN=a:b,c\\n\tBEGIN:VEVENT'


def test_no_text_writes_a_property(visit: Appointment) -> None:
    visit.brand.name = visit.staff_member.first_name = HOSTILE
    visit.store.street = visit.store.city = HOSTILE
    visit.channel = Channel.IN_STORE
    body = invitation(visit, URL, organizer="rdv@tilleul.example", now=NOW)
    [event] = Calendar.from_ical(body).walk("VEVENT")
    assert str(event["attendee"]) == f"mailto:{visit.customer.email}"
    assert not any(line.startswith(b"ATTENDEE:") for line in body.split(b"\r\n"))
    assert event["organizer"].params["cn"].startswith("Léa'")
    assert HOSTILE.replace("\r\n", "\n") in str(event["summary"])
    assert body.count(b"\nBEGIN:VEVENT") == 1
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
