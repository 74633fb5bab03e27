"""A call instead: after a visit that did not happen, or within minutes."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.customer.appointment import (
    appointment_of,
    appointment_page,
    changed_page,
)
from booking.customer.browser import notes_browser
from booking.errors import (
    NobodyAtWork,
    PhoneNeeded,
    SlotNotOffered,
    StaleVersion,
    TransitionRefused,
)
from booking.forms import PhoneForm
from booking.models import Actor, Appointment
from booking.promises.calls import promise_call, refuse_call
from booking.services.callbacks import turn_into_callback
from booking.shown import shown_in
from booking.states import UPCOMING
from booking.visitors import see_other
from stores.models import Channel
from stores.wording import day_and_hour


@require_POST
@notes_browser
def to_callback(
    request: HttpRequest, brand: str, appointment_id: uuid.UUID
) -> HttpResponse:
    """ "Call me instead", after a visit that did not happen: same link, same row."""
    found = appointment_of(request, brand, appointment_id)
    form = PhoneForm(request.POST, country=found.store.country)
    if not form.is_valid():
        return appointment_page(request, found, phone_form=form, status=422)
    try:
        turn_into_callback(
            appointment=found,
            by=Actor.customer(),
            now=timezone.now(),
            phone=form.cleaned_data["phone"],
            shown=shown_in(request.POST),
        )
    except PhoneNeeded:
        form.add_error("phone", _("Write the number that we should call."))
        return appointment_page(request, found, phone_form=form, status=422)
    except (TransitionRefused, StaleVersion):
        found = appointment_of(request, brand, appointment_id)
        if not _is_called(found, form.cleaned_data["phone"]):
            return changed_page(request, found)
    when = {"when": day_and_hour(found.local_start)}
    messages.success(request, _("Done: we call you on %(when)s.") % when)
    return see_other(reverse("booking:appointment", args=[brand, appointment_id]))


def _is_called(found: Appointment, phone: str) -> bool:
    """True if the first of two taps has turned it into that call already."""
    is_call = found.channel == Channel.CALLBACK and found.status in UPCOMING
    return is_call and phone in ("", found.customer.phone)


@require_POST
@notes_browser
def call_now(
    request: HttpRequest, brand: str, appointment_id: uuid.UUID
) -> HttpResponse:
    """ "Call me": whom our side keeps waiting is called within 15 minutes."""
    found = appointment_of(request, brand, appointment_id)
    form = PhoneForm(request.POST, country=found.store.country)
    if not form.is_valid():
        return appointment_page(request, found, phone_form=form, status=422)
    try:
        promise_call(
            appointment=found,
            by=Actor.customer(),
            now=timezone.now(),
            phone=form.cleaned_data["phone"],
            shown=shown_in(request.POST),
        )
    except PhoneNeeded:
        form.add_error("phone", _("Write the number that we should call."))
        return appointment_page(request, found, phone_form=form, status=422)
    except (TransitionRefused, StaleVersion, SlotNotOffered, NobodyAtWork):
        return changed_page(request, appointment_of(request, brand, appointment_id))
    return see_other(reverse("booking:appointment", args=[brand, appointment_id]))


@require_POST
@notes_browser
def no_call(
    request: HttpRequest, brand: str, appointment_id: uuid.UUID
) -> HttpResponse:
    """ "Do not call me", after nobody came."""
    found = appointment_of(request, brand, appointment_id)
    shown = shown_in(request.POST)
    try:
        refuse_call(appointment=found, now=timezone.now(), shown=shown)
    except (TransitionRefused, StaleVersion):
        return changed_page(request, appointment_of(request, brand, appointment_id))
    return see_other(reverse("booking:appointment", args=[brand, appointment_id]))
