"""Links to web calendars carry the calendar file's entry, and nothing beyond it."""

from __future__ import annotations

import datetime as dt
import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from icalendar import Calendar

from booking.calendars.ical import calendar_file
from booking.calendars.web import web_calendars
from booking.models import Actor, Appointment
from tests.booking.customers import opened, text_of, visit_in
from tests.cast import World, now_utc

pytestmark = pytest.mark.django_db

URL = "https://visavis.example/r/abc"
LINK = re.compile(r'<a class="row"\s+href="(https://[^"]+)"\s+([^>]*)>')


def told(visit: Appointment, name: str) -> dict[str, str]:
    [url] = [one.url for one in web_calendars(visit, URL) if one.name == name]
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}


@pytest.mark.parametrize("channel", ["video", "callback", "in_store"])
def test_the_entry_is_the_calendar_file_s(world: World, channel: str) -> None:
    visit = visit_in(world, minutes=120, channel=channel)
    file = Calendar.from_ical(calendar_file(visit, URL, now=now_utc()))
    [event] = file.walk("VEVENT")
    texts = [str(event[key]) for key in ("summary", "location", "description")]
    instants = [event.decoded(key).astimezone(dt.UTC) for key in ("dtstart", "dtend")]

    google, outlook = told(visit, "Google"), told(visit, "Outlook")

    assert [google[key] for key in ("text", "location", "details")] == texts
    assert google["dates"] == "/".join(f"{at:%Y%m%dT%H%M%SZ}" for at in instants)
    assert set(google) == {"action", "text", "dates", "location", "details"}
    assert [outlook[key] for key in ("subject", "location", "body")] == texts
    assert [outlook["startdt"], outlook["enddt"]] == [
        f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in instants
    ]
    said = {"path", "rru", "subject", "startdt", "enddt", "location", "body"}
    assert set(outlook) == said


@pytest.mark.parametrize("page", ["", "booked/"])
def test_the_links_open_in_a_tab_that_learns_nothing(
    client: Client, world: World, page: str
) -> None:
    shown = text_of(client, opened(client, visit_in(world, minutes=120)) + page)
    links = LINK.findall(shown)
    hosts = [urlsplit(html.unescape(url)).hostname for url, _ in links]
    assert hosts == ["calendar.google.com", "outlook.live.com"]
    for _, attributes in links:
        assert 'target="_blank"' in attributes
        assert 'rel="noopener noreferrer"' in attributes


def test_a_visit_that_is_off_goes_to_no_calendar(client: Client, world: World) -> None:
    visit = visit_in(world, minutes=120)
    page = opened(client, visit)
    visit.cancel(by=Actor.customer(), now=now_utc())
    assert web_calendars(visit, URL) == []
    assert "calendar.google.com" not in text_of(client, page)
