"""Cancelling by staff: asked once, then 90 seconds to take it back."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from booking.access import appointment_for_staff
from booking.errors import MoveRefused, StaleVersion
from booking.models import Actor
from booking.services.cancelling import cancel_appointment
from booking.states import UPCOMING
from booking.views.staff import appointment_page
from booking.views.staff_door import for_staff, page_context
from stores.access import Workplace


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def cancel_visit(
    request: HttpRequest, workplace: Workplace, appointment_id: uuid.UUID
) -> HttpResponse:
    """GET asks; POST cancels and leads to the visit, where it can be taken back."""
    visit = appointment_for_staff(workplace, appointment_id)
    try:
        if visit.status not in UPCOMING:
            raise MoveRefused
        if request.method == "POST":
            by = Actor.staff(workplace.membership.user)
            cancel_appointment(appointment=visit, by=by, now=timezone.now())
            return redirect("booking:staff_appointment", visit.pk)
    except (MoveRefused, StaleVersion) as error:
        return appointment_page(
            request,
            workplace,
            appointment_id,
            refused=error.code,
            status=HTTPStatus.CONFLICT,
        )
    context = page_context(request, workplace, visit.store, "appointment")
    return render(request, "booking/staff/cancel.html", {**context, "visit": visit})
