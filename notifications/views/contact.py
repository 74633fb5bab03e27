"""Asked again on the link: another address or number, when messages came back."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking.access import appointment_for_link
from booking.customer.appointment import changed_page
from booking.errors import StaleVersion
from booking.models import Actor, Appointment
from booking.services.contact import change_contact
from booking.shown import shown_in
from booking.visitors import see_other
from notifications.forms import ContactForm
from notifications.returns.bounces import send_again


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(
    request: HttpRequest, brand: str, appointment_id: uuid.UUID
) -> HttpResponse:
    """GET asks; POST changes it and sends again what came back."""
    found = appointment_for_link(request, appointment_id)
    if found.brand.slug != brand:
        raise Http404
    typed = request.POST if request.method == "POST" else None
    form = ContactForm(typed, brand_id=found.brand_id, country=found.store.country)
    if not form.is_valid():
        return _page(request, found, form, status=422 if form.is_bound else 200)
    return _change(request, found, form)


def _change(
    request: HttpRequest, found: Appointment, form: ContactForm
) -> HttpResponse:
    now = timezone.now()
    try:
        change_contact(
            appointment=found,
            **form.cleaned_data,
            by=Actor.customer(),
            now=now,
            shown=shown_in(request.POST),
        )
    except StaleVersion:
        found = appointment_for_link(request, found.pk)
        if found.takes_time:
            return _page(request, found, form, status=409)
        return changed_page(request, found)
    send_again(appointment=found, now=now)
    return see_other(reverse("booking:appointment", args=[found.brand.slug, found.pk]))


def _page(
    request: HttpRequest, found: Appointment, form: ContactForm, *, status: int
) -> HttpResponse:
    context = {
        "appointment": found,
        "brand": found.brand,
        "store": found.store,
        "form": form,
        "has_changed": status == HTTPStatus.CONFLICT,
        "back_url": reverse("booking:appointment", args=[found.brand.slug, found.pk]),
    }
    return render(request, "notifications/contact.html", context, status=status)
