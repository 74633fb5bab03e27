"""What staff read about a delivery: which message, and what became of it."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from notifications.models import Delivery
from notifications.policy import Kind

KINDS = {
    Kind.REQUESTED: gettext_lazy("Request received"),
    Kind.CONFIRMED: pgettext_lazy("message", "Confirmation"),
    Kind.CHANGED: pgettext_lazy("message", "Change"),
    Kind.CANCELLED: pgettext_lazy("message", "Cancellation"),
    Kind.REMINDER_DAY: gettext_lazy("Reminder, the day before"),
    Kind.REMINDER_SOON: gettext_lazy("Reminder, 15 minutes before"),
}
PROBLEMS = {
    "not_wanted": gettext_lazy("Not sent: the appointment has changed."),
    "superseded": gettext_lazy("Not sent: the appointment has changed."),
    "too_late": gettext_lazy("Not sent: it was too late to be of use."),
    "recipient_refused": gettext_lazy("Not delivered: this address takes no mail."),
}


@dataclass(frozen=True)
class Line:
    title: str
    words: str
    is_problem: bool


def line_of(delivery: Delivery, zone: zoneinfo.ZoneInfo) -> Line:
    """In the active language, with hours in the zone given."""
    is_problem = delivery.state == Delivery.State.DEAD
    title = KINDS.get(Kind(delivery.kind), delivery.kind)
    return Line(str(title), _state_words(delivery, zone), is_problem)


def _state_words(delivery: Delivery, zone: zoneinfo.ZoneInfo) -> str:
    if delivery.state == Delivery.State.SENT and delivery.sent_at:
        sent = date_format(delivery.sent_at.astimezone(zone), "j F, H:i")
        return _("Sent by e-mail, %(when)s.") % {"when": sent}
    if delivery.state == Delivery.State.VOID:
        return str(PROBLEMS.get(delivery.problem, _("Not sent.")))
    if delivery.state == Delivery.State.DEAD:
        return str(PROBLEMS.get(delivery.problem, _("Not delivered, and given up.")))
    if delivery.problem:
        return _("Not delivered yet: we keep trying.")
    due = date_format(delivery.due_at.astimezone(zone), "j F, H:i")
    return _("Planned for %(when)s.") % {"when": due}
