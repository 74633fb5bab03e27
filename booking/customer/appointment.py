"""The permanent page of an appointment, and all that a customer does from it."""

from __future__ import annotations

import datetime as dt
import uuid
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from booking import access, visitors
from booking.after.page import facts_after
from booking.availability.alternatives import times_instead
from booking.brought.photos import Owner
from booking.calendars.ical import calendar_file
from booking.calendars.web import web_calendars
from booking.customer.browser import notes_browser
from booking.customer.choice import book_again_url
from booking.customer.link.exits import exits_of, state_of
from booking.errors import StaleVersion, TransitionRefused
from booking.forms import PhoneForm
from booking.links import is_proof, link_for_token, permanent_url
from booking.models import Actor, Appointment
from booking.models.promise import last_moment
from booking.queries import last_call
from booking.services.answers import answer_owed
from booking.services.attendance import record_arrival
from booking.services.callbacks import MOST_CALLS
from booking.services.cancelling import cancel_appointment
from booking.services.contact import EMAIL, note_answer
from booking.shown import shown_in
from booking.spoken.pairs import words_of
from booking.stages import ROOM_OPENS, Stage, kept_until, stage_of
from booking.states import UPCOMING, Status
from booking.thread.reading import facts_of_thread
from booking.visitors import see_other
from booking.wishes.answering import open_offer_of
from booking.wishes.making import may_wish, wish_of
from stores.access import offers_for_store
from stores.models import Channel


def appointment_of(
    request: HttpRequest, brand: str, appointment_id: uuid.UUID
) -> Appointment:
    """Http404 unless this browser opened its link, and under its own brand."""
    found = access.appointment_for_link(request, appointment_id)
    if found.brand.slug != brand:
        raise Http404
    return found


