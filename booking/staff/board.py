"""The day of a store as its staff see it: who waits, who is served, who comes next,
whom to call back. Pure: rows in, lanes out."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from booking.instants import window_of
from booking.models import Appointment, Promise
from booking.models.promise import last_moment
from booking.queries import AgendaHours, agenda_id
from booking.spoken.showing import Spoken
from booking.stages import is_away
from booking.states import MISSED, Status
from stores.calendar.periods import Period
from stores.models import Channel, StaffMember, Store

SOON = dt.timedelta(minutes=5)
LONG_WAIT = 5
TOO_LONG_WAIT = 10
TRIES = 3

Lane = Literal["asked", "owed", "waiting", "current", "upcoming", "to_call", "missed"]


def local_days(store: Store, window: Period) -> list[dt.date]:
    """The local days that the window touches, in order."""
    first = window.start.astimezone(store.zone).date()
    last = window.end.astimezone(store.zone).date()
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


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


def by_promise(cards: Iterable[Card]) -> tuple[Card, ...]:
    """Calls that we owe first, then by the hour that was promised."""
    return tuple(
        sorted(cards, key=lambda c: (not c.call, c.promised_at, c.visit.starts_at))
    )


def _what_one_does_first(card: Card) -> tuple[bool, int, dt.datetime]:
    """One's own before a colleague's, who is served before who is here or late."""
    order = {Status.IN_PROGRESS: 0, Status.ARRIVED: 1}
    rank = order.get(Status(card.visit.status), 2)
    return (card.other is not None, rank, card.visit.starts_at)


def _what_is_answered_first(card: Card) -> tuple[bool, dt.datetime]:
    """Sorts overdue answers first, then those due first."""
    due = card.answer.due_at if card.answer else card.ends_at
    return (not card.is_overdue, due)
