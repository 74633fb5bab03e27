"""The facts from which the words of a message are made: one appointment, written for a
customer, in the active language and in the appointment's zone."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import phonenumbers
from babel.dates import get_timezone_location
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from booking.after.recovery import recovery_of
from booking.after.summary import released_summary_of
from booking.availability.alternatives import times_instead
from booking.cases.opening import views_of
from booking.links import permanent_url
from booking.models import Appointment
from booking.models.promise import last_moment
from booking.services.answers import answer_owed
from booking.spoken.pairs import words_of
from booking.stages import CALL_WINDOW
from booking.states import CANCELLED, MISSED, Status
from notifications.content.colours import Colours, colours_of
from notifications.kinds import Kind
from notifications.models import StaffKind
from stores.legal.texts import pages_of
from stores.models import Brand, Store, User

MOST_PREPARATION = 3
WITH_CALENDAR = frozenset({Kind.CONFIRMED, Kind.CHANGED, Kind.CANCELLED, Kind.DECLINED})
_NO_ANSWER: dict[str, Any] = {}
WITH_ANSWER = frozenset({Kind.REQUESTED, Kind.DECLINED, StaffKind.ANSWER_LATE})
NOT_MET = frozenset({Kind.CALL_LAST, Kind.NOBODY_CAME})
WITH_WORDS = frozenset(
    {Kind.CONFIRMED, Kind.CHANGED, Kind.REMINDER_DAY, Kind.REMINDER_SOON,
     Kind.DELAYED, Kind.CALL_TRIED, Kind.RECOVERY}
)  # fmt: skip
LATE = frozenset({Kind.DELAYED, Kind.TURN_NEAR})
"""On the plate stands when they will meet now, not what was promised once."""


@dataclass(frozen=True)
class Letter:
    """The values that the templates print; every text as it came, escaped by them."""

    brand: str
    name: str
    adviser: str
    channel: str
    at_branch: bool
    day: str
    hour: str
    plate_hour: str
    call_until: str
    is_tomorrow: bool
    minutes: int
    zone: str
    street: str
    place: str
    url: str
    preparation: tuple[str, ...]
    phone: str
    phone_link: str
    is_off: bool
    is_over: bool
    by_customer: bool
    has_calendar: bool
    delay: int
    late_hour: str
    tried: str
    next_try: str
    is_our_fault: bool
    language: str
    colours: Colours
    calls_from: str = ""
    way: str = ""
    way_url: str = ""
    """For who cannot hear, beside the telephone."""
    answer: str = ""
    answer_by: str = ""
    ends: str = ""
    is_lapsed: bool = False
    words: str = ""
    """The two that who calls says first."""
    times: tuple[str, ...] = ()
    legal: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    """Hour and address of other visits whose links were asked for, too."""
    rate_url: str = "?rate="
    """To be followed by a score: the word is chosen there, and stored by a button."""
    has_summary: bool = False
    next_day: str = ""
    next_hour: str = ""
    next_step: str = ""
    own_subject: str = ""
    own_before: tuple[str, ...] = ()
    own_after: tuple[str, ...] = ()
    """Words of the brand that replace the product's: filled, escaped as all else."""


def letter_for(
    appointment: Appointment, *, kind: Kind | StaffKind, now: dt.datetime, to: str = ""
) -> Letter:
    """In the active language and the appointment's zone. The link in a mail `to` an
    address proves that it was read there."""
    store, brand = appointment.store, appointment.brand
    start, phone = appointment.local_start, store.phone or brand.phone
    is_off = appointment.status in CANCELLED | MISSED or kind in NOT_MET
    is_over = kind == Kind.AFTER
    calls = _calls(appointment, kind=kind, now=now)
    late = start + dt.timedelta(minutes=appointment.delay_minutes)
    tomorrow = now.astimezone(appointment.zone).date() + dt.timedelta(days=1)
    plate_hour = calls["next_try"] or f"{late if kind in LATE else start:%H:%M}"
    return Letter(
        brand=brand.name,
        name=greeting_name(appointment.customer.first_name),
        adviser=appointment.staff_member.display_name,
        channel=appointment.channel,
        at_branch=store.kind == "branch",
        day=_day(start), hour=hour_words(start),
        plate_hour=plate_hour,
        call_until=_call_until(plate_hour),
        is_tomorrow=start.date() == tomorrow, minutes=appointment.minutes,
        zone=_city(appointment.time_zone, appointment.language),
        street=store.street or store.name, place=_place(store),
        url=permanent_url(appointment, to=to),
        preparation=tuple(appointment.topic.preparation_lines[:MOST_PREPARATION]),
        phone=_readable(phone, store.country), phone_link=phone,
        way=brand.accessible_way, way_url=brand.accessible_url,
        calls_from=_readable(appointment.calls_from, store.country),
        is_off=is_off, is_over=is_over,
        by_customer=appointment.status == Status.CANCELLED_BY_CUSTOMER,
        has_calendar=kind in WITH_CALENDAR,
        delay=appointment.delay_minutes, late_hour=f"{late:%H:%M}",
        **calls,
        is_our_fault=appointment.status == Status.MISSED_BY_STAFF,
        language=appointment.language, legal=_legal(brand),
        colours=colours_of(brand.theme, is_past=is_off or is_over),
        words=words_of(appointment) if kind in WITH_WORDS else "",
        **(_answer(appointment, now) if kind in WITH_ANSWER else _NO_ANSWER),
        **_after(appointment, kind, now, to),
    )  # fmt: skip