@require_safe
def permanent_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET `/r/<token>`: this browser may open the appointment from now on."""
    link = link_for_token(token)
    if link is None:
        raise Http404
    slug, appointment_id = link.brand.slug, link.appointment_id
    page = reverse("booking:appointment", args=[slug, appointment_id])
    told = [name for name in ("p", "rate") if name in request.GET]
    query = urlencode({name: request.GET[name][:12] for name in told})
    response = see_other(f"{page}?{query}" if query else page)
    response["Cache-Control"] = "no-store"
    visitors.remember_link(request, response, link)
    return response


@never_cache
@require_safe
def booked(request: HttpRequest, brand: str, appointment_id: uuid.UUID) -> HttpResponse:
    """The confirmation, right after booking."""
    found = appointment_of(request, brand, appointment_id)
    context = _facts(found, timezone.now())
    return render(request, "booking/customer/booked.html", context)


@never_cache
@require_safe
def appointment(
    request: HttpRequest, brand: str, appointment_id: uuid.UUID
) -> HttpResponse:
    """The permanent page: it shows what can be done now."""
    found = appointment_of(request, brand, appointment_id)
    return appointment_page(request, found)


@never_cache
@require_safe
def state(request: HttpRequest, brand: str, appointment_id: uuid.UUID) -> HttpResponse:
    """A short text that is another one when the permanent page would be."""
    found, now = appointment_of(request, brand, appointment_id), timezone.now()
    return HttpResponse(state_of(found, now), content_type="text/plain")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@notes_browser
def cancel(request: HttpRequest, brand: str, appointment_id: uuid.UUID) -> HttpResponse:
    """GET asks once; POST gives the time back. Cancelling twice changes nothing."""
    found = appointment_of(request, brand, appointment_id)
    now = timezone.now()
    page = reverse("booking:appointment", args=[brand, appointment_id])
    if stage_of(found, now) == Stage.CANCELLED:
        return see_other(page)
    if request.method != "POST":
        return _ask_to_cancel(request, found, now)
    try:
        cancel_appointment(
            appointment=found,
            by=Actor.customer(),
            now=now,
            shown=shown_in(request.POST),
        )
    except StaleVersion:
        found = appointment_of(request, brand, appointment_id)
        if not found.can_cancel(now):
            return changed_page(request, found)
        return _ask_to_cancel(request, found, now, has_changed=True)
    return see_other(page)


def _ask_to_cancel(
    request: HttpRequest,
    found: Appointment,
    now: dt.datetime,
    *,
    has_changed: bool = False,
) -> HttpResponse:
    page = reverse("booking:appointment", args=[found.brand.slug, found.pk])
    context = _facts(found, now) | {
        "back_url": page,
        "back_label": _("my appointment"),
        "has_changed": has_changed,
    }
    status = HTTPStatus.CONFLICT if has_changed else HTTPStatus.OK
    return render(request, "booking/customer/cancel.html", context, status=status)


@never_cache
@require_safe
def calendar(
    request: HttpRequest, brand: str, appointment_id: uuid.UUID
) -> HttpResponse:
    found = appointment_of(request, brand, appointment_id)
    body = calendar_file(found, permanent_url(found), now=timezone.now())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="visavis.ics"'
    return response


@require_POST
@notes_browser
def arrive(request: HttpRequest, brand: str, appointment_id: uuid.UUID) -> HttpResponse:
    """ "I'm here", in the store."""
    found = appointment_of(request, brand, appointment_id)
    shown = shown_in(request.POST)
    try:
        record_arrival(
            appointment=found, by=Actor.customer(), now=timezone.now(), shown=shown
        )
    except (TransitionRefused, StaleVersion):
        return changed_page(request, appointment_of(request, brand, appointment_id))
    return see_other(reverse("booking:appointment", args=[brand, appointment_id]))


@require_POST
@notes_browser
def answered(
    request: HttpRequest, brand: str, appointment_id: uuid.UUID
) -> HttpResponse:
    """The page that a mail led to has been looked at by somebody: 204 either way."""
    found = appointment_of(request, brand, appointment_id)
    if is_proof(found, request.POST.get("p", "")):
        note_answer(customer=found.customer, channel=EMAIL, now=timezone.now())
    return HttpResponse(status=204)


def changed_page(request: HttpRequest, found: Appointment) -> HttpResponse:
    """Answers 409: the request was meant for an earlier state. `found` is read again;
    its page says how it stands now, and what can be done."""
    return appointment_page(request, found, status=HTTPStatus.CONFLICT)


def appointment_page(
    request: HttpRequest, found: Appointment, *, status: int = 200, **forms: object
) -> HttpResponse:
    """`forms` are those that were refused, with what was typed into them."""
    page = reverse("booking:appointment", args=[found.brand.slug, found.pk])
    proof = request.GET.get("p", "")
    is_new = not found.customer.email_answered_at and is_proof(found, proof)
    context = _facts(found, timezone.now()) | {
        "phone_form": PhoneForm(country=found.store.country),
        "has_changed": status == HTTPStatus.CONFLICT,
        "page_url": page,
        "state": state_of(found, timezone.now()),
        "photos": Owner.of(found).photos(),
        "may_bring": found.may_bring(timezone.now()),
        "proof": proof if is_new else "",
        **facts_of_thread(found, timezone.now()),
        **_earlier(found, timezone.now()),
        **forms,
    }
    return render(request, "booking/customer/appointment.html", context, status=status)


def _earlier(found: Appointment, now: dt.datetime) -> dict[str, Any]:
    """The wish for an earlier hour, and the one that is offered now."""
    wish = wish_of(found) if found.status in UPCOMING else None
    offer = open_offer_of(found, now) if wish else None
    return {
        "may_wish": may_wish(found, now),
        "wish": wish,
        "earlier_offer": offer,
    }


def _facts(found: Appointment, now: dt.datetime) -> dict[str, Any]:
    stage = stage_of(found, now)
    prefetch_related_objects([found], "links")
    link = permanent_url(found)
    return {
        "brand": found.brand,
        "store": found.store,
        "appointment": found,
        "adviser": found.staff_member,
        "now": now,
        "stage": stage,
        "can_cancel": found.can_cancel(now),
        "switches": _switches(found, now),
        "is_late": found.is_late(now),
        "may_keep": kept_until(found, now) is not None,
        "link": link,
        "web_calendars": web_calendars(found, link),
        "spoken": words_of(found),
        "room_opens": found.local_start - ROOM_OPENS,
        "again_url": book_again_url(found, with_adviser=stage == Stage.DONE),
        "exits": exits_of(found, now),
        "expected_at": found.expected_at.astimezone(found.zone),
        **_answer(found, now),
        **(facts_after(found, now) if stage == Stage.DONE else {}),
        **(_calls(found) if found.channel == Channel.CALLBACK else {}),
    }


def _answer(found: Appointment, now: dt.datetime) -> dict[str, Any]:
    """Until when the store answers what was asked for, or what it answered."""
    if found.status not in (Status.REQUESTED, Status.DECLINED):
        return {}
    owed = answer_owed(found)
    told_at = owed.told_at if owed else found.created_at
    is_off = found.status == Status.DECLINED
    return {
        "answer_by": owed.due_at.astimezone(found.zone) if owed else None,
        "answer_ends": last_moment(told_at, found.starts_at).astimezone(found.zone),
        "is_overdue": owed is not None and (owed.broken_at or owed.due_at) <= now,
        "is_lapsed": is_off and owed is not None and owed.kept_at is None,
        "instead": times_instead(found, now=now) if is_off else (),
    }


def _calls(found: Appointment) -> dict[str, Any]:
    """Returns when we call, and when we have called in vain since that hour was
    told."""
    last, tries = last_call(found)
    again = last.next_try_at if last else None
    return {
        "promised_at": (again or found.starts_at).astimezone(found.zone),
        "tried_at": last.made_at.astimezone(found.zone) if last and again else None,
        "calls_in_vain": tries >= MOST_CALLS,
    }


def _switches(found: Appointment, now: dt.datetime) -> list[str]:
    """The other channels by which the same topic may be talked about. A call is never
    too late: the page asks for the number where none is known."""
    if found.status not in UPCOMING:
        return []
    offers = offers_for_store(found.store)
    channels = [o.channel for o in offers if o.topic_id == found.topic_id]
    late = not found.can_cancel(now)
    return [
        channel
        for channel in channels
        if channel != found.channel and not (late and channel != Channel.CALLBACK)
    ]
