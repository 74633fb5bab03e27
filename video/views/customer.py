"""Device check, waiting room and room of the customer."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from booking.after.rating import may_rate
from booking.customer.appointment import appointment_of, changed_page
from booking.errors import PhoneNeeded, SlotNotOffered, StaleVersion, TransitionRefused
from booking.forms import PhoneForm
from booking.links import permanent_url
from booking.models import Actor
from booking.shown import shown_in
from stores.models import Channel
from video import services
from video.access import Seat, room_for_link, room_of
from video.admission import is_admitted, is_open
from video.models import Participant, Room
from video.pages import RoomPage
from video.queries import connected_advisers, customer_in
from video.views.partials import render_invitation, render_polled
from video.waiting import Waiting, is_over, waiting_state


@require_GET
def device(request: HttpRequest, brand_slug: str, appointment_id: UUID) -> HttpResponse:
    now = timezone.now()
    room = _room(request, brand_slug, appointment_id)
    link = permanent_url(room.appointment)
    context = _context(room, now) | {"is_open": is_open(room, now), "link": link}
    return render(request, "video/device.html", context)


@require_GET
def waiting(
    request: HttpRequest, brand_slug: str, appointment_id: UUID
) -> HttpResponse:
    now = timezone.now()
    room = _room(request, brand_slug, appointment_id)
    state = _state(room, now)
    if state is Waiting.ADMITTED:
        return redirect("video:room", brand_slug, appointment_id)
    if state is Waiting.OVER:
        return _closed(request, room, now)
    context = _context(room, now) | {"state": state}
    return render(request, "video/waiting.html", context)


@require_GET
def state(request: HttpRequest, brand_slug: str, appointment_id: UUID) -> HttpResponse:
    """The part of the waiting page that changes."""
    now = timezone.now()
    room = _room(request, brand_slug, appointment_id)
    context = _context(room, now) | {"state": _state(room, now)}
    return render_polled(request, "video/_waiting_state.html", context)


@require_POST
def join(request: HttpRequest, brand_slug: str, appointment_id: UUID) -> HttpResponse:
    """ "I'm here": arrival is this press, never the opening of a page."""
    found = appointment_of(request, brand_slug, appointment_id)
    if found.channel != Channel.VIDEO:
        return changed_page(request, found)
    room, shown = room_of(found), shown_in(request.POST)
    try:
        services.say_here(room=room, now=timezone.now(), shown=shown)
    except StaleVersion:
        again = appointment_of(request, brand_slug, appointment_id)
        return changed_page(request, again)
    return redirect("video:waiting", brand_slug, appointment_id)


@require_POST
def here(request: HttpRequest, brand_slug: str, appointment_id: UUID) -> HttpResponse:
    """The waiting page's sign of life."""
    room = _room(request, brand_slug, appointment_id)
    services.mark_here(room=room, now=timezone.now())
    return HttpResponse(status=204)


@gzip_page
@require_GET
def room(request: HttpRequest, brand_slug: str, appointment_id: UUID) -> HttpResponse:
    """Packed, as it repeats nothing that a request could bring in."""
    now = timezone.now()
    room = _room(request, brand_slug, appointment_id)
    if is_over(room) or not is_open(room, now):
        return _closed(request, room, now)
    if not is_admitted(customer_in(room)):
        return redirect("video:waiting", brand_slug, appointment_id)
    known = room.appointment.customer.phone
    form = PhoneForm(initial={"phone": known}, country=room.appointment.store.country)
    return _room_page(request, room, form)


@require_POST
def invite(request: HttpRequest, brand_slug: str, appointment_id: UUID) -> HttpResponse:
    """A link for a relative or a colleague, as a piece of the room's page."""
    room = _room(request, brand_slug, appointment_id)
    link = services.invite_guest(room=room, now=timezone.now())
    return render_invitation(request, link)


@require_POST
def by_phone(
    request: HttpRequest, brand_slug: str, appointment_id: UUID
) -> HttpResponse:
    """The line is too weak: their adviser calls, now. Of two who press that at once
    the second finds it done. A number that cannot be called comes back with its
    reason."""
    found = appointment_of(request, brand_slug, appointment_id)
    if found.channel == Channel.CALLBACK and found.takes_time:
        return redirect("booking:appointment", brand_slug, appointment_id)
    if found.channel != Channel.VIDEO:
        return changed_page(request, found)
    room = room_of(found)
    form = PhoneForm(request.POST, country=room.appointment.store.country)
    if form.is_valid():
        return _call(request, room, form)
    return _room_page(request, room, form, status=422)


def _call(request: HttpRequest, room: Room, form: PhoneForm) -> HttpResponse:
    appointment = room.appointment
    place = (appointment.brand.slug, appointment.pk)
    try:
        services.go_on_by_phone(
            room=room,
            by=Actor.customer(),
            now=timezone.now(),
            shown=shown_in(request.POST),
            **form.cleaned_data,
        )
    except PhoneNeeded:
        form.add_error("phone", form.fields["phone"].error_messages["required"])
        return _room_page(request, room, form, status=422)
    except (TransitionRefused, StaleVersion):
        return changed_page(request, appointment_of(request, *place))
    except SlotNotOffered:
        return redirect("video:room", *place)
    return redirect("booking:appointment", *place)


def _room(request: HttpRequest, brand_slug: str, appointment_id: UUID) -> Room:
    room = room_for_link(request, appointment_id)
    if room.appointment.brand.slug != brand_slug:
        raise Http404
    return room


def _state(room: Room, now: dt.datetime) -> Waiting:
    return waiting_state(
        room,
        customer_in(room),
        adviser_here=connected_advisers(room).exists(),
        now=now,
    )


def _context(room: Room, now: dt.datetime) -> dict[str, object]:
    page = RoomPage(Seat(room, Participant.Role.CUSTOMER), now, customer_in(room))
    return page.context()


def _room_page(
    request: HttpRequest, room: Room, form: PhoneForm, *, status: int = 200
) -> HttpResponse:
    context = _context(room, timezone.now()) | {"phone_form": form}
    return render(request, "video/room.html", context, status=status)


def _closed(request: HttpRequest, room: Room, now: dt.datetime) -> HttpResponse:
    """After a visit a page that says so; else the appointment's page knows why."""
    if is_over(room):
        rated = {"may_rate": may_rate(room.appointment, now)}
        return render(request, "video/over.html", _context(room, now) | rated)
    appointment = room.appointment
    return redirect("booking:appointment", appointment.brand.slug, appointment.pk)
