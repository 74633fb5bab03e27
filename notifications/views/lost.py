"""Find my appointment: its link is sent again to an address or number that is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking.fields import EmailField, e164
from booking.forms import SummedForm
from booking.lost.links import countries_of, visits_to_send
from booking.models import Appointment
from booking.visitors import network_of
from notifications.kinds import Kind
from notifications.models import Delivery
from notifications.outbox.readers import plan
from notifications.outbox.text_budget import texts_reach
from notifications.policy import CUSTOMER
from stores.access import brand_for_slug
from stores.models import Brand

LASTS = dt.timedelta(hours=1)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: HttpRequest, brand: str) -> HttpResponse:
    """GET asks for the contact; POST answers the same, known or not."""
    found = brand_for_slug(brand)
    typed = request.POST if request.method == "POST" else None
    form = LostForm(typed, countries=countries_of(found))
    if not form.is_valid():
        return _page(request, found, form, status=422 if form.is_bound else 200)
    now, contact = timezone.now(), form.cleaned_data
    visits = visits_to_send(
        brand=found,
        email=contact["email"],
        phones=contact["phones"],
        network=network_of(request),
        now=now,
    )
    _plan_links(visits, by_text=bool(contact["phones"]), now=now)
    return _page(request, found, form, is_sent=True)


def _plan_links(
    visits: Sequence[Appointment], *, by_text: bool, now: dt.datetime
) -> None:
    """One mail that names all of the visits, or a text message for each. Where a number
    takes no text messages and an address is known, the mail. Twice within a minute is
    once."""
    if not visits:
        return
    reached = [
        visit for visit in visits
        if by_text and texts_reach(visit.brand_id, visit.customer.phone)
    ]  # fmt: skip
    if reached:
        plan(_message(visit, Delivery.Channel.SMS, now) for visit in reached)
        return
    with_address = [visit for visit in visits if visit.customer.email]
    plan(_message(visit, Delivery.Channel.EMAIL, now) for visit in with_address[:1])


def _message(
    visit: Appointment, channel: Delivery.Channel, now: dt.datetime
) -> Delivery:
    return Delivery(
        brand_id=visit.brand_id,
        appointment_id=visit.pk,
        sequence=visit.sequence,
        kind=Kind.LINK,
        occasion=f"asked-{now:%Y%m%d%H%M}",
        channel=channel,
        recipient=CUSTOMER,
        due_at=now,
        useless_after=now + LASTS,
    )


def _page(
    request: HttpRequest,
    brand: Brand,
    form: LostForm,
    *,
    status: int = 200,
    is_sent: bool = False,
) -> HttpResponse:
    context = {"brand": brand, "form": form, "is_sent": is_sent}
    return render(request, "notifications/lost.html", context, status=status)


class LostForm(SummedForm):
    """One field that takes an address or a number; cleaned to `email` or `phones`: all
    that the digits mean where the brand has stores."""

    who = forms.CharField(
        max_length=254,
        error_messages={"required": _("Give a mobile number or an e-mail address.")},
    )

    def __init__(self, *args: Any, countries: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.countries = countries

    def clean(self) -> dict[str, Any]:
        text = self.cleaned_data.get("who", "")
        if not text:
            return {}
        try:
            if "@" in text or "\N{FULLWIDTH COMMERCIAL AT}" in text:
                return {"email": EmailField().clean(text), "phones": []}
            return {"email": "", "phones": self._numbers(text)}
        except ValidationError as refused:
            self.add_error("who", refused)
        return {}

    def _numbers(self, text: str) -> list[str]:
        """ValidationError of the first country where it is none in any."""
        found: dict[str, None] = {}
        refused: list[ValidationError] = []
        for country in self.countries:
            try:
                found[e164(text, country)] = None
            except ValidationError as error:
                refused.append(error)
        if not found:
            raise refused[0]
        return list(found)
