"""The hour: the first free one on a plate, then every other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from booking import visitors, wording
from booking.access import own_hold, own_visit_at
from booking.availability.agendas import staff_for
from booking.availability.search import first_by_channel
from booking.availability.starts import masks_for
from booking.customer.choice import Choice, Question, choice_for, step_of
from booking.customer.day_plan import plan_context
from booking.customer.front import remember_store
from booking.errors import SlotNotOffered, SlotTaken
from booking.fields import StartField
from booking.instants import read_instant
from booking.models import Hold
from booking.services.holding import hold_slot
from booking.starts import Start
from booking.visitors import see_other
from stores.access import has_other_stores
from stores.models import StaffMember


class TimeForm(forms.Form):
    start = StartField(error_messages={"required": gettext_lazy("Choose a time.")})


@require_http_methods(["GET", "HEAD", "POST"])
def times(
    request: HttpRequest, brand: str, store: str, topic: str, channel: str
) -> HttpResponse:
    """GET shows the hours; POST keeps one for ten minutes and asks who it is for."""
    choice = choice_for(request, brand, store, topic, channel)
    if request.method != "POST":
        return times_page(request, choice)
    form = TimeForm({"start": chosen_start(request)})
    if not form.is_valid():
        error = str(form.errors["start"][0])
        return times_page(request, choice, error=error, status=422)
    at = form.cleaned_data["start"]
    try:
        hold = _hold(request, choice, at)
    except SlotTaken as taken:
        near = taken.nearest
        return times_page(request, choice, nearest=near, taken_at=at, status=409)
    except SlotNotOffered:
        error = _("This time is not offered. Choose one of those below.")
        return times_page(request, choice, error=error, status=422)
    response = see_other(reverse("booking:details", args=[brand, hold.pk]))
    visitors.remember_visitor(request, response)
    remember_store(response, choice.store)
    return response


def _hold(request: HttpRequest, choice: Choice, starts_at: dt.datetime) -> Hold:
    return hold_slot(
        store=choice.store,
        topic=choice.topic,
        channel=choice.offer.channel,
        starts_at=starts_at,
        staff_member=choice.staff_member,
        visitor=visitors.visitor_of(request),
        network=visitors.network_of(request),
        now=timezone.now(),
    )


def wanted_start(request: HttpRequest) -> dt.datetime | None:
    """The hour of `?start=`, chosen on a page that leads here: the plate shows it. Any
    text that is none is nobody's choice."""
    if request.method == "POST":
        return None
    try:
        return read_instant(request.GET.get("start", ""))
    except ValueError:
        return None


def chosen_start(request: HttpRequest) -> str:
    """The one start that was sent. Of several nobody knows which was meant: none."""
    sent = request.POST.getlist("start")
    return sent[0] if len(sent) == 1 else ""


def times_page(
    request: HttpRequest,
    choice: Choice,
    *,
    nearest: Sequence[Start] | None = None,
    taken_at: dt.datetime | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of hours. `nearest` (even if empty) says that one was just taken, at
    `taken_at`: by this very customer, perhaps, on another page."""
    now = timezone.now()
    context = _facts(request, choice, now)
    if not error and nearest is None:
        nearest = context["instead"]
    context |= {"nearest": nearest, "is_taken": nearest is not None, "error": error}
    if taken_at is not None:
        context["own_visit"] = own_visit_at(request, choice.brand, taken_at)
    if context["is_lost"]:
        context["own_hold"] = own_hold(request, choice.brand, now)
    return render(request, "booking/customer/times.html", context, status=status)


def _facts(request: HttpRequest, choice: Choice, now: dt.datetime) -> dict[str, Any]:
    query, wanted = choice.query(now), wanted_start(request)
    masks = masks_for(query)
    is_near = wanted is not None and masks.bit_of(wanted) is not None
    preferred = wanted if is_near else None
    hours = plan_context(request, masks, now=now, preferred=preferred)
    is_wanted = bool(hours["first"]) and hours["first"].starts_at == wanted
    staff = staff_for(replace(query, staff_member=None))
    who = f"with={choice.staff_member.pk}" if choice.staff_member else ""
    slugs = [choice.brand.slug, choice.store.slug, choice.topic.slug]
    has_others = has_other_stores(choice.store)
    if hours["first"] is None:
        hours["elsewhere"] = _elsewhere(choice, now, has_others=has_others)
    return hours | {
        "brand": choice.brand,
        "store": choice.store,
        "topic": choice.topic,
        "offer": choice.offer,
        "staff_member": choice.staff_member,
        "staff": staff,
        "first_with": named(hours["first"], staff),
        "is_named": is_wanted,
        "instead": masks.nearest(wanted) if wanted and not is_wanted else None,
        "is_lost": "lost" in request.GET,
        **step_of(Question.HOUR, has_others=has_others),
        "action": choice.times_url + (f"?{who}" if who else ""),
        "and_with": f"&{who}" if who else "",
        "back_url": reverse("booking:channels", args=slugs),
        "back_label": _("choose how"),
    }


def _elsewhere(choice: Choice, now: dt.datetime, *, has_others: bool) -> dict[str, Any]:
    """Other channels that have an hour, where this one has none."""
    doors = first_by_channel(store=choice.store, topic=choice.topic, now=now)
    return {
        "doors": [
            (offer, first)
            for offer, first in doors
            if first is not None and offer.channel != choice.offer.channel
        ],
        "has_other_stores": has_others,
    }


def named(start: Start | None, staff: Sequence[StaffMember]) -> str:
    """Names who may be met at that start, in words; empty without a start."""
    ids = start.staff_ids if start else ()
    return wording.one_of([member.display_name for member in staff if member.pk in ids])
