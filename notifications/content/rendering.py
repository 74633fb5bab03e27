"""From an appointment to the words of one message, in the customer's language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from email.utils import parseaddr
from typing import TypedDict

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from booking.calendars.ical import invitation
from booking.links import permanent_url
from booking.lost.links import others_to_send
from booking.models import Appointment, WishOffer
from booking.wishes.answering import open_offer_of, visit_at
from notifications.channels.base import Message
from notifications.content.letters import (
    Letter,
    hour_words,
    letter_for,
    letter_to_staff,
    when_words,
)
from notifications.content.own_texts import own_text, with_own
from notifications.content.stencils import words_of
from notifications.content.texting import is_special, text_message
from notifications.errors import DeliveryError
from notifications.kinds import OPTIONAL, Kind, kind_of
from notifications.models import Delivery, MessageText, StaffKind
from notifications.models.message_text import Text
from notifications.queries import member_of
from stores.models import Brand

OwnTexts = Mapping[Text, MessageText]
_NONE: OwnTexts = {}
_SPACES = re.compile(r"[ \t]+\n|\n[ \t]+")


def render(
    delivery: Delivery,
    appointment: Appointment,
    *,
    now: dt.datetime,
    own: OwnTexts = _NONE,
) -> Message:
    """Reads the address now, so that it is the reader's present one. `own` are the
    texts of the brand as they are now."""
    kind = kind_of(delivery.kind)
    if isinstance(kind, StaffKind):
        return _mail_to_staff(delivery, appointment, kind=kind, now=now)
    with translation.override(appointment.language):
        by_text = delivery.channel == Delivery.Channel.SMS
        to = "" if by_text else appointment.customer.email
        letter = _letter(appointment, kind=kind, now=now, to=to)
        if kind == Kind.LINK and to:
            letter = replace(letter, others=_others(appointment, to, now))
        text = own.get((kind, delivery.channel, appointment.language))
        if by_text:
            if kind == Kind.FREED:
                appointment = _offered(appointment, now)[0]
            filled, segments = own_text(appointment, letter, kind=kind, own=text)
            return text_message(
                delivery, appointment, letter, kind=kind, own=filled, segments=segments
            )
        if text is not None and not is_special(kind, appointment, letter):
            letter = with_own(letter, text)
        return _mail(delivery, appointment, letter, kind=kind, to=to, now=now)


def _letter(
    appointment: Appointment, *, kind: Kind, now: dt.datetime, to: str
) -> Letter:
    if kind != Kind.FREED:
        return letter_for(appointment, kind=kind, now=now, to=to)
    there, offer = _offered(appointment, now)
    letter = letter_for(there, kind=kind, now=now)
    own = letter_for(appointment, kind=kind, now=now)
    if offer is None:
        return letter
    until = offer.ends_at.astimezone(appointment.zone)
    held = not offer.is_shared
    return replace(
        letter,
        url=f"{letter.url}/earlier",
        next_day=own.day,
        next_hour=own.hour,
        ends=f"{until:%H:%M}" if held else "",
        answer_by=hour_words(until) if held else "",
    )


def _offered(
    appointment: Appointment, now: dt.datetime
) -> tuple[Appointment, WishOffer | None]:
    """The visit as it would be at the earlier hour: on the plate stands that one."""
    offer = open_offer_of(appointment, now)
    return (visit_at(offer, appointment) if offer else appointment), offer


def _others(
    appointment: Appointment, to: str, now: dt.datetime
) -> tuple[tuple[str, str], ...]:
    visits = others_to_send(appointment, email=to, now=now)
    return tuple(
        (when_words(visit.local_start), permanent_url(visit, to=to)) for visit in visits
    )


def _mail_to_staff(
    delivery: Delivery, appointment: Appointment, *, kind: StaffKind, now: dt.datetime
) -> Message:
    member = member_of(delivery)
    if member is None:
        raise DeliveryError("recipient_gone", permanent=True)
    user = member.user
    with translation.override(user.language):
        letter = letter_to_staff(appointment, kind=kind, now=now, user=user)
        return _mail(delivery, appointment, letter, kind=kind, to=user.email, now=now)


def _mail(
    delivery: Delivery,
    appointment: Appointment,
    letter: Letter,
    *,
    kind: Kind | StaffKind,
    to: str,
    now: dt.datetime,
) -> Message:
    sender = sender_of(appointment.brand)
    calendar = b""
    if letter.has_calendar:
        organizer = sender["sender_address"]
        calendar = invitation(appointment, letter.url, organizer=organizer, now=now)
    words = words_of(letter, kind)
    return Message(
        key=delivery.provider_key,
        to=to,
        **sender,
        subject=words.subject,
        text=tidy(words.text),
        html=words.html,
        language=letter.language,
        is_retry=delivery.tries > 1,
        calendar=calendar,
        unsubscribe_url=_unsubscribe_url(letter) if kind in OPTIONAL else "",
    )


class Sender(TypedDict):
    """The fields of a mail that say whom it is from."""

    sender_name: str
    reply_to: str
    sender_address: str


def sender_of(brand: Brand) -> Sender:
    return {
        "sender_name": brand.mail_name or brand.name,
        "reply_to": brand.reply_to,
        "sender_address": brand.sender_email
        or parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    }


def _unsubscribe_url(letter: Letter) -> str:
    token = letter.url.partition("?")[0].rpartition("/")[2]
    path = reverse("notifications:unsubscribe", args=[token])
    return settings.SITE_URL.rstrip("/") + path


def tidy(text: str) -> str:
    """Templates leave blank lines where a condition was false."""
    lines = _SPACES.sub("\n", text).strip()
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"
