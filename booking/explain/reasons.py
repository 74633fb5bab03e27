"""Reasons against a start, and the page where each is changed. Pure.

Two visits that only the buffer between them keeps apart are explained as that.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from booking.errors import SlotNotOffered, SlotTaken
from booking.models import Appointment, Occupancy
from stores.models import (
    Absence,
    Closure,
    Competence,
    DayOverride,
    Offer,
    Posting,
    StaffMember,
    Store,
    Topic,
)

MINUTE = dt.timedelta(minutes=1)


class Why(StrEnum):
    """In the order in which they decide."""

    NOT_OFFERED = "not_offered"
    PAST = "past"
    NOTICE = "notice"
    HORIZON = "horizon"
    OFF_GRID = "off_grid"
    NOBODY = "nobody"
    CLOSED = "closed"
    NO_POSTING = "no_posting"
    NO_COMPETENCE = "no_competence"
    DAY_OVERRIDE = "day_override"
    NO_HOURS = "no_hours"
    ABSENT = "absent"
    KEPT = "kept"
    BOOKED = "booked"
    BUFFER = "buffer"
    HELD = "held"
    CEILING = "ceiling"
    RESOURCE = "resource"


TAKEN = frozenset({Why.BOOKED, Why.BUFFER, Why.HELD, Why.CEILING, Why.RESOURCE})
"""Offered, but somebody was faster; everything else is not offered at all."""

OFFER_FIGURES = {
    Why.NOTICE: "id_minimum_notice",
    Why.HORIZON: "id_horizon",
    Why.OFF_GRID: "id_step",
    Why.CEILING: "id_daily_ceiling",
}
"""Ids, on the page of an offer, of the figures that said no."""

Fact = (
    Closure
    | Posting
    | Competence
    | DayOverride
    | Absence
    | Occupancy
    | Offer
    | Topic
    | None
)


@dataclass(frozen=True)
class PlaceToChange:
    """The page that changes the row: the name of an address and its arguments."""

    name: str
    args: tuple[object, ...] = ()
    anchor: str = ""


@dataclass(frozen=True)
class Reason:
    """One reason against the start; `fact` is the row that says so."""

    why: Why
    fact: Fact = None
    staff_member: StaffMember | None = None
    agenda_id: int | None = None
    day: dt.date | None = None
    buffer: BufferRule | None = None

    @property
    def code(self) -> str:
        return SlotTaken.code if self.why in TAKEN else SlotNotOffered.code

    @property
    def target(self) -> PlaceToChange | None:
        fact, agenda = self.fact, self.agenda_id
        if isinstance(fact, Closure):
            return PlaceToChange("booking:closures", anchor=f"closure-{fact.pk}")
        if isinstance(fact, Absence):
            return PlaceToChange("booking:absences", anchor=f"absence-{fact.pk}")
        if isinstance(fact, Occupancy):
            appointment = fact.appointment_id
            return (
                PlaceToChange("booking:staff_appointment", (appointment,))
                if appointment
                else None
            )
        if isinstance(fact, Offer):
            figure = OFFER_FIGURES.get(self.why, "")
            return PlaceToChange(
                "booking:edit_offer", (fact.topic_id, fact.channel), figure
            )
        if isinstance(fact, Topic):
            return PlaceToChange("booking:brand_topic", (fact.pk,), "id_kept_starts")
        return {
            Why.NOT_OFFERED: PlaceToChange("booking:offers"),
            Why.NOBODY: PlaceToChange("booking:team"),
            Why.NO_COMPETENCE: PlaceToChange("booking:competences", (agenda,)),
            Why.DAY_OVERRIDE: PlaceToChange("booking:edit_day", (agenda, self.day)),
            Why.NO_HOURS: PlaceToChange("booking:edit_hours", (agenda,)),
            Why.NO_POSTING: PlaceToChange("booking:postings", (agenda,)),
        }.get(self.why)

    def rule_target(self, store: Store) -> PlaceToChange | None:
        """The page that changes the buffer; None for a rule of another store."""
        rule = self.buffer
        if rule is None or (rule.its_own and rule.visit.store_id != store.pk):
            return None
        offer = rule.offer
        args = (offer.topic_id, offer.channel)
        return PlaceToChange("booking:edit_offer", args, rule.figure)


@dataclass(frozen=True)
class AdviserReasons:
    staff_member: StaffMember
    reasons: tuple[Reason, ...]

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Sorts those first who could almost be booked."""
        closed = any(reason.why not in TAKEN for reason in self.reasons)
        return (closed, len(self.reasons), self.staff_member.pk)


@dataclass(frozen=True)
class Explanation:
    """`general` reasons hold for everybody; `advisers` says of each why not."""

    starts_at: dt.datetime
    store: Store
    offer: Offer | None
    general: tuple[Reason, ...]
    advisers: tuple[AdviserReasons, ...] = ()

    @property
    def is_bookable(self) -> bool:
        return not self.reasons

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """Empty when somebody can be booked; the first one's code is what holding the
        start is refused with."""
        free = any(not answer.reasons for answer in self.advisers)
        if free and not self.general:
            return ()
        each = [reason for answer in self.advisers for reason in answer.reasons]
        return (*self.general, *each)

    @property
    def code(self) -> str:
        return self.reasons[0].code if self.reasons else ""


@dataclass(frozen=True)
class BufferRule:
    """The minutes in question. They are the rule of `visit`'s offer, or, where that is
    not `its_own`, of the offer that is asked for."""

    minutes: int
    visit: Appointment
    asked: Offer
    comes_after: bool
    its_own: bool

    @property
    def offer(self) -> Offer:
        return self.visit.offer if self.its_own else self.asked

    @property
    def topic(self) -> Topic:
        return self.visit.topic if self.its_own else self.asked.topic

    @property
    def figure(self) -> str:
        """The field on the page of the offer."""
        after = self.comes_after == self.its_own
        return "id_buffer_after" if after else "id_buffer_before"


def buffer_between(
    asked: Offer, starts_at: dt.datetime, taken: Occupancy
) -> BufferRule | None:
    """None where the visits themselves meet, or no buffer is asked. Whose rule: the
    visit's where it alone reaches the start, else the asked offer's if it has one."""
    appointment = taken.appointment
    if appointment is None:
        return None
    ends_at = starts_at + asked.duration * MINUTE
    if appointment.ends_at <= starts_at:
        comes_after, gap = True, starts_at - appointment.ends_at
        theirs, ours = taken.ends_at - appointment.ends_at, asked.buffer_before
    elif ends_at <= appointment.starts_at:
        comes_after, gap = False, appointment.starts_at - ends_at
        theirs, ours = appointment.starts_at - taken.starts_at, asked.buffer_after
    else:
        return None
    its_own = theirs > gap or not ours
    minutes = theirs // MINUTE if its_own else ours
    return (
        BufferRule(minutes, appointment, asked, comes_after, its_own)
        if minutes > 0
        else None
    )
