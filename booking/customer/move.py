"""Another hour, or a call instead of a video: the same appointment and link."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking.availability.agendas import staff_for
from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from booking.customer.appointment import appointment_of, changed_page
from booking.customer.browser import notes_browser
from booking.customer.day_plan import plan_context
from booking.customer.times import TimeForm, chosen_start, named
from booking.errors import (
    SlotNotOffered,
    SlotTaken,
    StaleVersion,
    TooLateToMove,
    TransitionRefused,
)
from booking.forms import PhoneForm
from booking.models import Actor, Appointment
from booking.services.contact import change_contact
from booking.services.rescheduling import check_movable, move_appointment
from booking.shown import shown_in
from booking.starts import Start
from booking.states import Status
from booking.visitors import see_other
from stores.access import offer_for
from stores.models import Channel, Offer
from stores.wording import day_and_hour

CUSTOMER = Actor.customer()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@notes_browser
def move(request: HttpRequest, brand: str, appointment_id: uuid.UUID) -> HttpResponse:
    """GET shows the hours, of `?channel=` where given; POST moves to one of them. For a
    call the number is asked for first, where none is known."""
    found = appointment_of(request, brand, appointment_id)
    now = timezone.now()
    offer = _offer(found, request.GET.get("channel", found.channel))
    if offer.channel == Channel.CALLBACK and not found.customer.phone:
        return _ask_number(request, found, now)
    if request.method != "POST":
        check_movable(appointment=found, channel=offer.channel, by=CUSTOMER, now=now)
        return _page(request, found, offer, now)
    return _move(request, found, offer, now)


def _ask_number(
    request: HttpRequest, found: Appointment, now: dt.datetime
) -> HttpResponse:
    check_movable(appointment=found, channel=Channel.CALLBACK, by=CUSTOMER, now=now)
    typed = request.POST if request.method == "POST" else None
    form = PhoneForm(typed, country=found.store.country)
    form.fields["phone"].required = True
    if form.is_valid():
        change_contact(
            appointment=found, email="", **form.cleaned_data, by=CUSTOMER, now=now
        )
        return see_other(request.get_full_path())
    context = {
        "brand": found.brand,
        "store": found.store,
        "appointment": found,
        "form": form,
        "back_url": reverse("booking:appointment", args=[found.brand.slug, found.pk]),
        "back_label": _("my appointment"),
    }
    status = 422 if form.is_bound else 200
    return render(request, "booking/customer/number.html", context, status=status)


def _move(
    request: HttpRequest, found: Appointment, offer: Offer, now: dt.datetime
) -> HttpResponse:
    form, shown = TimeForm({"start": chosen_start(request)}), shown_in(request.POST)
    wish: dict[str, Any] = {"appointment": found, "channel": offer.channel}
    try:
        if not form.is_valid():
            if shown is not None:
                shown.check(found)
            check_movable(**wish, by=CUSTOMER, now=now)
            error = str(form.errors["start"][0])
            return _page(request, found, offer, now, error=error, status=422)
        starts_at = form.cleaned_data["start"]
        move_appointment(**wish, starts_at=starts_at, by=CUSTOMER, now=now, shown=shown)
    except (TransitionRefused, StaleVersion):
        return _changed(request, found, offer, now)
    except SlotTaken as taken:
        return _page(request, found, offer, now, nearest=taken.nearest, status=409)
    except SlotNotOffered:
        error = _("This time is not offered. Choose one of those below.")
        return _page(request, found, offer, now, error=error, status=422)
    messages.success(request, _said(found))
    return see_other(reverse("booking:appointment", args=[found.brand.slug, found.pk]))


def _said(moved: Appointment) -> str:
    when = {"when": day_and_hour(moved.local_start)}
    if moved.status == Status.REQUESTED:
        return _("Asked for: %(when)s. We will confirm this soon.") % when
    return _("Done: your appointment is now on %(when)s.") % when


def _changed(
    request: HttpRequest, found: Appointment, offer: Offer, now: dt.datetime
) -> HttpResponse:
    """The hours again, beside the visit as it is now; its page where it is over."""
    found = appointment_of(request, found.brand.slug, found.pk)
    try:
        check_movable(appointment=found, channel=offer.channel, by=CUSTOMER, now=now)
    except (TransitionRefused, TooLateToMove):
        return changed_page(request, found)
    return _page(request, found, offer, now, has_changed=True, status=409)


def _offer(found: Appointment, channel: str) -> Offer:
    """Http404 where the topic is not offered that way."""
    if channel not in Channel.values:
        raise Http404
    offer = offer_for(store=found.store, topic=found.topic, channel=channel)
    if offer is None:
        raise Http404
    return offer


def _page(
    request: HttpRequest,
    found: Appointment,
    offer: Offer,
    now: dt.datetime,
    *,
    nearest: Sequence[Start] | None = None,
    error: str = "",
    has_changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = _facts(request, found, offer, now) | {
        "nearest": nearest,
        "is_taken": nearest is not None,
        "error": error,
        "has_changed": has_changed,
    }
    return render(request, "booking/customer/move.html", context, status=status)


def _named_start(
    request: HttpRequest, offer: Offer, now: dt.datetime
) -> dt.datetime | None:
    """The hour that a link names by `?at=`: shown first where it is free."""
    form = TimeForm({"start": request.GET.get("at", "")})
    if not form.is_valid():
        return None
    at: dt.datetime = form.cleaned_data["start"]
    return at if at < now + dt.timedelta(days=offer.horizon + 1) else None


def _facts(
    request: HttpRequest, found: Appointment, offer: Offer, now: dt.datetime
) -> dict[str, Any]:
    query = StartQuery(offer=offer, store=found.store, now=now, ignoring=found)
    is_switch = offer.channel != found.channel
    is_declined = found.status == Status.DECLINED
    at = found.starts_at
    named_start = _named_start(request, offer, now)
    hours = plan_context(
        request,
        masks_for(query),
        now=now,
        preferred=named_start or (at if is_switch else None),
        without=None if is_switch else at,
    )
    staff = staff_for(query)
    page = reverse("booking:appointment", args=[found.brand.slug, found.pk])
    by = f"channel={offer.channel}" if is_switch else ""
    return hours | {
        "brand": found.brand,
        "store": found.store,
        "topic": found.topic,
        "offer": offer,
        "appointment": found,
        "is_switch": is_switch,
        "is_declined": is_declined,
        "is_named": bool(hours["first"]) and hours["first"].starts_at == named_start,
        "needs_answer": offer.needs_approval,
        "first_with": named(hours["first"], staff),
        "action": f"?{by}" if by else "",
        "and_with": f"&{by}" if by else "",
        "back_url": page,
        "back_label": _("my appointment"),
    }
