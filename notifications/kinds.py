"""The kinds of messages to customers, and what sets of them have in common."""

from __future__ import annotations

from enum import StrEnum

from notifications.models import StaffKind


class Kind(StrEnum):
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    REMINDER_DAY = "reminder_day"
    REMINDER_SOON = "reminder_soon"
    DELAYED = "delayed"
    TURN_NEAR = "turn_near"
    CALL_TRIED = "call_tried"
    CALL_LAST = "call_last"
    MISSED = "missed"
    AFTER = "after"
    DECLINED = "declined"
    NOBODY_CAME = "nobody_came"
    ANSWERED = "answered"
    FREED = "freed"
    SUMMARY = "summary"
    RECOVERY = "recovery"
    OPENED = "opened"
    LINK = "link"
    """Asked for by who lost it: no fact of the appointment wants it."""


CALLED_OFF = frozenset({Kind.CANCELLED, Kind.DECLINED})
NEWS = frozenset({Kind.REQUESTED, Kind.CONFIRMED, Kind.CHANGED}) | CALLED_OFF

OPTIONAL = frozenset(
    {Kind.REMINDER_DAY, Kind.REMINDER_SOON, Kind.MISSED, Kind.CALL_LAST, Kind.AFTER}
)
"""Mails that a customer may unsubscribe from."""

AT_ONCE = frozenset(
    {
        Kind.REMINDER_SOON, Kind.DELAYED, Kind.TURN_NEAR, Kind.CALL_TRIED,
        Kind.NOBODY_CAME, Kind.FREED, Kind.OPENED,
    }
)  # fmt: skip
ON_THE_DAY = frozenset({Kind.CHANGED, Kind.MISSED, Kind.CALL_LAST}) | CALLED_OFF


def kind_of(name: str) -> Kind | StaffKind:
    """The kind of a delivery, whose own `kind` may carry a number."""
    kind = name.partition("-")[0]
    return StaffKind(kind) if kind in set(StaffKind) else Kind(kind)
