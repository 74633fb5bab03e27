"""Mails about an account, in its own language and in the look of our other mails.

A page only says whose mail is wanted: the work and the link are the task's. So an
address that nobody has is answered as quickly as any other, and no living link waits
in the broker.
"""

from __future__ import annotations

import uuid
from email.utils import parseaddr
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from notifications.channels.base import Message
from notifications.channels.email import EmailChannel
from notifications.content.colours import colours_of
from stores.models import User
from visavis.accounts.links import address_url, reset_url


class Kind(StrEnum):
    RESET = "reset"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - no password
    ADDRESS_ASKED = "address_asked"
    CONFIRM_ADDRESS = "confirm_address"
    CONFIRM_FIRST = "confirm_first"
    ADDRESS_TAKEN = "address_taken"
    ADDRESS_CHANGED = "address_changed"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    FACTOR_TAKEN = "factor_taken"


def send(*, kind: Kind, user: User, to: str, new: str = "") -> None:
    """One mail, by one try. `to` is where it goes, `new` the address that was asked
    for. Raises DeliveryError."""
    language = _known(user.language)
    with translation.override(language):
        url, action = _button(kind, user, new)
        # What the frame of every mail asks for; this one is ours, not a brand's.
        letter = {
            "language": language,
            "brand": "Visavis",
            "colours": colours_of({}),
            "url": url,
        }
        message = _message(kind, to, letter, {"new": new, "action": action})
    _hand_over(message)


def _known(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else "fr"


def _hand_over(message: Message) -> None:
    channel = EmailChannel()
    try:
        channel.send(message)
    finally:
        channel.close()


def _message(
    kind: Kind, to: str, letter: dict[str, Any], words: dict[str, Any]
) -> Message:
    heading = _headings()[kind]
    name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    context = {"kind": kind.value, "heading": heading, "letter": letter, **words}
    return Message(
        key=uuid.uuid4(),
        to=to,
        sender_name=name,
        sender_address=sender,
        subject=heading,
        text=render_to_string("account/email/mail.txt", context).strip() + "\n",
        html=render_to_string("account/email/mail.html", context),
        language=letter["language"],
    )


def _headings() -> dict[Kind, str]:
    return {
        Kind.RESET: _("Set a new password"),
        Kind.PASSWORD_CHANGED: _("Your password has changed"),
        Kind.ADDRESS_ASKED: _("Somebody asked to change your e-mail address"),
        Kind.CONFIRM_ADDRESS: _("Confirm your new e-mail address"),
        Kind.CONFIRM_FIRST: _("Confirm your e-mail address"),
        Kind.ADDRESS_TAKEN: _("This e-mail address has an account already"),
        Kind.ADDRESS_CHANGED: _("Your e-mail address has changed"),
        Kind.FACTOR_ADDED: _("You have a new second factor"),
        Kind.FACTOR_REMOVED: _("A second factor was removed"),
        Kind.FACTOR_TAKEN: _("Your second factor was taken away"),
    }


_NOT_ME = (
    Kind.ADDRESS_ASKED,
    Kind.PASSWORD_CHANGED,
    Kind.FACTOR_ADDED,
    Kind.FACTOR_REMOVED,
)


def _button(kind: Kind, user: User, new: str) -> tuple[str, str]:
    """Returns the address and label of the mail's one button; empty if it has none."""
    site = str(settings.SITE_URL).rstrip("/")
    if kind == Kind.RESET:
        return reset_url(user), _("Choose a new password")
    if kind == Kind.CONFIRM_ADDRESS:
        return address_url(user, new), _("Use this address")
    if kind == Kind.CONFIRM_FIRST:
        return address_url(user, new), _("This is my address")
    if kind in _NOT_ME:
        url = site + reverse("account_reset_password")
        return url, _("It was not me: new password")
    return "", ""
