"""After the visit: the customer rates it, says how a bad one is made good, and prints
the summary."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from booking.after.forms import RatingForm, RecoveryForm
from booking.after.rating import rate_visit
from booking.after.recovery import choose_way
from booking.after.summary import released_summary_of
from booking.customer.appointment import appointment_of, appointment_page, changed_page
from booking.customer.browser import notes_browser
from booking.errors import (
    ContactNeeded,
    PhoneNeeded,
    RatingClosed,
    SlotNotOffered,
    StaleVersion,
    TransitionRefused,
)
from booking.shown import shown_in
from booking.visitors import see_other


def _page(brand: str, appointment_id: uuid.UUID) -> str:
    return reverse("booking:appointment", args=[brand, appointment_id])


@require_POST
@notes_browser
def rate(request: HttpRequest, brand: str, appointment_id: uuid.UUID) -> HttpResponse:
    """One tap on a face, or any other part of the rating: stored, and changed by the
    next."""
    found = appointment_of(request, brand, appointment_id)
    form = RatingForm(request.POST)
    if not form.is_valid():
        return appointment_page(request, found, rating_form=form, status=422)
    try:
        rate_visit(
            appointment=found,
            now=timezone.now(),
            shown=shown_in(request.POST),
            **form.cleaned_data,
        )
    except (RatingClosed, StaleVersion):
        return changed_page(request, appointment_of(request, brand, appointment_id))
    return see_other(_page(brand, appointment_id))


@require_POST
@notes_browser
def recover(
    request: HttpRequest, brand: str, appointment_id: uuid.UUID
) -> HttpResponse:
    """Another moment, another way, or no talk at all."""
    found = appointment_of(request, brand, appointment_id)
    form = RecoveryForm(request.POST, country=found.store.country)
    if not form.is_valid():
        return appointment_page(request, found, recovery_form=form, status=422)
    said: dict[str, Any] = form.cleaned_data
    try:
        choose_way(
            appointment=found,
            now=timezone.now(),
            shown=shown_in(request.POST),
            **said,
        )
    except PhoneNeeded:
        form.add_error("phone", _("Write the number that we should call."))
        return appointment_page(request, found, recovery_form=form, status=422)
    except (ContactNeeded, SlotNotOffered, StaleVersion, TransitionRefused):
        return changed_page(request, appointment_of(request, brand, appointment_id))
    return see_other(_page(brand, appointment_id))


@never_cache
@require_safe
def summary(
    request: HttpRequest, brand: str, appointment_id: uuid.UUID
) -> HttpResponse:
    """The summary alone, on one page for paper; the appointment's page while staff have
    not released it."""
    found = appointment_of(request, brand, appointment_id)
    released = released_summary_of(found)
    if released is None:
        return see_other(_page(brand, appointment_id))
    due_at = released.next_due_at
    context = {
        "brand": found.brand,
        "store": found.store,
        "appointment": found,
        "adviser": found.staff_member,
        "summary": released,
        "next_due": due_at.astimezone(found.zone) if due_at else None,
        "back_url": _page(brand, appointment_id),
        "back_label": _("my appointment"),
    }
    return render(request, "booking/customer/after/summary.html", context)
