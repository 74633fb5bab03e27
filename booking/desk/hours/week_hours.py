"""A person's week at a store, and a day unlike the others: rows without script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.desk import queries
from booking.desk.hours.decisions import decisions_in, questions_of
from booking.desk.hours.stretch_forms import (
    Night,
    StretchForm,
    WeeklyStretchForm,
    rows_in,
)
from booking.desk.meanwhile import first_shown, line_of, shown_now
from booking.door import day_or_404, for_agenda, page_context, store_in_view
from booking.errors import HoursRefused, StaleVersion
from booking.once import once_only
from booking.rota.conflicts import AppointmentsAffected
from booking.rota.hours import remove_day, set_day, set_working_hours
from booking.shown import AS_SHOWN, as_shown_in
from stores.accounts.workplace import Workplace
from stores.models import Agenda, Channel, DayOverride, Store, WorkingHours

Rows = Sequence[WorkingHours | DayOverride]
Save = Callable[[Sequence[StretchForm]], None]

NINE, EIGHTEEN = dt.time(9), dt.time(18)


@require_http_methods(["GET", "POST"])
@for_agenda
@once_only
def edit_hours(
    request: HttpRequest, workplace: Workplace, agenda: Agenda
) -> HttpResponse:
    store = store_in_view(request, workplace)
    context = _context(request, workplace, store, agenda)
    if request.method == "GET":
        week = queries.week_of(agenda, store)
        context |= first_shown(week)
        return _page(request, "edit_hours", context, _forms_of(week, WeeklyStretchForm))

    def save(rows: Sequence[StretchForm]) -> None:
        set_working_hours(
            agenda=agenda,
            store=store,
            rows=[row.stretch() for row in rows if isinstance(row, WeeklyStretchForm)],
            user=workplace.membership.user,
            now=timezone.now(),
            decisions=decisions_in(request),
            as_shown=as_shown_in(request.POST),
        )

    def now() -> Rows:
        return queries.week_of(agenda, store)

    return _answer(request, "edit_hours", context, WeeklyStretchForm, save, now=now)


@require_http_methods(["GET", "POST"])
@for_agenda
@once_only
def edit_day(
    request: HttpRequest, workplace: Workplace, agenda: Agenda, day: str
) -> HttpResponse:
    store = store_in_view(request, workplace)
    local = day_or_404(day, timezone.localdate(timezone=store.zone))
    context = {**_context(request, workplace, store, agenda), "day": local}
    if request.method == "GET":
        rows = _rows_of_day(agenda, store, local, context)
        return _page(request, "edit_day", context, rows)
    save = _save_day(request, workplace, agenda, store, local)

    def now() -> Rows:
        return queries.overrides_of(agenda, local)

    return _answer(request, "edit_day", context, StretchForm, save, now=now)


def _save_day(
    request: HttpRequest,
    workplace: Workplace,
    agenda: Agenda,
    store: Store,
    day: dt.date,
) -> Save:
    facts: dict[str, Any] = {
        "agenda": agenda,
        "day": day,
        "user": workplace.membership.user,
        "now": timezone.now(),
        "decisions": decisions_in(request),
        "as_shown": as_shown_in(request.POST),
    }

    def save(rows: Sequence[StretchForm]) -> None:
        if request.POST.get("do") == "usual":
            remove_day(**facts)
        else:
            stretches = [row.stretch() for row in rows]
            set_day(store=store, stretches=stretches, **facts)

    return save


def _context(
    request: HttpRequest, workplace: Workplace, store: Store, agenda: Agenda
) -> dict[str, Any]:
    """Raises Http404 if the person does not work for the store, or the agenda is a
    resource's."""
    member = agenda.staff_member
    if member is None or store.pk not in queries.postings_of(member):
        raise Http404
    return {
        **page_context(request, workplace, store, "hours"),
        "agenda": agenda,
        "member": member,
        "back": f"{reverse('booking:hours')}?store={store.pk}&who={agenda.pk}",
    }


def _rows_of_day(
    agenda: Agenda, store: Store, day: dt.date, context: dict[str, Any]
) -> list[StretchForm]:
    """The unusual day as it is, else the usual hours of that weekday to begin with."""
    unusual = queries.day_of(agenda, store, day)
    context["is_unusual"] = bool(unusual)
    context |= first_shown(queries.overrides_of(agenda, day))
    if unusual:
        rows: Rows = [
            row for row in unusual if row.starts_at and row.store_id == store.pk
        ]
    else:
        week = queries.week_of(agenda, store)
        rows = [row for row in week if row.weekday == day.weekday()]
    return _forms_of(rows, StretchForm)


def _forms_of(rows: Rows, form: type[StretchForm]) -> list[StretchForm]:
    return [_shown(number, row, form) for number, row in enumerate(rows)]


def _shown(
    number: int, row: WorkingHours | DayOverride, form: type[StretchForm]
) -> StretchForm:
    initial = {name: getattr(row, name, None) for name in form.base_fields}
    if row.starts_at is not None and row.minutes is not None:
        start = dt.datetime.combine(dt.date.min, row.starts_at)
        end = start + dt.timedelta(minutes=row.minutes)
        initial["until"] = end.time()
        initial["over_midnight"] = str(Night(row.starts_at, end.time()))
    return form(prefix=f"row-{number}", initial=initial)


def _answer(
    request: HttpRequest,
    page: str,
    context: dict[str, Any],
    form: type[StretchForm],
    save: Save,
    *,
    now: Callable[[], Rows],
) -> HttpResponse:
    """`do` is "save", "off" (nothing is open), "usual", "add" or "remove-<number>";
    the last two only change what is shown."""
    context[AS_SHOWN] = request.POST.get(AS_SHOWN, "")
    wish, _dash, number = request.POST.get("do", "save").partition("-")
    without = int(number) if number.isdecimal() and len(number) < 4 else None
    rows = [] if wish == "off" else rows_in(request.POST, form, without=without)
    if wish in ("add", "remove"):
        rows += [_new_row(len(rows), form)] if wish == "add" else []
        return _page(request, page, context, rows)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if wish == "usual" or all(row.is_valid() for row in rows):
        try:
            save(rows)
        except AppointmentsAffected as refusal:
            context["questions"] = questions_of(request, refusal)
            context["again"], status = wish, HTTPStatus.CONFLICT
        except StaleVersion:
            rows_now = now()
            lines = [line_of(one) for one in _forms_of(rows_now, form)]
            context |= shown_now(lines, rows_now)
            context["again"], status = wish, HTTPStatus.CONFLICT
        except HoursRefused as refusal:
            context["refused"] = refusal.field
        else:
            messages.success(request, _("The hours are written."))
            return redirect(context["back"])
    return _page(request, page, context, rows, status=status)


def _new_row(number: int, form: type[StretchForm]) -> StretchForm:
    initial = {
        "starts_at": NINE,
        "until": EIGHTEEN,
        "channels": list(Channel.values),
        "weekday": min(number, 6),
    }
    return form(prefix=f"row-{number}", initial=initial)


def _page(
    request: HttpRequest,
    page: str,
    context: dict[str, Any],
    rows: Sequence[StretchForm],
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    full = {**context, "rows": rows}
    return render(request, f"booking/desk/hours_{page}.html", full, status=status)
