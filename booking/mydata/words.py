"""The words of the page that a customer gets: what each table and column is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.fields import Need
from booking.wording import FACES, REASONS, channel_name
from stores.models import Channel
from stores.wording import day_and_hour

TABLES = {
    "booking.customer": _("Who you are"),
    "booking.appointment": _("Your appointment"),
    "booking.appointmentanswer": _("Your answers"),
    "booking.photo": _("Your photos"),
    "booking.message": _("Messages"),
    "booking.messagephoto": _("Photos in messages"),
    "booking.visitrating": _("How it was for you"),
    "booking.visitsummary": _("The summary of your visit"),
    "booking.caseview": _("Who saw your file in a store"),
    "notifications.delivery": _("Messages that we sent you"),
    "video.chatmessage": _("Written in the room"),
}

COLUMNS = {
    "name": _("Name"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "language": _("Language"),
    "created_at": _("Kept since"),
    "starts_at": _("From"),
    "ends_at": _("Until"),
    "store": _("Store"),
    "topic": _("Subject"),
    "staff_member": _("With"),
    "channel": _("How"),
    "question": _("Your question"),
    "answer": _("The store’s answer"),
    "product": _("Product"),
    "needs": _("Needs"),
    "asked": _("Question"),
    "text": _("Text"),
    "author": _("Written by"),
    "sent_at": _("Sent"),
    "posted_at": _("Written"),
    "seen_at": _("Seen"),
    "file": _("File"),
    "score": _("Your rating"),
    "resolved": _("All settled"),
    "words": _("Words"),
    "reason": _("What was not well"),
    "rated_at": _("Rated"),
    "next_step": _("Next step"),
    "next_due_at": _("Until then"),
    "released_at": _("Released"),
}

CODES = {
    "customer": _("You"),
    "staff": _("The store"),
    "system": _("The system"),
    "email": _("E-mail"),
    "sms": _("Text message"),
    "fr": "Français",
    "en": "English",
}

CODED = frozenset({"author", "channel", "language"})


def label_of(column: str) -> str:
    """Empty for one that only programs need."""
    return str(COLUMNS.get(column, ""))


def in_words(column: str, value: Any, zone: dt.tzinfo) -> str:
    """A value as people read it; times on the clock of the store."""
    if isinstance(value, dt.datetime):
        return day_and_hour(value.astimezone(zone))
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if column == "needs":
        return ", ".join(str(Need(code).label) for code in value.split())
    if column == "channel" and value in Channel.values:
        return channel_name(value)
    codes: dict[Any, Any] = {}
    if column in {"score", "reason"}:
        codes = {**FACES, **REASONS}
    elif column in CODED:
        codes = CODES
    return str(codes.get(value, value))
