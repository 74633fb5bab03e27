"""The calendar file of one appointment (RFC 5545, RFC 5546)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from booking.models import Appointment
from booking.states import CANCELLED


def calendar_file(appointment: Appointment, url: str, *, now: dt.datetime) -> bytes:
    """One VEVENT: UID for life, SEQUENCE of what was told, times in UTC.

    UTC needs no VTIMEZONE and is the same instant in every calendar program.
    """
    cancelled = appointment.status in CANCELLED
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
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Visavis//appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
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
