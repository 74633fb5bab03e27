"""The visit in one's pocket: a card of paper, and a copy on the phone that opens
without a network.

The copy is kept only after "Keep on this phone". It holds the hour, the place, the
channel and our number: no name, no words, no photograph. The browser asks the worker
for it when the network fails, and drops it a day after the visit.
"""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking.customer.appointment import appointment_of
from booking.links import permanent_url
from booking.spoken.pairs import words_of
from booking.stages import kept_until


@never_cache
@require_safe
def card(request: HttpRequest, brand: str, appointment_id: uuid.UUID) -> HttpResponse:
    """All that is needed on the way, on one sheet."""
    found = appointment_of(request, brand, appointment_id)
    context = {
        "brand": found.brand,
        "store": found.store,
        "appointment": found,
        "adviser": found.staff_member,
        "spoken": words_of(found),
        "link": permanent_url(found),
        "back_url": reverse("booking:appointment", args=[brand, appointment_id]),
        "back_label": _("my appointment"),
    }
    return render(request, "booking/customer/card.html", context)


@never_cache
@require_safe
def kept(request: HttpRequest, brand: str, appointment_id: uuid.UUID) -> HttpResponse:
    """The copy, with the moment at which it was true and until when it may lie there.
    404 once nothing may be kept: the browser then drops what it has."""
    found, now = appointment_of(request, brand, appointment_id), timezone.now()
    until = kept_until(found, now)
    if until is None:
        raise Http404
    context = {
        "of": found.brand,
        "store": found.store,
        "appointment": found,
        "as_of": now.astimezone(found.zone),
    }
    response = render(request, "booking/customer/kept.html", context)
    response["X-Keep-Until"] = str(int(until.timestamp()))
    return response


@never_cache
@require_safe
def worker(request: HttpRequest, brand: str, appointment_id: uuid.UUID) -> HttpResponse:
    """The service worker of this one visit. Its address is what bounds it: it sees
    neither another visit nor another brand. The name of what it imports changes with
    each version."""
    appointment_of(request, brand, appointment_id)
    body = f'importScripts("{static("booking/kept-worker.js")}");\n'
    return HttpResponse(body, content_type="text/javascript")
