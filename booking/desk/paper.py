"""The week of a store, or of one person, as a sheet of paper.

Names stand there as on the screen of the week: short, without a number and without the
customer's words, because paper lies about. Managers print any of their stores, others
their own week.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from booking.desk.grid import (
    GridFacts,
    day_period,
    days_of_week,
    grid_days,
    week_period,
)
from booking.desk.queries import rooms_of
from booking.desk.week import week_facts
from booking.door import day_or_404, for_staff, page_context, store_in_view
from booking.models import Appointment
from stores.access import written_id
from stores.accounts.workplace import Workplace
from stores.calendar.periods import Period
from stores.models import StaffMember, Store


@dataclass(frozen=True)
class PaperVisit:
    """`is_elsewhere`: of another store of the same person, who is no more than taken
    then, to others than themselves."""

    visit: Appointment
    is_elsewhere: bool
    rooms: Sequence[str]


@dataclass(frozen=True)
class PaperDay:
    """A cell: open hours, absences and visits, each cut to the day."""

    whole: Period
    opened: tuple[Period, ...]
    away: tuple[Period, ...]
    visits: tuple[PaperVisit, ...]


@dataclass(frozen=True)
class PaperRow:
    """A person's week."""

    member: StaffMember
    days: tuple[PaperDay, ...]

    @property
    def is_blank(self) -> bool:
        return not any(day.opened or day.away or day.visits for day in self.days)


@require_GET
@for_staff
def print_week(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """`?who=` names a person; a manager who names none has the whole store."""
    store, now = store_in_view(request, workplace), timezone.now()
    today = now.astimezone(store.zone).date()
    days = days_of_week(day_or_404(request.GET.get("day", ""), today))
    facts = week_facts(store, days)
    people = facts.people(week_period(store, days))
    wanted = _wanted(request, workplace, people)
    shown = [one.day for one in grid_days(facts, days)]
    own = workplace.staff_member.pk if workplace.staff_member else None
    rooms = rooms_of(facts.visits)
    rows = [
        _row(facts, member, shown, rooms, all_shown=member.pk == own)
        for member in ([wanted] if wanted else people)
    ]
    context = {
        **page_context(request, workplace, store, "week"),
        "person": wanted,
        "people": people if workplace.sees_whole_store else (),
        "days": shown,
        "rows": [row for row in rows if wanted or not row.is_blank],
        "now": now,
        "last_week": days[0] - dt.timedelta(days=7),
        "next_week": days[0] + dt.timedelta(days=7),
    }
    return render(request, "booking/desk/paper.html", context)


def _wanted(
    request: HttpRequest, workplace: Workplace, people: Sequence[StaffMember]
) -> StaffMember | None:
    """The person that is named; None for the whole store. An adviser has their own
    week, and Http404 is raised for somebody who is not of this week."""
    if not workplace.sees_whole_store:
        if workplace.staff_member is None:
            raise Http404
        return next(
            (one for one in people if one == workplace.staff_member),
            workplace.staff_member,
        )
    named, own = request.GET.get("who", ""), workplace.staff_member
    if not named:
        return None
    for member in (*people, *([own] if own else [])):
        if member.pk == written_id(named):
            return member
    raise Http404


def _row(
    facts: GridFacts,
    member: StaffMember,
    days: Sequence[dt.date],
    rooms: Mapping[uuid.UUID, Sequence[str]],
    *,
    all_shown: bool,
) -> PaperRow:
    hours, store = facts.hours_of(member), facts.store
    away = [Period(one.starts_at, one.ends_at) for one in hours.away]
    own = [one for one in facts.visits if one.staff_member_id == member.pk]

    def cell(day: dt.date) -> PaperDay:
        whole = day_period(store, day)
        return PaperDay(
            whole=whole,
            opened=_cut(hours.opened, whole),
            away=_cut(away, whole),
            visits=tuple(
                _visit(one, store, rooms, all_shown)
                for one in own
                if whole.start <= one.starts_at < whole.end
            ),
        )

    return PaperRow(member, tuple(cell(day) for day in days))


def _visit(
    visit: Appointment,
    store: Store,
    rooms: Mapping[uuid.UUID, Sequence[str]],
    all_shown: bool,
) -> PaperVisit:
    elsewhere = visit.store_id != store.pk
    return PaperVisit(visit, elsewhere and not all_shown, rooms.get(visit.pk, ()))


def _cut(periods: Sequence[Period], whole: Period) -> tuple[Period, ...]:
    return tuple(
        Period(max(one.start, whole.start), min(one.end, whole.end))
        for one in periods
        if one.overlaps(whole)
    )
