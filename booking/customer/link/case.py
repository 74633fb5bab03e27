"""The customer's file, shown at a counter: for a quarter of an hour, with a code."""

from __future__ import annotations

import datetime as dt
import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking import queries
from booking.cases.opening import (
    close_case,
    code_of,
    open_case,
    open_case_of,
    views_of,
)
from booking.customer.appointment import appointment_of
from booking.customer.browser import notes_browser
from booking.models import Appointment
from booking.visitors import see_other


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@notes_browser
def case(request: HttpRequest, brand: str, appointment_id: uuid.UUID) -> HttpResponse:
    """GET shows what may be seen, or the code; POST opens the file with another code,
    or closes it."""
    found = appointment_of(request, brand, appointment_id)
    now = timezone.now()
    if request.method != "POST":
        context = _facts(found, now)
        return render(request, "booking/customer/case.html", context)
    if "close" in request.POST:
        close_case(appointment=found, now=now)
    else:
        shows = request.POST.getlist("show")
        open_case(appointment=found, shows=shows, now=now)
    return see_other(reverse("booking:case", args=[brand, appointment_id]))


def _facts(found: Appointment, now: dt.datetime) -> dict[str, object]:
    opened = open_case_of(found, now)
    left = (opened.closes_at - now).total_seconds() if opened else 0
    code = code_of(opened) if opened else ""
    return {
        "brand": found.brand,
        "store": found.store,
        "appointment": found,
        "adviser": found.staff_member,
        "answers": queries.answers_of(found),
        "case": opened,
        "code": code,
        "halves": (code[:4], code[4:]),
        "spelt": ", ".join(code),
        "minutes": -int(-left // 60),
        "closes_at": opened.closes_at.astimezone(found.zone) if opened else None,
        "views": views_of(found),
        "back_url": reverse("booking:appointment", args=[found.brand.slug, found.pk]),
        "back_label": _("my appointment"),
    }
