"""The week of a store, or of one person, as a sheet of paper.

Names stand there as on the screen of the week: short, without a number and without the
customer's words, because paper lies about. Managers print any of their stores, others
their own week. The two words that a call begins with stand beside one's own visits, and
beside others' once somebody asked for them, which their history says.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

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
from booking.once import once_only
from booking.spoken.showing import Spoken, open_words, spoken_for
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
    spoken: Spoken | None = None


@dataclass(frozen=True)
class Beside:
    """Facts that stand beside visits, by their ids."""

    rooms: Mapping[uuid.UUID, Sequence[str]]
    spoken: Mapping[uuid.UUID, Spoken]


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
    now = timezone.now()
    store, days, facts = _asked_week(request, workplace, now)
    people = facts.people(week_period(store, days))
    wanted = _wanted(request, workplace, people)
    named = [wanted] if wanted else people
    spoken = spoken_for(workplace, _coming(facts, named, now), now=now)
    shown = [one.day for one in grid_days(facts, days)]
    rows = _rows(facts, named, shown, spoken, own=workplace.staff_member)
    context = {
        **page_context(request, workplace, store, "week"),
        "hidden": sum(one.is_hidden for one in spoken.values()),
        "asked": request.GET.urlencode(),
        "person": wanted,
        "people": people if workplace.sees_whole_store else (),
        "days": shown,
        "rows": [row for row in rows if wanted or not row.is_blank],
        "now": now,
        "last_week": days[0] - dt.timedelta(days=7),
        "next_week": days[0] + dt.timedelta(days=7),
    }
    return render(request, "booking/desk/paper.html", context)


@require_POST
@for_staff
@once_only
def open_week_words(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """For the sheet that the same query names, which has the words for a while."""
    now = timezone.now()
    store, days, facts = _asked_week(request, workplace, now)
    people = facts.people(week_period(store, days))
    wanted = _wanted(request, workplace, people)
    visits = _coming(facts, [wanted] if wanted else people, now)
    open_words(workplace=workplace, visits=visits, now=now)
    sheet = f"{reverse('booking:print_week')}?{request.GET.urlencode()}"
    return redirect(sheet)


def _asked_week(
    request: HttpRequest, workplace: Workplace, now: dt.datetime
) -> tuple[Store, list[dt.date], GridFacts]:
    store = store_in_view(request, workplace)
    today = now.astimezone(store.zone).date()
    days = days_of_week(day_or_404(request.GET.get("day", ""), today))
    return store, days, week_facts(store, days)


def _coming(
    facts: GridFacts, people: Sequence[StaffMember], now: dt.datetime
) -> list[Appointment]:
    """The visits at this store that are not over: about others no call is due."""
    named = {member.pk for member in people}
    return [
        visit
        for visit in facts.visits
        if visit.ends_at > now
        and visit.store_id == facts.store.pk
        and visit.staff_member_id in named
    ]


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


def _rows(
    facts: GridFacts,
    people: Sequence[StaffMember],
    days: Sequence[dt.date],
    spoken: Mapping[uuid.UUID, Spoken],
    *,
    own: StaffMember | None,
) -> list[PaperRow]:
    beside = Beside(rooms_of(facts.visits), spoken)
    return [
        _row(facts, member, days, beside, all_shown=member == own) for member in people
    ]


def _row(
    facts: GridFacts,
    member: StaffMember,
    days: Sequence[dt.date],
    beside: Beside,
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
                _visit(one, store, beside, all_shown)
                for one in own
                if whole.start <= one.starts_at < whole.end
            ),
        )

    return PaperRow(member, tuple(cell(day) for day in days))


def _visit(
    visit: Appointment,
    store: Store,
    beside: Beside,
    all_shown: bool,
) -> PaperVisit:
    elsewhere = visit.store_id != store.pk
    return PaperVisit(
        visit,
        elsewhere and not all_shown,
        beside.rooms.get(visit.pk, ()),
        beside.spoken.get(visit.pk),
    )


def _cut(periods: Sequence[Period], whole: Period) -> tuple[Period, ...]:
    return tuple(
        Period(max(one.start, whole.start), min(one.end, whole.end))
        for one in periods
        if one.overlaps(whole)
    )
