"""`manage.py check_data`: what no constraint can say, asked of the rows.

Reads only. Each finding is one line, `code id: fact`; the exit status is 1 if there
is any, so that a nightly run can be believed when it is silent.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from booking.links import token_hash, token_of
from booking.models import (
    AccessLink,
    Appointment,
    AppointmentEvent,
    Hold,
    Occupancy,
)
from booking.states import LIVE
from notifications.models import Delivery
from stores.models import Brand, StaffMember, Store
from stores.queries import legal_standing

LATE = dt.timedelta(minutes=10)
"""The time for which a due message or an unread event may lie while somebody works."""


@dataclass(frozen=True)
class Finding:
    code: str
    id: object
    fact: str

    def __str__(self) -> str:
        return f"{self.code} {self.id}: {self.fact}"


def live_without_time(now: dt.datetime) -> Iterator[Finding]:
    taken = Occupancy.objects.all_brands().filter(
        appointment=OuterRef("pk"), active=True
    )
    rows = Appointment.objects.all_brands().filter(~Exists(taken), status__in=LIVE)
    for row in rows.filter(ends_at__gt=now):
        yield Finding("live_without_time", row.pk, f"{row.status}, nothing occupied")


def time_without_visit(now: dt.datetime) -> Iterator[Finding]:
    rows = Occupancy.objects.all_brands().filter(active=True, ends_at__gt=now)
    for row in rows.exclude(appointment=None).exclude(appointment__status__in=LIVE):
        yield Finding("time_without_visit", row.pk, f"of {row.appointment_id}")


def time_elsewhere(now: dt.datetime) -> Iterator[Finding]:
    """An appointment occupies the agenda of another adviser, or another hour."""
    rows = Occupancy.objects.all_brands().filter(
        active=True, appointment__status__in=LIVE, ends_at__gt=now
    )
    for row in rows.select_related("appointment", "agenda"):
        appointment = row.appointment
        if appointment is None:
            continue
        staff = row.agenda.staff_member_id
        if staff is not None and staff != appointment.staff_member_id:
            yield Finding("time_elsewhere", row.pk, "another adviser's agenda")
        if not row.starts_at <= appointment.starts_at < row.ends_at:
            yield Finding("time_elsewhere", row.pk, "another hour than the visit's")


def hold_without_time(now: dt.datetime) -> Iterator[Finding]:
    rows = Hold.objects.all_brands().live(now).filter(occupancies=None)
    for row in rows:
        yield Finding("hold_without_time", row.pk, "holds nothing")


def link_underivable(now: dt.datetime) -> Iterator[Finding]:
    rows = AccessLink.objects.all_brands().filter(appointment__erased_at=None)
    for row in rows.iterator():
        if row.key_id not in settings.LINK_KEYS:
            yield Finding("link_underivable", row.pk, f"LINK_KEYS has no {row.key_id}")
        elif token_hash(token_of(row)) != row.token_hash:
            yield Finding("link_underivable", row.pk, "derives to another token")


def visit_without_link(now: dt.datetime) -> Iterator[Finding]:
    links = AccessLink.objects.all_brands().filter(
        appointment=OuterRef("pk"), purpose=AccessLink.Purpose.CUSTOMER
    )
    for row in Appointment.objects.all_brands().filter(~Exists(links), erased_at=None):
        yield Finding("visit_without_link", row.pk, "no permanent link")


def history_behind(now: dt.datetime) -> Iterator[Finding]:
    rows = Appointment.objects.all_brands().annotate(
        told=Max("events__version"), said=Max("events__sequence")
    )
    for row in rows.iterator():
        if (row.told, row.said) != (row.version, row.sequence):
            fact = f"version {row.version}.{row.sequence}, told {row.told}.{row.said}"
            yield Finding("history_behind", row.pk, fact)


def event_unread(now: dt.datetime) -> Iterator[Finding]:
    rows = AppointmentEvent.objects.all_brands().unrelayed()
    for row in rows.filter(occurred_at__lt=now - LATE):
        yield Finding("event_unread", row.pk, f"{row.kind} since {row.occurred_at}")


def message_stuck(now: dt.datetime) -> Iterator[Finding]:
    rows = Delivery.objects.all_brands().filter(state__in=["due", "sending"])
    for row in rows.filter(due_at__lt=now - LATE):
        if row.lease_until is None or row.lease_until < now - LATE:
            yield Finding("message_stuck", row.pk, f"{row.kind}, {row.tries} tries")


def zone_unknown(now: dt.datetime) -> Iterator[Finding]:
    known = zoneinfo.available_timezones()
    for store in Store.objects.all_brands().exclude(time_zone__in=known):
        yield Finding("zone_unknown", store.pk, store.time_zone)


def agenda_missing(now: dt.datetime) -> Iterator[Finding]:
    for person in StaffMember.objects.all_brands().without_agenda():
        yield Finding("agenda_missing", person.pk, "has a post and cannot be booked")


def legal_copy_behind(now: dt.datetime) -> Iterator[Finding]:
    for brand in Brand.objects.all():
        for (kind, language), row in legal_standing(brand).items():
            said = brand.legal.get(kind, {}).get(language, 0)
            if said != row.version:
                fact = f"{kind} {language}: says {said}, stands {row.version}"
                yield Finding("legal_copy_behind", brand.pk, fact)


QUESTIONS: tuple[Callable[[dt.datetime], Iterator[Finding]], ...] = (
    live_without_time,
    time_without_visit,
    time_elsewhere,
    hold_without_time,
    link_underivable,
    visit_without_link,
    history_behind,
    event_unread,
    message_stuck,
    zone_unknown,
    agenda_missing,
    legal_copy_behind,
)


class Command(BaseCommand):
    help = "Looks for rows that contradict each other; exit status 1 if there are any."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        findings = [found for question in QUESTIONS for found in question(now)]
        for found in findings:
            self.stdout.write(str(found))
        if findings:
            raise CommandError(f"{len(findings)} findings.")
        self.stdout.write(f"{len(QUESTIONS)} questions, nothing found.")
