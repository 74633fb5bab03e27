"""Web calendars: addresses that open an entry there, filled in and not yet saved.

The entry says what the calendar file says, and nothing beyond it. Our pages ask those
sites for nothing: the customer presses a link, in a tab of its own.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple
from urllib.parse import urlencode

from booking.calendars.ical import description, is_off, place, summary
from booking.models import Appointment

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"


class WebCalendar(NamedTuple):
    """A site by its own name, which no language changes."""

    name: str
    url: str


def web_calendars(appointment: Appointment, url: str) -> list[WebCalendar]:
    """Google's and Outlook's; none once the visit is off. `url` is the visit's link.
    Moments are in UTC: each site shows them on its owner's clock."""
    if is_off(appointment):
        return []
    details = description(appointment, url)
    return [
        WebCalendar("Google", f"{GOOGLE}?{urlencode(_google(appointment, details))}"),
        WebCalendar(
            "Outlook", f"{OUTLOOK}?{urlencode(_outlook(appointment, details))}"
        ),
    ]


def _google(appointment: Appointment, details: str) -> dict[str, str]:
    start, end = _moments(appointment)
    return {
        "action": "TEMPLATE",
        "text": summary(appointment),
        "dates": f"{start:%Y%m%dT%H%M%SZ}/{end:%Y%m%dT%H%M%SZ}",
        "location": place(appointment),
        "details": details,
    }


def _outlook(appointment: Appointment, details: str) -> dict[str, str]:
    start, end = _moments(appointment)
    return {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": summary(appointment),
        "startdt": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{end:%Y-%m-%dT%H:%M:%SZ}",
        "location": place(appointment),
        "body": details,
    }


def _moments(appointment: Appointment) -> tuple[dt.datetime, dt.datetime]:
    times = (appointment.starts_at, appointment.ends_at)
    start, end = (moment.astimezone(dt.UTC) for moment in times)
    return start, end
