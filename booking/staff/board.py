"""The day of a store as its staff see it: who waits, who is served, who comes next,
whom to call back. Pure: rows in, lanes out."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from booking.instants import window_of
from booking.models import Appointment
from booking.queries import AgendaHours, agenda_id
from booking.staff.cards import SOON, Card, Lane, by_promise, card_of
from booking.states import Status
from stores.calendar.periods import Period
from stores.models import StaffMember, Store


def local_days(store: Store, window: Period) -> list[dt.date]:
    """The local days that the window touches, in order."""
    first = window.start.astimezone(store.zone).date()
    last = window.end.astimezone(store.zone).date()
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


@dataclass(frozen=True)
class Colleague:
    """The present work of a member of the team; `until` if that is known."""

    staff_member: StaffMember
    state: Literal["busy", "away", "off", "open"]
    until: dt.datetime | None = None
    channel: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        return (self.staff_member.pk, self.state, self.until)


def colleague_of(
    member: StaffMember,
    hours: AgendaHours,
    appointments: Iterable[Appointment],
    now: dt.datetime,
    until: dt.datetime,
) -> Colleague:
    """`until` is the end of what was looked at: hours that reach it may go on."""
    for appointment in appointments:
        if (
            appointment.staff_member_id == member.pk
            and appointment.status == Status.IN_PROGRESS
        ):
            return Colleague(member, "busy", appointment.ends_at, appointment.channel)
    for absence in hours.away:
        if absence.starts_at <= now < absence.ends_at:
            return Colleague(member, "away", absence.ends_at)
    for period in hours.opened:
        if period.start <= now < period.end:
            sees_end = period.end < until
            return Colleague(member, "open", period.end if sees_end else None)
    later = [p.start for p in hours.opened if p.start > now]
    return Colleague(member, "off", min(later, default=None))


@dataclass(frozen=True)
class Board:
    store: Store
    now: dt.datetime
    asked: tuple[Card, ...]
    owed: tuple[Card, ...]
    waiting: tuple[Card, ...]
    current: tuple[Card, ...]
    upcoming: tuple[Card, ...]
    to_call: tuple[Card, ...]
    missed: tuple[Card, ...]
    team: tuple[Colleague, ...]

    @property
    def here(self) -> int:
        """Counts the customers who have arrived, are still there and not served yet."""
        return sum(
            card.visit.status == Status.ARRIVED and not card.is_away
            for card in (*self.waiting, *self.current)
        )

    @property
    def waiting_here(self) -> int:
        return sum(not card.is_away for card in self.waiting)

    def etag(self, *seen_as: object) -> str:
        """Changes when anything shown does, the minute of the clock included."""
        lanes = (
            self.asked, self.owed, self.waiting, self.current, self.upcoming,
            self.to_call, self.missed,
        )  # fmt: skip
        shown = [card.key for lane in lanes for card in lane]
        team = [colleague.key for colleague in self.team]
        minute = int(self.now.timestamp() // 60)
        parts = repr((self.store.pk, minute, shown, team, seen_as))
        return hashlib.sha256(parts.encode()).hexdigest()[:32]


def board_of(
    *,
    store: Store,
    now: dt.datetime,
    appointments: Sequence[Appointment],
    team: Sequence[StaffMember],
    hours: Mapping[int, AgendaHours],
    viewer: StaffMember | None,
    only_mine: bool,
) -> Board:
    """Sorts the day into lanes. `only_mine` narrows all but those who wait, here, for
    an answer or for a call within minutes: anybody who is free takes them."""
    cards = _greeted(
        [card_of(appointment, now, viewer) for appointment in appointments], now
    )

    def lane(name: Lane) -> list[Card]:
        mine_only = only_mine and name not in ("asked", "owed", "waiting")
        return [c for c in cards if c.lane == name and not (mine_only and c.other)]

    nobody = AgendaHours((), ())
    until = window_of(store, now).end
    return Board(
        store=store,
        now=now,
        asked=tuple(sorted(lane("asked"), key=_what_is_answered_first)),
        owed=by_promise(lane("owed")),
        waiting=tuple(sorted(lane("waiting"), key=lambda c: -c.minutes)),
        current=tuple(sorted(lane("current"), key=_what_one_does_first)),
        upcoming=tuple(lane("upcoming")),
        to_call=by_promise(lane("to_call")),
        missed=tuple(lane("missed")),
        team=tuple(
            colleague_of(
                member, hours.get(agenda_id(member), nobody), appointments, now, until
            )
            for member in team
            if member != viewer
        ),
    )


def _greeted(cards: Sequence[Card], now: dt.datetime) -> list[Card]:
    """One's own customer who is here at the promised hour is what one does now, unless
    somebody is being served; everybody else goes on waiting."""
    mine = [card for card in cards if not card.other]
    if any(card.visit.status == Status.IN_PROGRESS for card in mine):
        return list(cards)
    due = [c for c in mine if c.lane == "waiting" and c.visit.starts_at - SOON <= now]
    first = min(due, key=lambda card: card.visit.starts_at, default=None)
    return [replace(c, lane="current") if c is first else c for c in cards]


def _what_one_does_first(card: Card) -> tuple[bool, int, dt.datetime]:
    """One's own before a colleague's, who is served before who is here or late."""
    order = {Status.IN_PROGRESS: 0, Status.ARRIVED: 1}
    rank = order.get(Status(card.visit.status), 2)
    return (card.other is not None, rank, card.visit.starts_at)


def _what_is_answered_first(card: Card) -> tuple[bool, dt.datetime]:
    """Sorts overdue answers first, then those due first."""
    due = card.answer.due_at if card.answer else card.ends_at
    return (not card.is_overdue, due)
