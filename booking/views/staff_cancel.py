"""Cancelling by staff: asked once, then 90 seconds to take it back."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from booking.access import appointment_for_staff
from booking.door import for_staff, page_context
from booking.errors import MoveRefused, StaleVersion
from booking.models import Actor, Appointment
from booking.services.cancelling import cancel_appointment
from booking.shown import shown_in
from booking.staff.pages import appointment_page
from booking.states import UPCOMING
from stores.access import Workplace


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def cancel_visit(
    request: HttpRequest, workplace: Workplace, appointment_id: uuid.UUID
) -> HttpResponse:
    """GET asks; POST cancels and leads to the visit, where it can be taken back."""
    visit = appointment_for_staff(workplace, appointment_id)
    if request.method != "POST":
        return _ask(request, workplace, visit)
    try:
        cancel_appointment(
            appointment=visit,
            by=Actor.staff(workplace.membership.user),
            now=timezone.now(),
            shown=shown_in(request.POST),
        )
    except (MoveRefused, StaleVersion) as error:
        again = appointment_for_staff(workplace, appointment_id)
        return _ask(request, workplace, again, refused=error.code)
    return redirect("booking:staff_appointment", visit.pk)


def _ask(
    request: HttpRequest, workplace: Workplace, visit: Appointment, *, refused: str = ""
) -> HttpResponse:
    """Asks, or asks again: 409. What is over has only its own page."""
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    if visit.status not in UPCOMING:
        code, status = refused or MoveRefused.code, HTTPStatus.CONFLICT
        return appointment_page(
            request, workplace, visit.pk, refused=code, status=status
        )
    context = {
        **page_context(request, workplace, visit.store, "appointment"),
        "visit": visit,
        "refused": refused,
    }
    return render(request, "booking/staff/cancel.html", context, status=status)
