"""The week of a store, read-only: for managers and admins.

Our policy refuses style attributes, so a block says its place by classes (`s-37 l-6`:
from the 37th row, six rows) and a style sheet, the same for everybody, says what they
mean.
"""

from __future__ import annotations

import datetime as dt
import uuid
from functools import cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from booking import queries
from booking.availability.alternatives import movable_channels
from booking.desk import queries as desk_queries
from booking.desk.grid import (
    MOST_GRID_ROWS,
    ROWS_PER_HOUR,
    GridFacts,
    day_period,
    days_of_week,
    grid_days,
    grid_of,
    week_period,
)
from booking.door import day_or_404, for_desk, page_context, store_in_view
from booking.models import Appointment
from booking.queries import agenda_id
from stores.accounts.workplace import Workplace
from stores.calendar.periods import Period
from stores.models import Channel, Store

MOST_COLUMNS = 40


@require_GET
@for_desk
def week(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    store = store_in_view(request, workplace)
    now = timezone.now()
    today = now.astimezone(store.zone).date()
    wanted = request.GET.get("day", "")
    day = today if wanted == "today" else day_or_404(wanted, today)
    days = days_of_week(day)
    facts = week_facts(store, days)
    if not wanted:
        day = _first_day(facts, now) or _next_open_day(store, today) or today
    if day not in days:
        days = days_of_week(day)
        facts = week_facts(store, days)
    chosen = _chosen(request.GET.get("visit", ""), facts)
    context = {
        **page_context(request, workplace, store, "week"),
        "strip": grid_days(facts, days),
        "grid": grid_of(facts, day),
        "chosen": chosen,
        "can_call": chosen is not None and _can_call(chosen),
        "today": today,
        "last_week": day - dt.timedelta(days=7),
        "next_week": day + dt.timedelta(days=7),
    }
    return render(request, "booking/desk/week.html", context)


def _can_call(appointment: Appointment) -> bool:
    """True if it could go on by telephone, and does not yet."""
    others = dict(movable_channels(appointment)[1:])
    return Channel.CALLBACK in others


def week_facts(store: Store, days: list[dt.date]) -> GridFacts:
    window = week_period(store, days)
    staff = queries.staff_of_store(store, days)
    agendas = [agenda_id(member) for member in staff]
    return GridFacts(
        store=store,
        staff=staff,
        hours=queries.agenda_hours_of(agendas, store=store, days=days, window=window),
        visits=desk_queries.visits_for_agenda(store=store, staff=staff, window=window),
    )


def _first_day(facts: GridFacts, now: dt.datetime) -> dt.date | None:
    """The first day of this week that is not over, today if the store is closed all day
    long. None where nothing is left of the week."""
    opened = [period for hours in facts.hours.values() for period in hours.opened]
    visits = [Period(visit.starts_at, visit.ends_at) for visit in facts.visits]
    ahead = [period for period in (*opened, *visits) if period.end > now]
    if not ahead:
        return None
    local = now.astimezone(facts.store.zone).date()
    today = day_period(facts.store, local)
    if not any(today.overlaps(period) for period in (*opened, *visits)):
        return local
    first = min(period.start for period in ahead)
    return max(first, now).astimezone(facts.store.zone).date()


def _next_open_day(store: Store, today: dt.date) -> dt.date | None:
    """The first day with open hours within eight weeks. Five queries."""
    days = [today + dt.timedelta(days=n) for n in range(1, 57)]
    window = week_period(store, days)
    agendas = [agenda_id(member) for member in queries.staff_of_store(store, days)]
    hours = queries.agenda_hours_of(agendas, store=store, days=days, window=window)
    starts = [found.opened[0].start for found in hours.values() if found.opened]
    first = min(starts, default=None)
    if first is None:
        return None
    return max(first, window.start).astimezone(store.zone).date()


def _chosen(wanted: str, facts: GridFacts) -> Appointment | None:
    """The visit beside the grid; one that this week does not hold is 404."""
    if not wanted:
        return None
    try:
        wanted_id = uuid.UUID(wanted)
    except ValueError:
        raise Http404 from None
    for appointment in facts.visits:
        if appointment.pk == wanted_id and appointment.store_id == facts.store.pk:
            return appointment
    raise Http404


@cache
def _rules() -> str:
    rules = [
        f".s-{n}{{--s:{n}}}.l-{n}{{--l:{n}}}" for n in range(1, MOST_GRID_ROWS + 1)
    ]
    rules += [
        f".rows-{n}{{grid-template-rows:repeat({n},6.2px)}}"
        for n in range(ROWS_PER_HOUR, MOST_GRID_ROWS + 1, ROWS_PER_HOUR)
    ]
    rules += [
        f".bits-{n}{{--bits:{n};--hours:{n // ROWS_PER_HOUR}}}"
        for n in range(ROWS_PER_HOUR, MOST_GRID_ROWS + 1, ROWS_PER_HOUR)
    ]
    rules += [f".cols-{n}{{--cols:{n}}}" for n in range(1, MOST_COLUMNS + 1)]
    return "\n".join(rules)


@require_GET
@cache_control(public=True, max_age=86400)
def grid_stylesheet(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_rules(), content_type="text/css; charset=utf-8")
