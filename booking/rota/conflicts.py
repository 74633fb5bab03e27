"""Appointments affected by a change of hours, with alternatives for each.

Pure but for `ReOffers`, which reads masks: a constant number of queries for each
(store, topic, channel), however many visits lie there.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from booking.availability import bits
from booking.availability.buffers import taken_by
from booking.availability.occupied import agendas_of_visit
from booking.availability.query import StartQuery
from booking.availability.resources import ResourceTime
from booking.availability.starts import StartMasks, masks_for
from booking.errors import BookingError
from booking.instants import read_instant
from booking.models import Appointment
from booking.shown import Shown
from booking.starts import Start
from booking.states import UPCOMING
from stores.access import offers_for_store
from stores.calendar.periods import Period
from stores.models import Channel, Offer, Store

LOOK_AROUND = dt.timedelta(days=7)
WITH = "@"
"""Stands in a code between where a visit goes and who takes it."""


class DecisionKind(StrEnum):
    KEEP = "keep"
    REASSIGN = "reassign"
    MOVE = "move"
    CHANGE_CHANNEL = "change_channel"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Decision:
    """The decision about one visit. `reassign` names a staff member, `move` a start
    (UTC), `change_channel` a channel, both perhaps a staff member, too; `keep` lets the
    visit stand outside hours."""

    appointment_id: uuid.UUID
    kind: DecisionKind
    staff_id: int | None = None
    starts_at: dt.datetime | None = None
    channel: str = ""
    shown: Shown | None = None
    """The state in which the page showed the visit that it asked about."""

    def __post_init__(self) -> None:
        given = {
            DecisionKind.REASSIGN: self.staff_id is not None,
            DecisionKind.MOVE: self.starts_at is not None,
            DecisionKind.CHANGE_CHANNEL: self.channel in Channel.values,
        }
        if not given.get(self.kind, True):
            raise ValueError(f"A decision to {self.kind} says where to.")

    @property
    def code(self) -> str:
        """As a form sends it: `keep`, `reassign:7`, `move:2027-03-28T01:00:00+00:00`,
        `change_channel:callback`, `cancel`. A move and another channel may name who
        takes it: `change_channel:callback@7`."""
        if self.kind == DecisionKind.REASSIGN:
            return f"{self.kind}:{self.staff_id}"
        at = self.starts_at.isoformat() if self.starts_at else ""
        detail = {
            DecisionKind.MOVE: at,
            DecisionKind.CHANGE_CHANNEL: self.channel,
        }.get(self.kind)
        with_whom = "" if self.staff_id is None else f"{WITH}{self.staff_id}"
        return f"{self.kind}:{detail}{with_whom}" if detail else str(self.kind)

    @classmethod
    def from_code(cls, appointment_id: uuid.UUID, code: str) -> Decision:
        """Raises ValueError for a code that our forms never send."""
        kind, _, detail = code.partition(":")
        wanted = DecisionKind(kind)
        if wanted == DecisionKind.REASSIGN:
            return cls(appointment_id, wanted, staff_id=int(detail))
        detail, _, staff = detail.partition(WITH)
        staff_id = int(staff) if staff else None
        if wanted == DecisionKind.MOVE:
            at = read_instant(detail)
            return cls(appointment_id, wanted, staff_id=staff_id, starts_at=at)
        return cls(appointment_id, wanted, staff_id=staff_id, channel=detail)


@dataclass(frozen=True)
class Conflict:
    """One affected visit, in_progress ones too: those can only be kept."""

    appointment: Appointment
    colleagues: tuple[int, ...] = ()
    """Staff ids free at the same time by the same channel."""
    channels: tuple[str, ...] = ()
    """Other channels by which somebody of the store is free at the same time."""
    times: tuple[Start, ...] = ()
    """The nearest other starts by the same channel, the own adviser's included."""
    may_keep: bool = True
    """False where the adviser is gone for good: somebody else must be found."""
    proposal: Decision | None = None
    """Disturbs the customers of all affected visits least; see `proposals`."""

    @property
    def may_change(self) -> bool:
        return self.appointment.status in UPCOMING

    @property
    def decisions(self) -> list[Decision]:
        """Everything that may be decided, the gentlest for the customer first."""
        pk = self.appointment.pk
        keep = Decision(pk, DecisionKind.KEEP)
        if not self.may_change:
            return [keep]
        found = [
            *(
                Decision(pk, DecisionKind.REASSIGN, staff_id=staff_id)
                for staff_id in self.colleagues
            ),
            *(
                Decision(pk, DecisionKind.CHANGE_CHANNEL, channel=channel)
                for channel in self.channels
            ),
            *(
                Decision(pk, DecisionKind.MOVE, starts_at=start.starts_at)
                for start in self.times
            ),
            *([keep] if self.may_keep else []),
            Decision(pk, DecisionKind.CANCEL),
        ]
        if self.proposal is not None and self.proposal not in found:
            return [self.proposal, *found]
        return found


