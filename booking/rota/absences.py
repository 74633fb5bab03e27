"""Absences: time in which somebody offers nothing, whatever their hours say."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from booking.errors import AbsenceEmpty
from booking.models import Appointment, Hold
from booking.rota.changes import Change, carry_out
from booking.rota.conflicts import Decision
from stores.calendar.periods import Period
from stores.models import Absence, Agenda, Brand, User


@dataclass(frozen=True, kw_only=True)
class NewAbsence:
    """One to be written: whose, from when until when (aware UTC), and why."""

    agenda: Agenda
    starts_at: dt.datetime
    ends_at: dt.datetime
    reason: Absence.Reason | str

    @property
    def away(self) -> Period:
        return Period(self.starts_at, self.ends_at)

    def check(self, now: dt.datetime) -> None:
        """Raises AbsenceEmpty."""
        if not now - AbsenceEmpty.longest < self.starts_at < self.ends_at:
            raise AbsenceEmpty
        if self.starts_at > now + AbsenceEmpty.furthest:
            raise AbsenceEmpty
        if self.ends_at - self.starts_at > AbsenceEmpty.longest:
            raise AbsenceEmpty


def add_absence(
    *,
    agenda: Agenda,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    reason: Absence.Reason | str,
    user: User,
    now: dt.datetime,
    decisions: Sequence[Decision] = (),
) -> Absence:
    """Closes an agenda for a while. Raises AbsenceEmpty, and AppointmentsAffected
    unless each visit that lies under it has a decision; then it writes nothing."""
    one = NewAbsence(agenda=agenda, starts_at=starts_at, ends_at=ends_at, reason=reason)
    (made,) = add_absences(
        brand=agenda.brand, absences=[one], user=user, now=now, decisions=decisions
    )
    return made


def add_absences(
    *,
    brand: Brand,
    absences: Sequence[NewAbsence],
    user: User,
    now: dt.datetime,
    decisions: Sequence[Decision] = (),
) -> list[Absence]:
    """Those of several people, all of them or none; at most two hundred agendas are
    locked. Raises as `add_absence`."""
    away: dict[int | None, list[Period]] = defaultdict(list)
    for one in absences:
        one.check(now)
        away[one.agenda.staff_member_id].append(one.away)

    def closes(subject: Appointment | Hold) -> bool:
        taken = Period(subject.starts_at, subject.ends_at)
        return any(one.overlaps(taken) for one in away[subject.staff_member_id])

    def write() -> list[Absence]:
        return Absence.objects.bulk_create(
            Absence(
                brand=brand,
                agenda=one.agenda,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                reason=Absence.Reason(one.reason),
                created_by=user if user.pk else None,
            )
            for one in absences
        )

    whole = Period(
        min(one.starts_at for one in absences), max(one.ends_at for one in absences)
    )
    agendas = frozenset(one.agenda.pk for one in absences)
    change = Change(brand, agendas, whole, closes, takes_away=True)
    return carry_out(change, write, decisions=decisions, user=user, now=now)


def remove_absence(*, absence: Absence, user: User, now: dt.datetime) -> None:
    """The hours count again. Removing one that is gone changes nothing."""
    rows = Absence.objects.for_brand(absence.brand).filter(pk=absence.pk)
    change = Change(absence.brand, frozenset({absence.agenda_id}))
    carry_out(change, rows.delete, decisions=(), user=user, now=now)
