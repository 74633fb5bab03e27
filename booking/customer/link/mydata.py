"""A customer's own data behind the link: to keep, and to have erased."""

from __future__ import annotations

import datetime as dt
import uuid
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking.customer.appointment import appointment_of
from booking.customer.browser import notes_browser
from booking.errors import StaleVersion, TooLateToCancel
from booking.models import Appointment
from booking.mydata.archive import archive_of
from booking.mydata.erasing import erase_customer, may_erase
from booking.shown import shown_in
from booking.states import UPCOMING
from booking.visitors import forget_typed, see_other


@never_cache
@require_safe
def archive(
    request: HttpRequest, brand: str, appointment_id: uuid.UUID
) -> HttpResponse:
    """All that this link may see, as one file to keep."""
    found = appointment_of(request, brand, appointment_id)
    body = archive_of(found, now=timezone.now())
    response = HttpResponse(body, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{brand}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@notes_browser
def erase(request: HttpRequest, brand: str, appointment_id: uuid.UUID) -> HttpResponse:
    """GET says once what goes; POST erases it, and the link says no more than that."""
    found = appointment_of(request, brand, appointment_id)
    now = timezone.now()
    if request.method != "POST":
        return _ask(request, found, now)
    try:
        erase_customer(appointment=found, now=now, shown=shown_in(request.POST))
    except (StaleVersion, TooLateToCancel):
        found = appointment_of(request, brand, appointment_id)
        return _ask(request, found, now, status=HTTPStatus.CONFLICT)
    response = see_other(reverse("booking:appointment", args=[brand, appointment_id]))
    forget_typed(response)
    return response


def _ask(
    request: HttpRequest, found: Appointment, now: dt.datetime, *, status: int = 200
) -> HttpResponse:
    context = {
        "brand": found.brand,
        "store": found.store,
        "appointment": found,
        "may_erase": may_erase(found, now),
        "cancels": found.status in UPCOMING and now < found.ends_at,
        "has_changed": status == HTTPStatus.CONFLICT,
        "back_url": reverse("booking:appointment", args=[found.brand.slug, found.pk]),
        "back_label": _("my appointment"),
    }
    return render(request, "booking/customer/mydata/erase.html", context, status=status)