def letter_to_staff(
    appointment: Appointment, *, kind: StaffKind, now: dt.datetime, user: User
) -> Letter:
    """About the visit, to a colleague: the button leads to the staff's page. Who the
    customer is stands there, behind the sign-in."""
    path = reverse("booking:staff_appointment", args=[appointment.pk])
    return replace(
        letter_for(appointment, kind=kind, now=now),
        name=greeting_name(user.get_short_name()),
        url=settings.SITE_URL.rstrip("/") + path,
        zone=_city(appointment.time_zone, user.language),
        language=user.language,
        phone="",
        phone_link="",
        way="",
        way_url="",
        legal=(),
    )


def _legal(brand: Brand) -> tuple[tuple[str, str], ...]:
    """Words and address of each legal page."""
    site = settings.SITE_URL.rstrip("/")
    return tuple(
        (words, site + reverse("stores:legal", args=[brand.slug, kind]))
        for kind, words in pages_of(brand)
    )


def _answer(appointment: Appointment, now: dt.datetime) -> dict[str, Any]:
    """The answer that the store owes or has given, and what is free instead."""
    promise, zone = answer_owed(appointment), appointment.zone
    told_at = promise.told_at if promise else appointment.created_at
    facts: dict[str, Any] = {
        "ends": when_words(
            last_moment(told_at, appointment.starts_at).astimezone(zone)
        ),
        "answer_by": when_words(promise.due_at.astimezone(zone)) if promise else "",
    }
    if appointment.status == Status.DECLINED:
        times = times_instead(appointment, now=now)
        facts |= {
            "answer": appointment.answer,
            "is_lapsed": promise is not None and promise.kept_at is None,
            "times": tuple(when_words(start.local) for start in times),
        }
    return facts


def _after(
    appointment: Appointment, kind: str, now: dt.datetime, to: str
) -> dict[str, Any]:
    """The next step that staff have released; of a talk that was promised, when."""
    zone = appointment.zone
    if kind in {StaffKind.RECOVERY_LATE, Kind.RECOVERY}:
        owed = recovery_of(appointment)
        until = (owed.promise.due_at if owed else now).astimezone(zone)
        short = f"{date_format(until, 'j M')} {until:%H:%M}"
        return {"answer_by": when_words(until), "ends": short}
    if kind != Kind.AFTER:
        return {}
    url, summary = permanent_url(appointment, to=to), released_summary_of(appointment)
    facts: dict[str, Any] = {"rate_url": f"{url}{'&' if '?' in url else '?'}rate="}
    facts["has_summary"] = summary is not None
    next_at = summary.next_due(now) if summary else None
    if summary and next_at:
        due = next_at.astimezone(zone)
        facts |= {"next_day": _day(due), "next_hour": f"{due:%H:%M}"}
        facts["next_step"] = summary.next_step
    return facts


def when_words(start: dt.datetime) -> str:
    return f"{_day(start)}, {hour_words(start)}"


@lru_cache(1000)
def _city(zone: str, language: str) -> str:
    found: str = get_timezone_location(zone, locale=language, return_city=True)
    return found


def _place(store: Store) -> str:
    town = f"{store.postcode} {store.city}".strip()
    return ", ".join(part for part in (store.street, town) if part)


def _calls(appointment: Appointment, *, kind: str, now: dt.datetime) -> dict[str, Any]:
    """The times of the last and the next call, or look into the file."""
    if kind == Kind.OPENED:
        seen = [view.seen_at for view in views_of(appointment)[:1]] or [now]
        opened = seen[0].astimezone(appointment.zone)
        return {"tried": f"{opened:%H:%M}", "next_try": ""}
    if kind != Kind.CALL_TRIED:
        return {"tried": "", "next_try": ""}
    last = appointment.call_attempts.order_by("number").last()
    tried = last.made_at if last else now
    again = (last.next_try_at if last else None) or appointment.starts_at
    zone = appointment.zone
    return {
        "tried": f"{tried.astimezone(zone):%H:%M}",
        "next_try": f"{again.astimezone(zone):%H:%M}",
    }


def _call_until(hour: str) -> str:
    """The end of the window in which we call, after the hour on the plate."""
    hours, minutes = map(int, hour.split(":"))
    end = (hours * 60 + minutes) + CALL_WINDOW // dt.timedelta(minutes=1)
    return f"{end // 60 % 24:02d}:{end % 60:02d}"


def greeting_name(name: str) -> str:
    """A name made of letters, or nothing: our mail is not to carry a stranger's
    address or advertisement to anybody they like."""
    for character in name.rstrip("."):
        is_letter = unicodedata.category(character)[0] in "LM"
        if not is_letter and character not in "-'’\u200c\u200d":
            return ""
    return name[:40]


def _day(start: dt.datetime) -> str:
    """`mardi 14 octobre`, `mardi 1er décembre`, `Tuesday 14 October`."""
    is_first = start.day == 1 and translation.get_language() == "fr"
    return date_format(start, "l 1\\e\\r F" if is_first else "l j F")


def hour_words(start: dt.datetime) -> str:
    """`15 h 30` or `15 h` in French, with spaces that do not break; else `15:30`."""
    if translation.get_language() != "fr":
        return f"{start:%H:%M}"
    minutes = f"\N{NO-BREAK SPACE}{start:%M}" if start.minute else ""
    return f"{start.hour}\N{NO-BREAK SPACE}h{minutes}"


@lru_cache(10_000)
def _readable(phone: str, country: str) -> str:
    """As people of the country write it; E.164 where it is no number."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    home = phonenumbers.region_code_for_number(number) == country
    form = phonenumbers.PhoneNumberFormat
    written: str = phonenumbers.format_number(
        number, form.NATIONAL if home else form.INTERNATIONAL
    )
    return written
