"""Absences: time in which somebody offers nothing, whatever their hours say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from booking.errors import AbsenceEmpty
from booking.models import Appointment, Hold
from booking.rota.changes import Change, carry_out
from booking.rota.conflicts import Decision
from stores.calendar.periods import Period
from stores.models import Absence, Agenda, User


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
    if not now - AbsenceEmpty.longest < starts_at < ends_at:
        raise AbsenceEmpty
    if starts_at > now + AbsenceEmpty.furthest:
        raise AbsenceEmpty
    if ends_at - starts_at > AbsenceEmpty.longest:
        raise AbsenceEmpty
    away = Period(starts_at, ends_at)

    def closes(appointment: Appointment | Hold) -> bool:
        return away.overlaps(Period(appointment.starts_at, appointment.ends_at))

    def write() -> Absence:
        return Absence.objects.create(
            brand_id=agenda.brand_id,
            agenda=agenda,
            starts_at=starts_at,
            ends_at=ends_at,
            reason=Absence.Reason(reason),
            created_by=user,
        )

    change = Change(agenda.brand, frozenset({agenda.pk}), away, closes, takes_away=True)
    return carry_out(change, write, decisions=decisions, user=user, now=now)


def remove_absence(*, absence: Absence, user: User, now: dt.datetime) -> None:
    """The hours count again. Removing one that is gone changes nothing."""
    rows = Absence.objects.for_brand(absence.brand).filter(pk=absence.pk)
    change = Change(absence.brand, frozenset({absence.agenda_id}))
    carry_out(change, rows.delete, decisions=(), user=user, now=now)
