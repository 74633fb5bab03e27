"""An absence that is asked for, and its answer: the absence with what becomes of each
visit, or a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from booking.access import request_for_desk
from booking.desk.hours.decisions import decisions_in, questions_of, summary_of
from booking.desk.queries import requests_with_people, visits_under
from booking.door import for_request, page_context, store_in_view
from booking.errors import (
    BookingError,
    OwnRequest,
    RequestAnswered,
    RequestOver,
    RequestWithdrawn,
)
from booking.fields import INPUT
from booking.models import Appointment
from booking.once import once_only
from booking.rota.asked_absences import (
    approve_request,
    must_be_answered_by_another,
    refuse_request,
)
from booking.rota.conflicts import AppointmentsAffected
from stores.accounts.workplace import Workplace
from stores.models import AbsenceRequest, Store, User

REFUSED = (RequestAnswered, RequestWithdrawn, RequestOver, OwnRequest)
WHY_NOT = {
    RequestAnswered.code: gettext_lazy("Somebody else has answered meanwhile."),
    RequestWithdrawn.code: gettext_lazy("The request was taken back meanwhile."),
    RequestOver.code: gettext_lazy("The time that was asked for is over."),
    OwnRequest.code: gettext_lazy(
        "Your own request is answered by somebody else who leads this store."
    ),
}


class RefusalForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Why not"),
        max_length=AbsenceRequest.LONGEST_NOTE,
        widget=forms.TextInput({**INPUT, "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("One sentence, please.")},
    )


@dataclass(frozen=True)
class Asked:
    """A request as somebody who may answer it sees it."""

    row: AbsenceRequest
    visits: list[Appointment]
    is_own: bool
    """Somebody else answers it."""


def asked_at(store: Store, user: User) -> list[Asked]:
    """All that await an answer, soonest first, each with the visits under it."""
    now = timezone.now()
    rows = requests_with_people(store, now)
    under = visits_under(rows, now)
    return [
        Asked(row, under[row.pk], must_be_answered_by_another(row, user))
        for row in rows
    ]


@require_http_methods(["GET", "POST"])
@for_request
@once_only
def answer_absence(
    request: HttpRequest, workplace: Workplace, asked: AbsenceRequest
) -> HttpResponse:
    """Approved or refused; 409 and the visits that lie under it, until each has its
    decision, or how it is now where somebody was quicker."""
    store, status = store_in_view(request, workplace), HTTPStatus.OK
    context = page_context(request, workplace, store, "absences")
    context |= {"form": RefusalForm()}
    if request.method == "POST":
        status = _answered(request, workplace, asked, context)
        if status == HTTPStatus.OK:
            return redirect(f"{reverse('booking:absences')}?store={store.pk}")
    asked = request_for_desk(workplace, asked.pk)
    now, user = timezone.now(), workplace.membership.user
    context |= {
        "asked": asked,
        "visits": visits_under([asked], now)[asked.pk],
        "is_open": asked.state == AbsenceRequest.State.ASKED and asked.ends_at > now,
        "is_own": must_be_answered_by_another(asked, user),
    }
    return render(request, "booking/desk/answer_absence.html", context, status=status)


def _answered(
    request: HttpRequest,
    workplace: Workplace,
    asked: AbsenceRequest,
    context: dict[str, Any],
) -> HTTPStatus:
    """OK where it is answered; else the context says why it is not."""
    answer = _refuse if request.POST.get("do") == "refuse" else _approve
    try:
        return answer(request, workplace.membership.user, asked, context)
    except AppointmentsAffected as affected:
        context["questions"] = questions = questions_of(request, affected)
        context["summary"] = summary_of(questions)
    except REFUSED as refusal:
        context["refused"] = _why_not(refusal)
    return HTTPStatus.CONFLICT


def _why_not(refusal: BookingError) -> str:
    return str(WHY_NOT[refusal.code])


def _approve(
    request: HttpRequest, user: User, asked: AbsenceRequest, context: dict[str, Any]
) -> HTTPStatus:
    decisions, now = decisions_in(request), timezone.now()
    approve_request(asked=asked, user=user, now=now, decisions=decisions)
    messages.success(request, _("Approved: the absence is written."))
    return HTTPStatus.OK


def _refuse(
    request: HttpRequest, user: User, asked: AbsenceRequest, context: dict[str, Any]
) -> HTTPStatus:
    form = context["form"] = RefusalForm(request.POST)
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    refuse_request(asked=asked, **form.cleaned_data, user=user, now=timezone.now())
    messages.success(request, _("Refused, with your sentence."))
    return HTTPStatus.OK
