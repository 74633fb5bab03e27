"""Calendar files: one appointment (RFC 5545), its invitation (RFC 5546), a feed.

UID for life, SEQUENCE of what was told. Times are local with the VTIMEZONE of the
appointment's zone, so that a program shows the hour that was promised wherever its
owner is. Of an hour that the clocks repeat such a time can only mean the first
(RFC 5545, 3.3.5): in the second an appointment is written in UTC.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText
from icalendar.parser import Contentline

from booking.calendars.vtimezones import written_vtimezone
from booking.models import Appointment
from booking.spoken.pairs import words_of
from booking.states import CANCELLED, Status
from booking.wording import calls_from, first_said
from stores.models import Channel

LONGEST_LINE = 75
"""Octets (RFC 5545, 3.1)."""


def calendar_file(appointment: Appointment, url: str, *, now: dt.datetime) -> bytes:
    """To be added by hand: METHOD PUBLISH, or CANCEL once it is off."""
    event = _event(appointment, url, now)
    return _calendar([event], "CANCEL" if is_off(appointment) else "PUBLISH")


def invitation(
    appointment: Appointment, url: str, *, organizer: str, now: dt.datetime
) -> bytes:
    """To be taken over from a mail: METHOD REQUEST, first and at each change, then
    CANCEL. `organizer` is the address that the mail comes from; the customer, who
    needs an e-mail address, is the one attendee and is asked for no answer."""
    event = _event(appointment, url, now)
    sender = vCalAddress(f"mailto:{organizer}")
    sender.params["cn"] = vText(_one_line(appointment.brand.name))
    event["organizer"] = sender
    guest = vCalAddress(f"mailto:{_one_line(appointment.customer.email)}")
    guest.params["partstat"] = vText("ACCEPTED")
    guest.params["rsvp"] = vText("FALSE")
    event.add("attendee", guest, encode=False)
    return _calendar([event], "CANCEL" if is_off(appointment) else "REQUEST")


def is_off(appointment: Appointment) -> bool:
    return appointment.status in CANCELLED


def bare_event(appointment: Appointment, *, stamp: dt.datetime) -> Event:
    """Makes an event of the times and the lasting UID; the caller adds whose and
    why."""
    event = Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", stamp.astimezone(dt.UTC))
    times = (appointment.starts_at, appointment.ends_at)
    local = [moment.astimezone(appointment.zone) for moment in times]
    if any(moment.fold for moment in local):
        local = [moment.astimezone(dt.UTC) for moment in times]
    event.add("dtstart", local[0])
    event.add("dtend", local[1])
    event.add("location", place(appointment))
    event.add("status", _status(appointment))
    return event


def _status(appointment: Appointment) -> str:
    if is_off(appointment):
        return "CANCELLED"
    asked = appointment.status == Status.REQUESTED
    return "TENTATIVE" if asked else "CONFIRMED"


def _event(appointment: Appointment, url: str, now: dt.datetime) -> Event:
    event = bare_event(appointment, stamp=now)
    event.add("summary", summary(appointment))
    event.add("url", url)
    event.add("description", description(appointment, url))
    return event


def description(appointment: Appointment, url: str) -> str:
    """The two words, the link and, of a call, the number that it comes from."""
    lines = [first_said(words_of(appointment)), url]
    if appointment.channel == Channel.CALLBACK:
        lines.insert(0, calls_from(appointment.store, appointment.brand))
    return "\n".join(filter(None, lines))


def feed_file(appointments: Iterable[Appointment], *, name: str, site: str) -> bytes:
    """An adviser's visits for their own calendar program (METHOD PUBLISH).

    It goes to a program of somebody else's, often in somebody else's cloud, by an
    address that is its only key. So of a customer it has the first name and the topic,
    which is what one needs to know whom one meets: no family name, address, number or
    question. All else is behind the sign-in that `url` leads to. The same visits give
    the same bytes: DTSTAMP is when the row was made, SEQUENCE tells what changed.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Visavis//feed//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", dt.timedelta(minutes=15))
    calendar["refresh-interval"].params["value"] = "DURATION"
    calendar.add("x-published-ttl", "PT15M")
    return file_of(
        calendar, [_staff_event(appointment, site) for appointment in appointments]
    )


def _staff_event(appointment: Appointment, site: str) -> Event:
    event = bare_event(appointment, stamp=appointment.created_at)
    who = appointment.customer.first_name or _("Customer")
    event.add("summary", f"{who}, {appointment.topic.label}")
    path = reverse("booking:staff_appointment", args=[appointment.pk])
    event.add("url", f"{site}{path}")
    return event


def _calendar(events: Iterable[Event], method: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Visavis//appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return file_of(calendar, events)


def file_of(calendar: Calendar, events: Iterable[Event]) -> bytes:
    """The calendar with its events, and once each zone that they name."""
    events = list(events)
    zones = b"".join(
        written_vtimezone(key, min(years), max(years))
        for key, years in sorted(_zones_of(events).items())
    )
    for event in events:
        calendar.add_component(event)
    lines = (_folded(line) for line in calendar.content_lines() if line)
    body = b"\r\n".join(lines) + b"\r\n"
    head, begin, rest = body.partition(b"BEGIN:VEVENT")
    return head + zones + begin + rest


def _folded(line: Contentline) -> bytes:
    """The library looks at each character of each line, also of short ones, which
    took a third of the time of writing a file."""
    raw = line.encode()
    if len(raw) < LONGEST_LINE:
        return raw
    folded: bytes = line.to_ical()  # type: ignore[no-untyped-call]  # theirs
    return folded


def _zones_of(events: list[Event]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for event in events:
        for name in ("dtstart", "dtend"):
            moment = event.decoded(name)
            if isinstance(moment.tzinfo, zoneinfo.ZoneInfo):
                found.setdefault(moment.tzinfo.key, set()).add(moment.year)
    found.pop("UTC", None)
    return found


def _one_line(text: str) -> str:
    """For parameters, which know no escape: nothing that ends a line or a value."""
    return " ".join(text.replace('"', "'").split())


def summary(appointment: Appointment) -> str:
    values = {
        "brand": appointment.brand.name,
        "name": appointment.staff_member.display_name,
    }
    return _("%(brand)s: appointment with %(name)s") % values


def place(appointment: Appointment) -> str:
    store = appointment.store
    if appointment.channel == "video":
        return _("Video")
    if appointment.channel == "callback":
        return _("By telephone")
    return ", ".join(part for part in (store.street, store.city) if part)
