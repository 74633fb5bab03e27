"""After the visit: staff say how they made a bad one good, and write the summary."""

from __future__ import annotations

import datetime as dt
import uuid
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.access import appointment_for_staff
from booking.after.forms import SummaryForm
from booking.after.recovery import Result, note_result
from booking.after.summary import save_summary, summary_of
from booking.door import for_staff, page_context
from booking.errors import StaleVersion, TransitionRefused
from booking.models import Actor, Appointment, VisitSummary
from booking.once import once_only
from booking.queries import who_works_at
from booking.shown import as_shown_in, stamp_of
from booking.staff.pages import appointment_page
from booking.staff.taps import INVALID, FormRefused, tap
from booking.states import Status
from stores.accounts.workplace import Workplace
from stores.models import User


class ResultForm(forms.Form):
    """The result of the talk, and the number of calls that the page knew of."""

    result = forms.TypedChoiceField(choices=[(r, r) for r in Result], coerce=Result)
    tries = forms.IntegerField(min_value=0, max_value=1000)


@tap
def note_recovery(request: HttpRequest, appointment: Appointment, user: User) -> str:
    form = ResultForm(request.POST)
    if not form.is_valid():
        raise FormRefused
    note_result(appointment=appointment, now=timezone.now(), **form.cleaned_data)
    if form.cleaned_data["result"] is Result.NO_ANSWER:
        return _("The call is noted. The customer still expects you.")
    return _("Noted: the promise to the customer is kept.")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
@once_only
def write_summary(
    request: HttpRequest, workplace: Workplace, appointment_id: uuid.UUID
) -> HttpResponse:
    """GET shows the draft, or what the customer reads; POST keeps or releases it."""
    visit = appointment_for_staff(workplace, appointment_id)
    if visit.status != Status.DONE:
        return appointment_page(
            request,
            workplace,
            visit.pk,
            refused=TransitionRefused.code,
            status=HTTPStatus.CONFLICT,
        )
    form = _form(request, visit, summary_of(visit))
    if request.method != "POST":
        return _ask(request, workplace, visit, form)
    if not form.is_valid():
        return _ask(request, workplace, visit, form, status=INVALID)
    return _kept(request, workplace, visit, form)


def _kept(
    request: HttpRequest, workplace: Workplace, visit: Appointment, form: SummaryForm
) -> HttpResponse:
    try:
        summary = save_summary(
            appointment=visit,
            by=Actor.staff(workplace.membership.user),
            now=timezone.now(),
            release="release" in request.POST,
            as_shown=as_shown_in(request.POST),
            **form.facts,
        )
    except (StaleVersion, TransitionRefused):
        # What was typed stays in the form, over what a colleague has written.
        conflict = HTTPStatus.CONFLICT
        return _ask(request, workplace, visit, form, status=conflict)
    if summary.released_at:
        messages.success(request, _("Released: the customer reads it on their page."))
    else:
        messages.success(request, _("The draft is kept. The customer does not see it."))
    return redirect("booking:staff_appointment", visit.pk)


def _form(
    request: HttpRequest, visit: Appointment, summary: VisitSummary | None
) -> SummaryForm:
    zone = visit.store.zone
    due_at = summary.next_due_at if summary else None
    owner = summary.next_owner_id if summary else None
    known = {
        "words": summary.words if summary else "",
        "next_step": summary.next_step if summary else "",
        "next_owner": owner or visit.staff_member_id,
        "next_day": due_at.astimezone(zone).date() if due_at else None,
        "announce": summary is not None and summary.promised_for is not None,
    }
    today: dt.date = timezone.now().astimezone(zone).date()
    team = who_works_at(visit)
    return SummaryForm(
        request.POST or None, store=visit.store, team=team, today=today, initial=known
    )


def _ask(
    request: HttpRequest,
    workplace: Workplace,
    visit: Appointment,
    form: SummaryForm,
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    summary = summary_of(visit)
    context = page_context(request, workplace, visit.store, "appointment") | {
        "visit": visit,
        "form": form,
        "summary": summary,
        "as_shown": stamp_of(*([summary] if summary else [])),
        "refused": StaleVersion.code if status == HTTPStatus.CONFLICT else "",
    }
    return render(request, "booking/staff/summary.html", context, status=status)
