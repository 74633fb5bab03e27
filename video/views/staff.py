"""The adviser's side of the room, and the supervisor's."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from booking.access import appointment_for_staff
from stores.access import workplace_for
from video.access import Seat, room_for_staff, room_row_of, seat_for
from video.admission import is_open
from video.forms import HOLDS, REFUSALS
from video.models import Participant
from video.pages import RoomPage
from video.queries import customer_in, guests_in
from video.support import support_of
from video.views.partials import render_polled
from video.waiting import door_of, guests_at_door


@login_required
@require_GET
def enter_staff(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Who knows an appointment comes to its room."""
    appointment = appointment_for_staff(workplace_for(request), appointment_id)
    room = room_for_staff(workplace_for(request), appointment.pk)
    return redirect("video:staff_room", room.pk)


@login_required
@require_GET
def room(request: HttpRequest, room_id: UUID) -> HttpResponse:
    now = timezone.now()
    seat = seat_for(request, room_id, Participant.Role.ADVISER)
    template = "staff_room" if is_open(seat.room, now) else "staff_closed"
    return render(request, f"video/{template}.html", _context(seat, now))


@login_required
@require_GET
def door(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """Who waits, as the room's page asks again and again."""
    now = timezone.now()
    seat = seat_for(request, room_id, Participant.Role.ADVISER)
    return render_polled(request, "video/_door.html", _context(seat, now))


@login_required
@require_GET
def support(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """Who came when, how their line was and why they went; never what was said."""
    appointment = appointment_for_staff(workplace_for(request), room_id)
    context = {
        "appointment": appointment,
        "brand": appointment.brand,
        "support": support_of(room_row_of(appointment)),
    }
    return render(request, "video/staff_support.html", context)


def _context(seat: Seat, now: dt.datetime) -> dict[str, object]:
    page = RoomPage(seat, now)
    return page.context() | {
        "door": door_of(customer_in(seat.room), now),
        "guests": guests_at_door(guests_in(seat.room), now),
        "holds": HOLDS,
        "refusals": REFUSALS,
        "is_early": now < seat.room.opens_at,
    }
