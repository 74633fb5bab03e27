"""A visit as it stands on the board: its lane, and what the clock says of it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from booking.models import Appointment, Promise
from booking.models.promise import last_moment
from booking.spoken.showing import Spoken
from booking.stages import is_away
from booking.states import MISSED, Status
from stores.models import Channel, StaffMember

SOON = dt.timedelta(minutes=5)
LONG_WAIT = 5
TOO_LONG_WAIT = 10
TRIES = 3

Lane = Literal["asked", "owed", "waiting", "current", "upcoming", "to_call", "missed"]


@dataclass(frozen=True)
class Card:
    """One visit on the board, with what the clock says of it."""

    visit: Appointment
    lane: Lane
    minutes: int
    """Waited since it was asked for or since arrival, or late since the promised hour;
    0 when neither."""
    promised_at: dt.datetime
    tries: int = 0
    other: StaffMember | None = None
    """The visit's adviser, if that is not the person who looks."""
    answer: Promise | None = None
    """The answer that the store owes to the person who asked."""
    call: Promise | None = None
    """The call within minutes that it owes to who was left alone."""
    is_away: bool = False
    """They said that they are here, and their waiting page is not open."""
    spoken: Spoken | None = None
    """The two words of a call, where the page shows them; the board does not."""

    @property
    def waits_long(self) -> bool:
        return self.lane == "waiting" and self._waits_for(LONG_WAIT)

    @property
    def waits_too_long(self) -> bool:
        return self.lane == "waiting" and self._waits_for(TOO_LONG_WAIT)

    def _waits_for(self, minutes: int) -> bool:
        return self.minutes >= minutes and not self.is_away

    @property
    def hours(self) -> int:
        return self.minutes // 60

    @property
    def days(self) -> int:
        return self.hours // 24

    @property
    def is_overdue(self) -> bool:
        return self.answer is not None and self.answer.broken_at is not None

    @property
    def is_call_late(self) -> bool:
        return self.call is not None and self.call.broken_at is not None

    @property
    def ends_at(self) -> dt.datetime:
        """The instant at which an unanswered request ends by itself."""
        since = self.answer.told_at if self.answer else self.visit.created_at
        return last_moment(since, self.visit.starts_at)

    @property
    def next_try(self) -> int:
        return min(self.tries + 1, TRIES)

    @property
    def key(self) -> tuple[object, ...]:
        """All that its row shows, so that an unchanged board is known as such."""
        row = self.visit
        late = (self.is_overdue, self.is_call_late)
        seen = row.seen_at if self.is_away else None
        known = (self.lane, row.pk, row.version, self.minutes, self.tries)
        return (*known, late, self.is_away, seen)


LANES: dict[Status, Lane] = {Status.REQUESTED: "asked", Status.IN_PROGRESS: "current"}


def lane_of(appointment: Appointment, now: dt.datetime) -> Lane:
    """Each visit stands in exactly one lane."""
    if appointment.status in MISSED:
        return "missed"
    settled = LANES.get(Status(appointment.status))
    if settled:
        return settled
    if appointment.channel == Channel.CALLBACK:
        return "to_call"
    if appointment.status == Status.ARRIVED:
        return "waiting"
    if appointment.status == Status.CONFIRMED and appointment.starts_at - SOON <= now:
        return "current"
    return "upcoming"


def card_of(
    appointment: Appointment, now: dt.datetime, viewer: StaffMember | None = None
) -> Card:
    lane = lane_of(appointment, now)
    next_try: dt.datetime | None = getattr(appointment, "next_try_at", None)
    promised_at = next_try or appointment.starts_at
    since = appointment.arrived_at if lane == "waiting" else promised_at
    # Read with the visits: `services.answers.asked_of_store`.
    promised = appointment.promises.all() if lane in ("asked", "to_call") else ()
    answer = next(iter(promised), None) if lane == "asked" else None
    call = next((one for one in promised if one.is_owed(appointment)), None)
    if lane == "asked":
        since = answer.told_at if answer else appointment.created_at
    return Card(
        visit=appointment,
        lane="owed" if call else lane,
        minutes=_minutes(since or appointment.starts_at, now),
        promised_at=promised_at,
        tries=getattr(appointment, "tries", 0),
        other=None if appointment.staff_member == viewer else appointment.staff_member,
        answer=answer,
        call=call,
        is_away=is_away(appointment, now),
    )


def _minutes(since: dt.datetime, now: dt.datetime) -> int:
    return max(0, int((now - since).total_seconds() // 60))


def by_promise(cards: Iterable[Card]) -> tuple[Card, ...]:
    """Calls that we owe first, then by the hour that was promised."""
    return tuple(
        sorted(cards, key=lambda c: (not c.call, c.promised_at, c.visit.starts_at))
    )