class ReOffers:
    """Finds what visits may be offered; asks each (store, topic, channel) once.

    Read inside the transaction of the change, so that it counts with the new hours.
    Only a suggestion: moving checks again, under the locks.
    """

    def __init__(self, *, now: dt.datetime) -> None:
        self._now = now
        self._offers: dict[int, list[Offer]] = {}
        self._masks: dict[tuple[int, int], StartMasks] = {}

    def conflict(self, appointment: Appointment) -> Conflict:
        if appointment.status not in UPCOMING:
            keep = Decision(appointment.pk, DecisionKind.KEEP)
            return Conflict(appointment, proposal=keep)
        ways = self.ways(appointment)
        found = ways.get(appointment.channel)
        if found is None:
            return Conflict(appointment, channels=_channels(appointment, ways))
        staff = [
            candidate.agenda.staff_member_id
            for candidate in found.candidates_at(appointment.starts_at)
        ]
        own = appointment.staff_member_id
        return Conflict(
            appointment,
            colleagues=tuple(pk for pk in staff if pk is not None and pk != own),
            channels=_channels(appointment, ways),
            times=self._times(appointment, found),
        )

    def ways(self, appointment: Appointment) -> dict[str, StartMasks]:
        """By channel, in order of its code: when somebody of the store is free for the
        customer, as if the visit took nothing. Nobody is called without a number."""
        return {
            channel: self._freed(appointment, offer)
            for channel, offer in sorted(self._offers_of(appointment).items())
            if channel != Channel.CALLBACK
            or appointment.channel == Channel.CALLBACK
            or appointment.customer.phone
        }

    def _offers_of(self, appointment: Appointment) -> dict[str, Offer]:
        if appointment.store_id not in self._offers:
            self._offers[appointment.store_id] = offers_for_store(appointment.store)
        offers = self._offers[appointment.store_id]
        return {o.channel: o for o in offers if o.topic_id == appointment.topic_id}

    def _times(self, appointment: Appointment, found: StartMasks) -> tuple[Start, ...]:
        """On the customers' grid, nearest first, never the old time itself."""
        base, at = found.base, appointment.starts_at
        grid = bits.step_grid(base, found.store.time_zone, found.offer.step)
        around = bits.busy_mask(base, [Period(at - LOOK_AROUND, at + LOOK_AROUND)])
        near = replace(found, window=found.window & grid & around)
        return tuple(near.nearest(at, itself=False))

    def _freed(self, appointment: Appointment, offer: Offer) -> StartMasks:
        """The masks as if the visit took nothing."""
        found = self._masks_of(appointment.store, offer)
        taken = taken_by(appointment, found.base)
        own = appointment.staff_member_id
        times = tuple(
            replace(time, busy=time.busy & ~taken)
            if time.agenda.staff_member_id == own
            else time
            for time in found.times
        )
        resources = self._resources(appointment, found, taken)
        return replace(found, times=times, resources=resources)

    def _resources(
        self, appointment: Appointment, found: StartMasks, taken: int
    ) -> tuple[ResourceTime, ...]:
        """One query more for each visit whose offer needs resources."""
        if not found.resources:
            return ()
        own = agendas_of_visit(appointment)
        return tuple(
            replace(r, free=r.free | taken) if r.agenda.pk in own else r
            for r in found.resources
        )

    def _masks_of(self, store: Store, offer: Offer) -> StartMasks:
        key = (store.pk, offer.pk)
        if key not in self._masks:
            self._masks[key] = masks_for(
                StartQuery(offer=offer, store=store, now=self._now, as_staff=True)
            )
        return self._masks[key]


def _channels(
    appointment: Appointment, ways: Mapping[str, StartMasks]
) -> tuple[str, ...]:
    """Other channels by which somebody is free at the visit's time."""
    return tuple(
        channel
        for channel, found in ways.items()
        if channel != appointment.channel and found.candidates_at(appointment.starts_at)
    )


class AppointmentsAffected(BookingError):
    """Visits lie under this change; each needs a decision first."""

    code = "visits_underneath"

    def __init__(
        self,
        conflicts: Sequence[Conflict],
        refusals: Mapping[uuid.UUID, BookingError] | None = None,
    ) -> None:
        super().__init__()
        self.conflicts = tuple(conflicts)
        """Every visit affected, each with its re-offers, in order of time."""
        self.refusals = dict(refusals or {})
        """By appointment: why its decision could not be carried out."""

    @property
    def visits(self) -> tuple[Appointment, ...]:
        return tuple(conflict.appointment for conflict in self.conflicts)
