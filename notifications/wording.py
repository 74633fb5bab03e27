"""The words of staff about a delivery: which message, and what became of it."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from notifications.kinds import Kind, kind_of
from notifications.models import Delivery, StaffKind

KINDS = {
    Kind.REQUESTED: gettext_lazy("Request received"),
    Kind.CONFIRMED: pgettext_lazy("message", "Confirmation"),
    Kind.CHANGED: pgettext_lazy("message", "Change"),
    Kind.CANCELLED: pgettext_lazy("message", "Cancellation"),
    Kind.REMINDER_DAY: gettext_lazy("Reminder, the day before"),
    Kind.REMINDER_SOON: gettext_lazy("Reminder, 15 minutes before"),
    Kind.DELAYED: gettext_lazy("Running late"),
    Kind.TURN_NEAR: gettext_lazy("Almost their turn"),
    Kind.CALL_TRIED: gettext_lazy("We tried to call"),
    Kind.CALL_LAST: gettext_lazy("We called three times"),
    Kind.MISSED: gettext_lazy("We missed each other"),
    Kind.AFTER: gettext_lazy("Thanks after the visit"),
    Kind.DECLINED: gettext_lazy("Request declined"),
    Kind.NOBODY_CAME: gettext_lazy("Nobody came, we are sorry"),
    Kind.ANSWERED: gettext_lazy("Answered in the messages"),
    Kind.FREED: gettext_lazy("An earlier hour has opened"),
    Kind.SUMMARY: gettext_lazy("The summary is there"),
    Kind.RECOVERY: gettext_lazy("We call to make it good"),
    Kind.OPENED: gettext_lazy("Their file was opened"),
    Kind.LINK: gettext_lazy("The link, once more"),
}
TO_STAFF = {
    StaffKind.ANSWER_LATE: gettext_lazy("To the managers: answer overdue"),
    StaffKind.CALL_DUE: gettext_lazy("To the managers: a promised call is due"),
    StaffKind.RECOVERY_LATE: gettext_lazy("To the managers: unhappy, not called"),
}
PROBLEMS = {
    "not_wanted": gettext_lazy("Not sent: the appointment has changed."),
    "superseded": gettext_lazy("Not sent: the appointment has changed."),
    "too_late": gettext_lazy("Not sent: it was too late to be of use."),
    "recipient_refused": gettext_lazy("Not delivered: this address takes no mail."),
    "relay_ascii_only": gettext_lazy(
        "Not sent: our mail server cannot write to an address with such letters."
    ),
    "bounced": gettext_lazy("Not delivered: it came back, the address takes no mail."),
    "mail_refused": gettext_lazy(
        "Not delivered: the other server refuses our mails. The address may be right."
    ),
    "mail_expired": gettext_lazy(
        "Not delivered: the other server did not take it in time."
    ),
    "address_closed": gettext_lazy("Not sent: this address takes no messages now."),
    "provider_refuses": gettext_lazy("Not delivered: the number was refused."),
    "not_delivered": gettext_lazy("Not delivered: no telephone took it."),
    "country_refused": gettext_lazy("Not sent: no text messages to that country."),
    "budget_brand": gettext_lazy("Not sent: the text messages of today are used up."),
    "budget_network": gettext_lazy("Not sent: too many from one place today."),
    "budget_phone": gettext_lazy("Not sent: too many to this number today."),
    "recipient_gone": gettext_lazy("Not sent: this colleague has left."),
    "text_too_long": gettext_lazy("Not sent: the text does not fit."),
}
TRYING = {
    "server_hangs": gettext_lazy("the server does not answer"),
    "server_unreachable": gettext_lazy("the server cannot be reached"),
    "server_left": gettext_lazy("the server broke off"),
    "server_refuses": gettext_lazy("the server refuses for now"),
    "recipient_refused": gettext_lazy("the mailbox refuses for now"),
    "message_refused": gettext_lazy("the server refuses for now"),
    "mail_refused": gettext_lazy("the server refuses for now"),
    "provider_refuses": gettext_lazy("the provider refuses for now"),
}
"""Reasons to try again; anything else is our own fault."""


@dataclass(frozen=True)
class Line:
    title: str
    by: str
    words: str
    is_problem: bool
    is_there: bool


def line_of(delivery: Delivery, zone: zoneinfo.ZoneInfo) -> Line:
    """In the active language, with hours in the zone given."""
    is_problem = delivery.state == Delivery.State.DEAD
    kind = kind_of(delivery.kind)
    title = str(TO_STAFF[kind] if isinstance(kind, StaffKind) else KINDS[kind])
    by_text = delivery.channel == Delivery.Channel.SMS
    return Line(
        title=title,
        by=_("text message") if by_text else _("e-mail"),
        words=_state_words(delivery, zone),
        is_problem=is_problem,
        is_there=delivery.delivered_at is not None,
    )


def _state_words(delivery: Delivery, zone: zoneinfo.ZoneInfo) -> str:
    if delivery.state == Delivery.State.SENT and delivery.sent_at:
        return _sent_words(delivery, delivery.sent_at.astimezone(zone))
    if delivery.state == Delivery.State.VOID:
        return str(PROBLEMS.get(delivery.problem, _("Not sent.")))
    if delivery.state == Delivery.State.DEAD:
        return str(PROBLEMS.get(delivery.problem, _("Not delivered, and given up.")))
    if delivery.problem:
        why = TRYING.get(delivery.problem)
        if why:
            said = _("Not delivered yet: %(why)s. We keep trying.")
            return said % {"why": why}
        return _("Not delivered yet: we keep trying.")
    due = date_format(delivery.due_at.astimezone(zone), "j F, H:i")
    return _("Planned for %(when)s.") % {"when": due}


def _sent_words(delivery: Delivery, at: dt.datetime) -> str:
    sent = {"when": date_format(at, "j F, H:i")}
    if delivery.channel != Delivery.Channel.SMS:
        if delivery.delivered_at:
            return _("Arrived by e-mail, sent %(when)s.") % sent
        return _("Sent by e-mail, %(when)s.") % sent
    if delivery.delivered_at:
        return _("Arrived by text message, %(when)s.") % sent
    return _("Sent by text message, %(when)s.") % sent
