"""The calendar file of one appointment (RFC 5545), and its invitation (RFC 5546).

UID for life, SEQUENCE of what was told, times in UTC: that needs no VTIMEZONE and is
the same instant in every calendar program, whatever rules its zone has next year.
"""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from booking.models import Appointment
from booking.states import CANCELLED


def calendar_file(appointment: Appointment, url: str, *, now: dt.datetime) -> bytes:
    """To be added by hand: METHOD PUBLISH, or CANCEL once it is off."""
    event = _event(appointment, url, now)
    return _calendar(event, "CANCEL" if _is_off(appointment) else "PUBLISH")


def invitation(
    appointment: Appointment, url: str, *, organizer: str, now: dt.datetime
) -> bytes:
    """To be taken over from a mail: METHOD REQUEST, first and at each change, then
    CANCEL. `organizer` is the address that the mail comes from; the customer, who
    needs an e-mail address, is the one attendee and is asked for no answer."""
    event = _event(appointment, url, now)
    sender = vCalAddress(f"mailto:{organizer}")
    sender.params["cn"] = vText(appointment.brand.name)
    event["organizer"] = sender
    guest = vCalAddress(f"mailto:{appointment.customer.email}")
    guest.params["partstat"] = vText("ACCEPTED")
    guest.params["rsvp"] = vText("FALSE")
    event.add("attendee", guest, encode=False)
    return _calendar(event, "CANCEL" if _is_off(appointment) else "REQUEST")


def _is_off(appointment: Appointment) -> bool:
    return appointment.status in CANCELLED


def _event(appointment: Appointment, url: str, now: dt.datetime) -> Event:
    event = Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", now.astimezone(dt.UTC))
    event.add("dtstart", appointment.starts_at.astimezone(dt.UTC))
    event.add("dtend", appointment.ends_at.astimezone(dt.UTC))
    event.add("summary", summary(appointment))
    event.add("location", place(appointment))
    event.add("url", url)
    event.add("description", url)
    event.add("status", "CANCELLED" if _is_off(appointment) else "CONFIRMED")
    return event


def _calendar(event: Event, method: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Visavis//appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    body: bytes = calendar.to_ical()
    return body


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
