"""The state of an appointment that a page showed, and whether it still holds.

Every form that changes an appointment sends it back. Nobody cancels, moves or closes
what they have not seen: StaleVersion if it has changed, and the page shows how it is
now and asks again.

| sent | by | refused after |
|---|---|---|
| `sequence`, `status` | forms of customers | another `sequence`; another status |
| `version` | forms of staff | an event since then that is not one of QUIET |
| `sequence`, `version` | the API, if it likes | the same |
| `as_shown` | forms of the desk, the form of a contact | another content of the rows |

An arrival, a delay, a call or a message is nothing new to who cancels or moves. An act
that such an event speaks against names it: who marks a visit as missed minds an
arrival. What the status forbids is refused by `booking.states`, with or without this.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils.crypto import salted_hmac

from booking.errors import StaleVersion
from booking.models import Appointment, EventKind
from booking.states import STANDING, Status

QUIET = frozenset(
    {
        EventKind.ARRIVED,
        EventKind.STARTED,
        EventKind.DELAYED,
        EventKind.CALL_TRIED,
        EventKind.CONTACT_CHANGED,
        EventKind.KEPT,
        EventKind.ANSWER_LATE,
        EventKind.NOBODY_CAME,
        EventKind.WORDS_SHOWN,
        EventKind.RECOVERY_PROMISED,
        EventKind.RECOVERY_LATE,
        EventKind.QUESTION_CHANGED,
        EventKind.THREAD_ANSWERED,
        EventKind.HOUR_OFFERED,
        EventKind.SUMMARY_RELEASED,
        EventKind.CASE_OPENED,
    }
)
"""Neither the time, the adviser, the channel nor whether it takes place is another."""

NOTHING = frozenset[EventKind]()


@dataclass(frozen=True)
class Shown:
    """The values that the page knew; absent ones are not compared."""

    version: int | None = None
    sequence: int | None = None
    status: str = ""

    def check(
        self, appointment: Appointment, *, minding: frozenset[EventKind] = NOTHING
    ) -> None:
        """Raises StaleVersion if the appointment has changed since. At most one
        query. Unlocked it is a courtesy; `locking.lock_as_shown` decides."""
        if self.is_stale(appointment, minding=minding):
            raise StaleVersion

    def is_stale(
        self, appointment: Appointment, *, minding: frozenset[EventKind] = NOTHING
    ) -> bool:
        told = self.sequence in (None, appointment.sequence)
        stands = not self.status or _kind(self.status) == _kind(appointment.status)
        return not (told and stands) or self._has_news(appointment, minding)

    def _has_news(
        self, appointment: Appointment, minding: frozenset[EventKind]
    ) -> bool:
        if self.version in (None, appointment.version):
            return False
        if not 0 < self.version < appointment.version:
            return True
        events = appointment.events.filter(version__gt=self.version)
        return events.exclude(kind__in=QUIET - minding).exists()


def shown_in(data: Mapping[str, str]) -> Shown | None:
    """Reads from a form what its page showed; None if it says nothing."""
    version, sequence = (_number(data.get(name)) for name in ("version", "sequence"))
    status = data.get("status", "")
    if version is None and sequence is None and not status:
        return None
    return Shown(version, sequence, status)


AS_SHOWN = "as_shown"


def stamp_of(*things: object) -> str:
    """A short text of what a page shows: rows, lists of them, or values. Keyed: it
    tells nobody what stands there. Rows are compared by what they say, not by their
    ids, and in any order."""
    content = json.dumps([_facts_of(thing) for thing in things], cls=DjangoJSONEncoder)
    digest = salted_hmac(AS_SHOWN, content, algorithm="sha256").hexdigest()
    return str(digest[:32])


def _facts_of(thing: object) -> object:
    if isinstance(thing, Model):
        fields = [f for f in thing._meta.concrete_fields if not f.primary_key]
        return {field.attname: getattr(thing, field.attname) for field in fields}
    if isinstance(thing, list | tuple):
        facts = [_facts_of(one) for one in thing]
        return sorted(facts, key=lambda one: json.dumps(one, cls=DjangoJSONEncoder))
    return thing


@dataclass(frozen=True)
class AsShown:
    """The stamp of what a form showed."""

    stamp: str

    def check(self, *things: object) -> None:
        """Raises StaleVersion if the rows have changed since. To be asked under
        the lock of the writer."""
        if self.stamp != stamp_of(*things):
            raise StaleVersion


def as_shown_in(data: Mapping[str, str]) -> AsShown | None:
    """None for a form that says nothing of it."""
    stamp = data.get(AS_SHOWN)
    return None if stamp is None else AsShown(stamp)


def _number(text: str | None) -> int | None:
    """-1, which nothing ever is, for what is no number."""
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _kind(status: str) -> str:
    return Status.CONFIRMED if status in STANDING else status
