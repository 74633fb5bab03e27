"""The messages about one appointment, for staff pages."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking.access import appointment_for_staff
from notifications.models import Delivery
from notifications.wording import line_of
from stores.access import workplace_for


@require_safe
@never_cache
@login_required
def for_appointment(request: HttpRequest, appointment_id: uuid.UUID) -> HttpResponse:
    """A partial for staff pages: what was sent, when, and why not."""
    appointment = appointment_for_staff(workplace_for(request), appointment_id)
    # What the brand's programs are told is no message to anybody.
    rows = appointment.deliveries.exclude(channel=Delivery.Channel.WEBHOOK)
    rows = rows.order_by("due_at", "id")
    context = {"lines": [line_of(row, appointment.zone) for row in rows]}
    return render(request, "notifications/_messages.html", context)
