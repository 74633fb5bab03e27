"""Which messages an appointment wants: a pure function of what is true of it.

| status | messages |
|---|---|
| requested | `requested` at once |
| confirmed | `confirmed`, or `changed` when something else was told before, at once; |
| | `reminder_day` on the day before at the same local hour; |
| | `reminder_soon` 15 minutes before |
| arrived, in_progress | the news only: who is there needs no reminder |
| cancelled by the customer, declined | `cancelled` at once |
| cancelled by the store | `cancelled` once it can no longer be undone |
| done, missed | none |

The moment counted from is the one at which the present facts became true
(`told_at`), not the clock's: planning late, twice or again gives the same answer.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from enum import StrEnum

from booking.models import EventKind
from booking.services.cancelling import UNDO_TIME
from booking.states import CANCELLED, LIVE, Status
from notifications.models import Delivery

SOON = dt.timedelta(minutes=15)
NEWS_LASTS = dt.timedelta(hours=1)
CUSTOMER = "customer"


class Kind(StrEnum):
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    REMINDER_DAY = "reminder_day"
    REMINDER_SOON = "reminder_soon"


NEWS = frozenset({Kind.REQUESTED, Kind.CONFIRMED, Kind.CHANGED, Kind.CANCELLED})

FIRST_NEWS = frozenset({EventKind.BOOKED, EventKind.CONFIRMED, EventKind.REOPENED})
"""After these the customer reads "it is booked", after others "it has changed"."""


@dataclass(frozen=True)
class Facts:
    """What a message depends on. `change` is the event that began the present
    `sequence`, `told_at` its time. `is_known`: the customer was last told just this,
    because what came in between was taken back before they read of it."""

    status: Status
    sequence: int
    change: EventKind
    told_at: dt.datetime
    starts_at: dt.datetime
    ends_at: dt.datetime
    zone: zoneinfo.ZoneInfo
    has_email: bool
    is_known: bool = False


@dataclass(frozen=True)
class Wanted:
    """One message; unique by kind, channel and recipient within a sequence."""

    kind: Kind
    channel: Delivery.Channel
    recipient: str
    due_at: dt.datetime
    useless_after: dt.datetime

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.kind, self.channel, self.recipient)


def wanted_messages(facts: Facts) -> frozenset[Wanted]:
    """Every message of the present sequence, sent ones included."""
    return frozenset(
        Wanted(kind, channel, CUSTOMER, due_at, useless_after)
        for kind, due_at, useless_after in (*_news(facts), *_reminders(facts))
        if due_at < useless_after
        for channel in _channels(facts)
    )


def _channels(facts: Facts) -> list[Delivery.Channel]:
    """Where a person with these addresses is written to. Text messages join here."""
    return [Delivery.Channel.EMAIL] if facts.has_email else []


def _news(facts: Facts) -> list[tuple[Kind, dt.datetime, dt.datetime]]:
    if facts.is_known:
        return []
    if facts.status in CANCELLED:
        by_store = facts.status == Status.CANCELLED_BY_STORE
        due_at = facts.told_at + (UNDO_TIME if by_store else dt.timedelta(0))
        last = max(facts.ends_at, due_at + NEWS_LASTS)
        return [(Kind.CANCELLED, due_at, last)]
    if facts.status == Status.REQUESTED:
        return [(Kind.REQUESTED, facts.told_at, facts.ends_at)]
    if facts.status in LIVE:
        kind = Kind.CONFIRMED if facts.change in FIRST_NEWS else Kind.CHANGED
        return [(kind, facts.told_at, facts.ends_at)]
    return []


def _reminders(facts: Facts) -> list[tuple[Kind, dt.datetime, dt.datetime]]:
    """Only those whose time had not passed when the facts became true. The first is
    useless once the second takes its place, which is useless from the start on."""
    if facts.status != Status.CONFIRMED:
        return []
    soon = facts.starts_at - SOON
    found = [
        (Kind.REMINDER_DAY, _day_before(facts), soon),
        (Kind.REMINDER_SOON, soon, facts.starts_at),
    ]
    return [reminder for reminder in found if reminder[1] > facts.told_at]


def _day_before(facts: Facts) -> dt.datetime:
    """The same hour on the wall one date earlier, which is 23, 24 or 25 hours before
    where the clocks change. An hour that the day before skips becomes the next that
    exists; of an hour that it has twice, the first."""
    local = facts.starts_at.astimezone(facts.zone).replace(fold=0)
    return (local - dt.timedelta(days=1)).astimezone(dt.UTC)
