"""The words of head office about the calls of a webhook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import EventKind
from notifications.models import WebhookAttempt
from notifications.webhooks.body import TEST, event_id_of
from notifications.webhooks.forms import KINDS
from notifications.webhooks.queries import kinds_of_events

PROBLEMS = {
    "server_hangs": gettext_lazy("no answer in time"),
    "server_unreachable": gettext_lazy("could not be reached"),
    "address_refused": gettext_lazy("not a public address with https"),
}
EVENTS = {EventKind(kind): label for kind, label in KINDS}


@dataclass(frozen=True)
class CallLine:
    made_at: dt.datetime
    answer: str
    is_good: bool
    event: str
    number: int
    took_ms: int


def answer_words(attempt: WebhookAttempt) -> str:
    """For the midst of a sentence. What has no words of its own is our own fault."""
    if attempt.status is not None:
        return _("answered %(status)d") % {"status": attempt.status}
    return str(PROBLEMS.get(attempt.problem, _("not made, a fault of ours")))


def lines_of(attempts: Iterable[WebhookAttempt]) -> Iterator[CallLine]:
    """With the events that they told of, in one query."""
    told = [(one, event_id_of(one.kind)) for one in attempts]
    kinds = kinds_of_events(event_id for _one, event_id in told if event_id)
    for one, event_id in told:
        kind = kinds.get(event_id or 0)
        yield CallLine(
            made_at=one.made_at,
            answer=answer_words(one),
            is_good=not one.problem,
            event=_event_words(one.kind, kind),
            number=one.number,
            took_ms=one.took_ms,
        )


def _event_words(told: str, kind: str | None) -> str:
    if told == TEST:
        return _("Test")
    return str(EVENTS[EventKind(kind)]) if kind else _("An event that was erased")
