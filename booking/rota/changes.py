"""The one way in which open time is changed.

Lock the agendas, ascending → write → raise their versions → see which visits are
affected → carry out one decision for each, or refuse with all of them and their
re-offers. All in one transaction: a refusal leaves everything as it was.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from django.db import transaction
from django.db.models import Q

from booking.availability import bits, occupied, opening
from booking.errors import AgendaBusy, BookingError, SlotNotOffered
from booking.models import Actor, Appointment, EventKind, Hold, Occupancy
from booking.rota.conflicts import (
    AppointmentsAffected,
    Conflict,
    Decision,
    DecisionKind,
    ReOffers,
)
from booking.rota.proposals import proposals
from booking.services import locking
from booking.services.cancelling import cancel_appointment
from booking.services.rescheduling import move_appointment
from booking.states import LIVE
from stores.calendar.periods import Period
from stores.models import Agenda, Brand, StaffMember, Store, User

T = TypeVar("T")


def _nothing(_: Appointment | Hold) -> bool:
    return False


@dataclass(frozen=True)
class Change:
    """The agendas whose time changes, and when (`window`; None: at any time to come).

    `closes` says of a visit or hold that the change is meant for its time, even if no
    hours were open there: an absence is one, a shorter Tuesday is not. `takes_away`
    says that the person is not there: for each visit somebody else is proposed, and
    `for_good` that none may be kept with them.
    """

    brand: Brand
    agendas: frozenset[int]
    window: Period | None = None
    closes: Callable[[Appointment | Hold], bool] = _nothing
    takes_away: bool = False
    for_good: bool = False
    of_stores: bool = False
    """True where the stores themselves are other ones afterwards, by zone or region."""


def carry_out(
    change: Change,
    write: Callable[[], T],
    *,
    decisions: Sequence[Decision],
    user: User,
    now: dt.datetime,
) -> T:
    """Writes the change with its decisions, or raises AppointmentsAffected.

    A visit is affected if the hours no longer cover it but did before, or if the
    change closes its time. Affected holds are given up: what is confirmed must be
    open. Raises AgendaBusy where a decided visit was moved meanwhile.
    """
    decided = {
        decision.appointment_id: decision
        for decision in decisions
        if not (change.for_good and decision.kind == DecisionKind.KEEP)
    }
    with transaction.atomic():
        locked = locking.lock_agendas(_involved(change, decisions))
        _check_locked(decisions, locked)
        try:
            lying = _Affected(change, now)
            written = write()
            locking.raise_versions(change.agendas)
            appointments = lying.underneath()
            if any(appointment.pk not in decided for appointment in appointments):
                raise AppointmentsAffected(_conflicts(change, appointments, now))
            _decide(change, appointments, decided, by=Actor.staff(user), now=now)
        finally:
            # Still locked: nobody else can have read these versions.
            opening.forget(locked)
            occupied.forget(locked)
    return written


class _DryRun(Exception):
    """Rolls back what was only asked."""


def dry_run(change: Callable[[], object]) -> tuple[Conflict, ...]:
    """The visits that a use case would land on; writes nothing, whatever it does.

    `dry_run(lambda: add_absence(…))`. Other refusals are raised as they are.
    """
    try:
        with transaction.atomic():
            change()
            raise _DryRun
    except AppointmentsAffected as refusal:
        return refusal.conflicts
    except _DryRun:
        return ()


def _involved(change: Change, decisions: Sequence[Decision]) -> set[int]:
    """All agendas that the change or its decisions may write, to lock them at once."""
    moved = [d.appointment_id for d in decisions if d.kind != DecisionKind.KEEP]
    if not moved:
        return set(change.agendas)
    appointments = Appointment.objects.for_brand(change.brand).filter(pk__in=moved)
    stores = list(appointments.values_list("store_id", flat=True).distinct())
    pool = Agenda.objects.for_brand(change.brand).filter(
        Q(staff_member__postings__store__in=stores) | Q(resource__store__in=stores)
    )
    return {
        *change.agendas,
        *_agendas_of(decisions),
        *pool.values_list("pk", flat=True),
    }


def _agendas_of(decisions: Sequence[Decision]) -> set[int]:
    moved = [d.appointment_id for d in decisions if d.kind != DecisionKind.KEEP]
    rows = Occupancy.objects.all_brands().filter(appointment__in=moved, active=True)
    return set(rows.values_list("agenda_id", flat=True))


def _check_locked(decisions: Sequence[Decision], locked: Iterable[int]) -> None:
    """Another lock now would be out of order: two writers might wait in a circle."""
    if not _agendas_of(decisions) <= set(locked):
        raise AgendaBusy


class _Affected:
    """The visits and holds on the agendas, and which of them were inside open hours."""

    def __init__(self, change: Change, now: dt.datetime) -> None:
        self._change, self._now = change, now
        self._base = bits.base_of(now)
        self._rows = self._read(now)
        self._inside_before = self._inside()

    def underneath(self) -> list[Appointment]:
        """Asked after the change is written. Gives up the holds that it finds, also
        what is kept to take a cancellation back: nobody would decide for that visit."""
        if self._change.of_stores:
            self._rows = self._read(self._now)
        inside = self._inside()
        landed = [
            row
            for row in self._rows
            if row.pk not in inside
            and (row.pk in self._inside_before or self._change.closes(_subject(row)))
        ]
        locking.delete_holds([row.hold_id for row in landed if row.hold])
        appointments = {
            row.appointment.pk: row.appointment for row in landed if row.appointment
        }
        return sorted(
            appointments.values(),
            key=lambda appointment: (appointment.starts_at, appointment.pk),
        )

    def _read(self, now: dt.datetime) -> list[Occupancy]:
        rows = (
            Occupancy.objects.for_brand(self._change.brand)
            .busy(now)
            .of_agendas(self._change.agendas)
            .filter(Q(appointment__status__in=LIVE) | Q(hold__isnull=False))
            .filter(ends_at__gt=now, agenda__staff_member__isnull=False)
        )
        if self._change.window is not None:
            rows = rows.between(self._change.window.start, self._change.window.end)
        people = ("brand", "store", "topic", "staff_member", "customer", "offer")
        return list(
            rows.select_related(
                "agenda", "hold__store", *(f"appointment__{name}" for name in people)
            )
        )

    def _inside(self) -> set[int]:
        """Occupancies whose visit lies wholly inside open hours, as they stand now."""
        groups: dict[tuple[Store, str], list[Occupancy]] = defaultdict(list)
        for row in self._rows:
            subject = _subject(row)
            groups[subject.store, subject.channel].append(row)
        inside: set[int] = set()
        for (store, channel), rows in groups.items():
            posted = list({opening.PostedAgenda(row.agenda, store) for row in rows})
            masks = opening.uncommitted_masks(posted, channel=channel, base=self._base)
            for row in rows:
                needed = self._bits(_subject(row))
                if masks[row.agenda_id, store.pk] & needed == needed:
                    inside.add(row.pk)
        return inside

    def _bits(self, subject: Appointment | Hold) -> int:
        return bits.busy_mask(self._base, [Period(subject.starts_at, subject.ends_at)])


def _subject(row: Occupancy) -> Appointment | Hold:
    subject = row.appointment or row.hold
    if subject is None:
        raise ValueError("The database lets no occupancy be without an owner.")
    return subject


def _conflicts(
    change: Change, appointments: Sequence[Appointment], now: dt.datetime
) -> list[Conflict]:
    offers = ReOffers(now=now)
    wanted = appointments if change.takes_away else ()
    proposed = proposals(wanted, offers, now=now)
    found = [offers.conflict(appointment) for appointment in appointments]
    return [
        replace(
            one,
            proposal=proposed.get(one.appointment.pk, one.proposal),
            may_keep=not change.for_good,
        )
        for one in found
    ]


class _DecisionsRefused(Exception):
    """Rolls back the decisions that went before the one that was refused."""


def _decide(
    change: Change,
    appointments: Sequence[Appointment],
    decided: dict[uuid.UUID, Decision],
    *,
    by: Actor,
    now: dt.datetime,
) -> None:
    refusals = {}
    try:
        with transaction.atomic():
            for appointment in appointments:
                try:
                    with transaction.atomic():
                        _carry_out_one(
                            appointment, decided[appointment.pk], by=by, now=now
                        )
                except BookingError as refusal:
                    refusals[appointment.pk] = refusal
            if refusals:
                raise _DecisionsRefused
    except _DecisionsRefused:
        ids = [appointment.pk for appointment in appointments]
        rows = Appointment.objects.for_brand(appointments[0].brand).filter(pk__in=ids)
        again = list(rows.with_people().order_by("starts_at", "pk"))
        raise AppointmentsAffected(_conflicts(change, again, now), refusals) from None


def _carry_out_one(
    appointment: Appointment, decision: Decision, *, by: Actor, now: dt.datetime
) -> None:
    locking.lock_as_shown(appointment, decision.shown)
    if decision.kind == DecisionKind.KEEP:
        # Its history says why it stands outside the hours, and who wanted that.
        appointment.record(EventKind.KEPT, by=by, now=now)
        return
    if decision.kind == DecisionKind.CANCEL:
        cancel_appointment(appointment=appointment, by=by, now=now)
        return
    staff_member = None
    if decision.staff_id is not None:
        staff = StaffMember.objects.for_brand(appointment.brand).active()
        staff_member = staff.filter(pk=decision.staff_id).first()
        if staff_member is None:
            raise SlotNotOffered
    move_appointment(
        appointment=appointment,
        starts_at=decision.starts_at,
        staff_member=staff_member,
        channel=decision.channel or None,
        by=by,
        now=now,
    )
