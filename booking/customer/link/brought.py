"""Question, photographs, product and needs of a visit, on the customer's own page."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking.brought.photos import Owner
from booking.brought.product import Brought, facts_of
from booking.brought.serving import picture_answer
from booking.customer.appointment import appointment_of, changed_page
from booking.customer.browser import notes_browser
from booking.customer.photos import drop_photo, take_photos
from booking.errors import StaleVersion, TooLateToBring
from booking.forms import BroughtForm
from booking.models import Appointment
from booking.shown import as_shown_in, stamp_of
from booking.thread.writing import correct
from booking.visitors import see_other


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@notes_browser
def brought(
    request: HttpRequest, brand: str, appointment_id: uuid.UUID
) -> HttpResponse:
    """GET shows the form; POST keeps it, and takes or removes photographs. After the
    start the visit's own page says how it stands."""
    found = appointment_of(request, brand, appointment_id)
    if not found.may_bring(timezone.now()):
        if request.method == "POST":
            return changed_page(request, found)
        return see_other(reverse("booking:appointment", args=[brand, found.pk]))
    if request.method != "POST":
        return _page(request, found, BroughtForm(initial=_initial(found)))
    form = BroughtForm(request.POST)
    try:
        return _keep(request, found, form)
    except TooLateToBring:
        return changed_page(request, appointment_of(request, brand, appointment_id))
    except StaleVersion:
        found = appointment_of(request, brand, appointment_id)
        return _page(request, found, form, status=HTTPStatus.CONFLICT)


def _keep(request: HttpRequest, found: Appointment, form: BroughtForm) -> HttpResponse:
    """Photographs first: they stay whatever else is refused."""
    owner, is_right = Owner.of(found), form.is_valid()
    is_about_photos = {"add", "remove"} & request.POST.keys()
    if is_about_photos:
        form.errors.clear()
    drop_photo(request, owner)
    take_photos(request, owner, form, is_asked="add" in request.POST)
    if form.errors or is_about_photos:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
        return _page(request, found, form, status=status)
    shown = as_shown_in(request.POST)
    if not is_right or shown is None:
        raise StaleVersion
    data = form.cleaned_data
    kept = Brought(data["product"], data["asks_stock"], data["needs"])
    correct(
        appointment=found,
        question=data["question"],
        brought=kept,
        shown=shown,
        now=timezone.now(),
    )
    messages.success(request, _("Done: your adviser reads it before the visit."))
    return see_other(reverse("booking:appointment", args=[found.brand.slug, found.pk]))


def _initial(found: Appointment) -> dict[str, object]:
    return {
        "question": found.question,
        "product": found.product,
        "asks_stock": bool(found.stock),
        "needs": found.needs.split(),
    }


def _page(
    request: HttpRequest, found: Appointment, form: BroughtForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "brand": found.brand,
        "store": found.store,
        "appointment": found,
        "form": form,
        "photos": Owner.of(found).photos(),
        "photos_url": reverse("booking:brought", args=[found.brand.slug, found.pk]),
        "stamp": stamp_of(*facts_of(found)),
        "has_changed": status == HTTPStatus.CONFLICT,
        "back_url": reverse("booking:appointment", args=[found.brand.slug, found.pk]),
        "back_label": _("my appointment"),
    }
    return render(request, "booking/customer/brought.html", context, status=status)


@never_cache
@require_safe
def visit_photo(
    request: HttpRequest, brand: str, appointment_id: uuid.UUID, photo_id: uuid.UUID
) -> HttpResponse:
    """A photograph of the visit, to who opened its link."""
    found = appointment_of(request, brand, appointment_id)
    return picture_answer(Owner.of(found), photo_id)
