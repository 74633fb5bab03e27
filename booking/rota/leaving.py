"""Somebody is not there, for a day or for good: each visit gets another person, hour or
way, and nobody is left without an answer.

Who leaves works until the end of the last day, and nothing is offered with them after
it. `end_departures` then ends rights and addresses.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Sequence

from django.db import transaction

from booking.errors import DepartureRefused
from booking.models import Appointment, CalendarFeed, Hold
from booking.rota.absences import add_absence
from booking.rota.changes import Change, carry_out
from booking.rota.conflicts import Decision
from booking.rota.postings import (
    PostingTerm,
    document_of,
    set_postings,
    terms_before,
    until,
    write_postings,
)
from booking.services import locking
from stores.editing.portraits import forget_portrait
from stores.editing.roles import lock_admins
from stores.models import (
    Absence,
    Agenda,
    Departure,
    Invitation,
    Posting,
    StaffMember,
    User,
)

UTC = zoneinfo.ZoneInfo("UTC")
FURTHEST = dt.timedelta(days=3 * 366)
"""Days to the last one; later than that is a slip of the hand."""


def ill_today(
    *,
    agenda: Agenda,
    zone: zoneinfo.ZoneInfo,
    user: User,
    now: dt.datetime,
    decisions: Sequence[Decision] = (),
) -> Absence:
    """Closes the rest of the local day. Raises AppointmentsAffected with a proposal for
    each visit, until each has a decision. Said twice, it is one absence."""
    midnight = _end_of(now.astimezone(zone).date(), zone)
    known = Absence.objects.for_brand(agenda.brand).filter(
        agenda=agenda, starts_at__lte=now, ends_at__gte=midnight
    )
    return known.first() or add_absence(
        agenda=agenda,
        starts_at=now,
        ends_at=midnight,
        reason=Absence.Reason.SICKNESS,
        user=user,
        now=now,
        decisions=decisions,
    )


def leave(
    *,
    staff_member: StaffMember,
    last_day: dt.date,
    user: User,
    now: dt.datetime,
    decisions: Sequence[Decision] = (),
) -> Departure:
    """Writes the last day, or another one. Nothing is offered with them after it.

    Raises DepartureRefused for oneself, for the last admin of a brand, for a day that
    is over and for somebody who has left; AppointmentsAffected with a proposal for each
    later visit, until each has a decision.
    """
    zones = {posting.store.zone for posting in _postings_of(staff_member)}
    _check_leaving(staff_member, last_day, zones, user=user, now=now)
    brand, agenda = staff_member.brand, _agenda_of(staff_member)

    def closes(visit: Appointment | Hold) -> bool:
        return visit.starts_at >= _end_of(last_day, visit.store.zone)

    def write() -> Departure:
        _check_admin_stays(staff_member)
        rows = Departure.objects.for_brand(brand).select_for_update()
        known = rows.filter(staff_member=staff_member).first()
        if known is not None and known.ended_at is not None:
            raise DepartureRefused(DepartureRefused.Why.LEFT)
        before = terms_before(known) if known else _present_terms(staff_member)
        write_postings(staff_member, until(before, last_day))
        departure, _ = Departure.objects.for_brand(brand).update_or_create(
            staff_member=staff_member,
            defaults={
                "brand": brand,
                "last_day": last_day,
                "postings": [document_of(term) for term in before],
                "decided_by": user,
            },
        )
        return departure

    change = Change(
        brand, frozenset({agenda.pk}), None, closes, takes_away=True, for_good=True
    )
    return carry_out(change, write, decisions=decisions, user=user, now=now)


def stay(*, staff_member: StaffMember, user: User, now: dt.datetime) -> None:
    """Takes the departure back: the postings stand as before. Visits that colleagues
    took stay with them. Raises DepartureRefused where it is over."""
    with transaction.atomic():
        locking.lock_agendas([_agenda_of(staff_member).pk])
        rows = Departure.objects.for_brand(staff_member.brand).select_for_update()
        departure = rows.filter(staff_member=staff_member).first()
        if departure is None:
            return
        if departure.ended_at is not None:
            raise DepartureRefused(DepartureRefused.Why.LEFT)
        before = terms_before(departure)
        departure.delete()
        set_postings(staff_member=staff_member, postings=before, user=user, now=now)


def end_departures(*, now: dt.datetime) -> int:
    """Ends rights and addresses of those whose last day is over at all their stores.
    Returns the number of people."""
    due = Departure.objects.all_brands().filter(
        ended_at__isnull=True, last_day__lte=now.date() + dt.timedelta(days=1)
    )
    ended = 0
    for departure in due.select_related("staff_member__user", "brand").order_by("pk"):
        zones = {term.store.zone for term in terms_before(departure)} or {UTC}
        if all(_end_of(departure.last_day, zone) <= now for zone in zones):
            ended += _end(departure, now)
    return ended


def _end(departure: Departure, now: dt.datetime) -> bool:
    """Closes an account that works for no other brand, and with it its sessions. The
    person keeps none: who comes back is invited as somebody new. False where the
    departure was taken back, or ended, meanwhile."""
    member = departure.staff_member
    user = member.user
    with transaction.atomic():
        rows = Departure.objects.for_brand(departure.brand).select_for_update()
        same = rows.filter(pk=departure.pk, last_day=departure.last_day)
        if not same.filter(ended_at__isnull=True).exists():
            return False
        member.active, member.user = False, None
        member.save(update_fields=["active", "user"])
        forget_portrait(staff_member=member, now=now)
        CalendarFeed.objects.for_brand(departure.brand).filter(
            staff_member=member
        ).delete()
        if user is not None:
            user.memberships.filter(brand=departure.brand).delete()
            if not user.memberships.exists() and not user.is_superuser:
                user.is_active = False
                user.save(update_fields=["is_active"])
        Invitation.objects.for_brand(departure.brand).filter(
            staff_member=member
        ).delete()
        departure.ended_at = now
        departure.save(update_fields=["ended_at"])
    return True


def _check_leaving(
    staff_member: StaffMember,
    last_day: dt.date,
    zones: set[zoneinfo.ZoneInfo],
    *,
    user: User,
    now: dt.datetime,
) -> None:
    if staff_member.user_id == user.pk:
        raise DepartureRefused(DepartureRefused.Why.ONESELF)
    if any(last_day < now.astimezone(zone).date() for zone in zones or {UTC}):
        raise DepartureRefused(DepartureRefused.Why.DAY_OVER)
    if last_day > now.date() + FURTHEST:
        raise DepartureRefused(DepartureRefused.Why.TOO_FAR)


def _check_admin_stays(staff_member: StaffMember) -> None:
    """Locks the admins: two who write each other's last day wait here for one another,
    and the second is refused."""
    if lock_admins(staff_member.brand) == {staff_member.user_id}:
        raise DepartureRefused(DepartureRefused.Why.LAST_ADMIN)


def _end_of(day: dt.date, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    after = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
    return after.astimezone(dt.UTC)


def _agenda_of(staff_member: StaffMember) -> Agenda:
    return Agenda.objects.for_brand(staff_member.brand).get(staff_member=staff_member)


def _postings_of(staff_member: StaffMember) -> list[Posting]:
    rows = Posting.objects.for_brand(staff_member.brand).filter(
        staff_member=staff_member
    )
    return list(rows.select_related("store").order_by("pk"))


def _present_terms(staff_member: StaffMember) -> list[PostingTerm]:
    return [
        PostingTerm(
            store=row.store,
            is_home=row.is_home,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
        )
        for row in _postings_of(staff_member)
    ]
