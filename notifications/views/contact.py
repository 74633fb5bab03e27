"""Asked again on the link: another address or number, when messages came back."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking.access import appointment_for_link
from booking.customer.appointment import changed_page
from booking.errors import StaleVersion
from booking.fields import PHONE_ATTRIBUTES, EmailField, PhoneField
from booking.forms import SummedForm
from booking.models import Actor, Appointment
from booking.services.contact import change_contact
from booking.shown import AS_SHOWN, as_shown_in, shown_in, stamp_of
from booking.visitors import see_other
from notifications.outbox.text_budget import texts_reach
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
            as_shown=as_shown_in(request.POST),
        )
    except StaleVersion:
        found = appointment_for_link(request, found.pk)
        if found.takes_time:
            return _page(request, found, form, status=409)
        return changed_page(request, found)
    send_again(appointment=found, now=now)
    messages.success(request, gettext("Done: we write there from now on."))
    return see_other(reverse("booking:appointment", args=[found.brand.slug, found.pk]))


def _page(
    request: HttpRequest, found: Appointment, form: ContactForm, *, status: int
) -> HttpResponse:
    customer = found.customer
    context = {
        "appointment": found,
        "brand": found.brand,
        "store": found.store,
        "form": form,
        "addresses": ", ".join(filter(None, (customer.email, customer.phone))),
        "has_changed": status == HTTPStatus.CONFLICT,
        "as_shown": (
            request.POST.get(AS_SHOWN, "")
            if status == HTTPStatus.UNPROCESSABLE_ENTITY
            else stamp_of(customer.email, customer.phone)
        ),
        "back_url": reverse("booking:appointment", args=[found.brand.slug, found.pk]),
    }
    return render(request, "notifications/contact.html", context, status=status)


class ContactForm(SummedForm):
    """Another address, another number, or both."""

    email = EmailField(
        max_length=254, required=False, label=_("Another e-mail address")
    )
    phone = PhoneField(max_length=40, required=False, label=_("Or a telephone number"))

    def __init__(self, *args: Any, brand_id: int, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brand_id = brand_id
        phone = self.fields["phone"]
        if isinstance(phone, PhoneField):
            phone.region = country
        phone.widget.attrs.update(PHONE_ATTRIBUTES)
        self.fields["email"].widget.attrs.update(
            {"class": "input", "autocomplete": "email"}
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if not self.errors and not (cleaned.get("email") or cleaned.get("phone")):
            self.add_error("email", _("Write an e-mail address or a number."))
        phone, email = cleaned.get("phone"), cleaned.get("email")
        if phone and not email and not texts_reach(self.brand_id, phone):
            words = _(
                "No text message reaches this number. Write an e-mail address, too."
            )
            self.add_error("email", words)
        return cleaned
