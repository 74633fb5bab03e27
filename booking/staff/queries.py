"""Reads of one person's own absences, and of those that they ask for."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q

from stores.models import Absence, AbsenceRequest, Agenda, StaffMember

SHOWN_AFTER = dt.timedelta(days=60)
"""Time for which a request that is over stays on the page of who asked."""


def agenda_of(member: StaffMember) -> Agenda | None:
    rows = Agenda.objects.for_brand(member.brand).filter(staff_member=member)
    return rows.select_related("brand", "staff_member").first()


def requests_of(agenda: Agenda, now: dt.datetime) -> list[AbsenceRequest]:
    """The latest time first; `stands` says of an approved one that its absence is
    still there."""
    rows = AbsenceRequest.objects.for_brand(agenda.brand).filter(
        agenda=agenda, ends_at__gt=now - SHOWN_AFTER
    )
    known = rows.annotate(stands=_covered()).select_related("answered_by")
    return list(known.order_by("-starts_at", "-pk"))


def coming_absences(agenda: Agenda, now: dt.datetime) -> list[Absence]:
    """Those that are not over, soonest first."""
    rows = Absence.objects.for_brand(agenda.brand).filter(agenda=agenda)
    return list(rows.filter(ends_at__gt=now).order_by("starts_at", "pk"))


def unread_answers(member: StaffMember, now: dt.datetime) -> list[AbsenceRequest]:
    """Answers that the person has not said to have read: of what is not over, and of
    approved absences that are still there. One query."""
    rows = AbsenceRequest.objects.for_brand(member.brand).filter(
        Q(state=AbsenceRequest.State.REFUSED)
        | Q(_covered(), state=AbsenceRequest.State.APPROVED),
        agenda__staff_member=member,
        seen_at__isnull=True,
        ends_at__gt=now,
    )
    return list(rows.order_by("starts_at", "pk"))


def _covered() -> Exists:
    """True for a request whose whole time is an absence."""
    return Exists(
        Absence.objects.all_brands().filter(
            agenda=OuterRef("agenda"),
            starts_at__lte=OuterRef("starts_at"),
            ends_at__gte=OuterRef("ends_at"),
        )
    )
