"""The states of the two sides of the door. Pure: rows and a clock in, a state out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from booking.stages import NOBODY_AFTER
from booking.states import Status
from video.admission import (
    is_admitted,
    is_connected,
    is_early,
    is_here,
    is_open,
)
from video.models import Participant, Room


class Waiting(StrEnum):
    """The customer's state in front of the door."""

    EARLY = "early"
    DOOR = "door"
    WAITING = "waiting"
    HELD = "held"
    REFUSED = "refused"
    LATE = "late"
    ABSENT = "absent"
    ADMITTED = "admitted"
    OVER = "over"


def waiting_state(
    room: Room,
    participant: Participant | None,
    *,
    adviser_here: bool,
    now: dt.datetime,
) -> Waiting:
    """Of the customer or of a guest. `adviser_here`: somebody of the staff is
    connected to the room."""
    if is_early(room, now):
        return Waiting.EARLY
    if not is_open(room, now):
        return Waiting.OVER
    if participant is None or participant.waiting_since is None:
        return Waiting.DOOR
    answer = _answered(room, participant)
    if answer is not None:
        return answer
    return Waiting.WAITING if adviser_here else _without_adviser(room, now)


def _answered(room: Room, participant: Participant) -> Waiting | None:
    """The answer that the other side of the door has given already."""
    if participant.refused_at is not None:
        return Waiting.REFUSED
    if is_admitted(participant):
        return Waiting.ADMITTED
    if participant.role == Participant.Role.CUSTOMER and room.hold_message:
        return Waiting.HELD
    return None


def _without_adviser(room: Room, now: dt.datetime) -> Waiting:
    appointment = room.appointment
    if now >= appointment.expected_at + NOBODY_AFTER:
        return Waiting.ABSENT
    return Waiting.LATE if appointment.delay_minutes else Waiting.WAITING


class AtDoor(StrEnum):
    """The adviser's view of the customer."""

    NOT_YET = "not_yet"
    WAITING = "waiting"
    GONE = "gone"
    COMING = "coming"
    LET_IN = "let_in"
    INSIDE = "inside"
    LEFT = "left"
    AWAY = "away"
    REFUSED = "refused"


@dataclass(frozen=True)
class Door:
    """`minutes` they have waited; meaningful while they wait."""

    state: AtDoor
    minutes: int = 0

    @property
    def can_admit(self) -> bool:
        return self.state in (AtDoor.WAITING, AtDoor.GONE, AtDoor.REFUSED)

    @property
    def can_refuse(self) -> bool:
        return self.state in (AtDoor.WAITING, AtDoor.GONE)

    @property
    def presence(self) -> str:
        """As `_presence.html` and people.js name where somebody is who was let in."""
        return "gone" if self.state == AtDoor.AWAY else self.state.value


def door_of(
    customer: Participant | None, now: dt.datetime, *, before: str = ""
) -> Door:
    """`before` is what became of an earlier stay: `left` on their own will, `gone` by
    whatever else. Who never came in has not left either."""
    if customer is None or customer.waiting_since is None:
        return Door(AtDoor.NOT_YET)
    if customer.refused_at is not None:
        return Door(AtDoor.REFUSED)
    if is_connected(customer):
        return Door(AtDoor.INSIDE)
    if is_admitted(customer):
        is_coming = bool(customer.session) or is_here(customer, now)
        if customer.left_at is None and is_coming:
            return Door(AtDoor.COMING)
        return Door(_absent(customer, before))
    minutes = max(0, int((now - customer.waiting_since).total_seconds() // 60))
    return Door(AtDoor.WAITING if is_here(customer, now) else AtDoor.GONE, minutes)


def _absent(customer: Participant, before: str) -> AtDoor:
    if before == "gone":
        return AtDoor.AWAY
    was_inside = before == "left" or customer.connected_at is not None
    return AtDoor.LEFT if was_inside else AtDoor.LET_IN


@dataclass(frozen=True)
class GuestAtDoor:
    """A guest, and where they stand."""

    participant: Participant
    door: Door


def guests_at_door(
    guests: Iterable[Participant], now: dt.datetime
) -> list[GuestAtDoor]:
    return [GuestAtDoor(guest, door_of(guest, now)) for guest in guests]


def is_over(room: Room) -> bool:
    """The two have met and it is done: the page says so instead of leading back."""
    return room.appointment.status == Status.DONE
