"""Changing what shapes time: lock, look for visits beneath, write, raise versions."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from booking.errors import AbsenceEmpty, VisitsUnderneath
from booking.models import Appointment
from booking.services import locking
from stores.models import Absence, Agenda, User


def add_absence(
    *,
    agenda: Agenda,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    reason: Absence.Reason | str,
    user: User,
    now: dt.datetime,
) -> Absence:
    """Closes an agenda for a while. Raises VisitsUnderneath with the visits that lie
    under it, and then writes nothing; holds under it are left to run out."""
    if not now - AbsenceEmpty.longest < starts_at < ends_at:
        raise AbsenceEmpty
    if ends_at - starts_at > AbsenceEmpty.longest:
        raise AbsenceEmpty
    with transaction.atomic():
        locking.lock_agendas([agenda.pk])
        visits = list(
            Appointment.objects.for_brand(agenda.brand)
            .live()
            .between(starts_at, ends_at)
            .filter(occupancies__agenda=agenda, occupancies__active=True)
            .with_people()
            .distinct()
            .order_by("starts_at")
        )
        if visits:
            raise VisitsUnderneath(visits)
        absence = Absence.objects.create(
            brand_id=agenda.brand_id,
            agenda=agenda,
            starts_at=starts_at,
            ends_at=ends_at,
            reason=Absence.Reason(reason),
            created_by=user,
        )
        locking.raise_versions([agenda.pk])
    return absence
