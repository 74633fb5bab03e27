"""The store's answer to a request: yes by one tap, no with words for the customer."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.access import appointment_for_staff
from booking.availability.alternatives import times_instead
from booking.door import for_staff, page_context
from booking.errors import StaleVersion, TransitionRefused
from booking.models import Actor, Appointment
from booking.once import once_only
from booking.services.answers import confirm_request, decline_request
from booking.shown import shown_in
from booking.staff.forms import DeclineForm, VersionForm
from booking.staff.pages import appointment_page
from booking.staff.taps import INVALID, FormRefused, tap
from booking.states import Status
from stores.accounts.workplace import Workplace
from stores.models import User


@tap
def confirm_visit(request: HttpRequest, appointment: Appointment, user: User) -> str:
    """Of what the page showed: who moved it meanwhile asks for another hour."""
    if not VersionForm(request.POST).is_valid():
        raise FormRefused
    confirm_request(
        appointment=appointment,
        by=Actor.staff(user),
        now=timezone.now(),
        shown=shown_in(request.POST),
    )
    return _("Confirmed. The customer is told.")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
@once_only
def decline_visit(
    request: HttpRequest, workplace: Workplace, appointment_id: uuid.UUID
) -> HttpResponse:
    """GET asks for words and shows what is offered instead; POST declines."""
    appointment = appointment_for_staff(workplace, appointment_id)
    form = DeclineForm(request.POST or None, initial={"version": appointment.version})
    refused = "" if appointment.status == Status.REQUESTED else TransitionRefused.code
    try:
        if form.is_valid() and not refused:
            return _declined(request, appointment, workplace.membership.user, form)
    except (TransitionRefused, StaleVersion) as error:
        appointment, refused = (
            appointment_for_staff(workplace, appointment.pk),
            error.code,
        )
    return _ask(request, workplace, appointment, form, refused=refused)


def _ask(
    request: HttpRequest,
    workplace: Workplace,
    appointment: Appointment,
    form: DeclineForm,
    *,
    refused: str,
) -> HttpResponse:
    """Asks for the words, or asks again beside the hour as it is now: they are kept."""
    status = INVALID if form.errors else HTTPStatus.OK
    status = HTTPStatus.CONFLICT if refused else status
    if appointment.status != Status.REQUESTED:
        return appointment_page(
            request, workplace, appointment.pk, refused=refused, status=status
        )
    context = page_context(request, workplace, appointment.store, "appointment") | {
        "visit": appointment,
        "form": form,
        "refused": refused,
        "times": times_instead(appointment, now=timezone.now()),
    }
    return render(request, "booking/staff/decline.html", context, status=status)


def _declined(
    request: HttpRequest, appointment: Appointment, user: User, form: DeclineForm
) -> HttpResponse:
    decline_request(
        appointment=appointment,
        answer=form.cleaned_data["answer"],
        by=Actor.staff(user),
        now=timezone.now(),
        shown=shown_in(request.POST),
    )
    messages.success(request, _("Declined. The customer is told, with other times."))
    return redirect("booking:staff_appointment", appointment.pk)
