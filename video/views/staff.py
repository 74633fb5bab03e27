"""The adviser's side of the room, the supervisor's, and the support page.

The support page shows comings, goings and figures of a room, no content.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from booking.access import appointment_for_staff
from booking.spoken.showing import spoken_for
from booking.stages import is_away
from stores.access import workplace_for
from video.access import Seat, room_for_staff, room_row_of, seat_for
from video.admission import is_open
from video.forms import HOLDS, REFUSALS
from video.models import CallQualitySample, Participant, Room, Stay
from video.pages import RoomPage
from video.queries import customer_in, guests_in, latest_samples_of, seats_of, stays_of
from video.views.partials import render_polled
from video.waiting import door_of, guests_at_door

SHOWN = 40
"""Samples of one seat, the newest; the page is read in one look."""


@login_required
@require_GET
def enter_staff(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Leads staff from an appointment to its room."""
    appointment = appointment_for_staff(workplace_for(request), appointment_id)
    room = room_for_staff(workplace_for(request), appointment.pk)
    return redirect("video:staff_room", room.pk)


@login_required
@require_GET
def room(request: HttpRequest, room_id: UUID) -> HttpResponse:
    now = timezone.now()
    seat = seat_for(request, room_id, Participant.Role.ADVISER)
    template = "staff_room" if is_open(seat.room, now) else "staff_closed"
    visit = seat.room.appointment
    spoken = spoken_for(workplace_for(request), [visit], now=now).get(visit.pk)
    context = _context(seat, now) | {"spoken": spoken}
    return render(request, f"video/{template}.html", context)


@login_required
@require_GET
def door(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """Answers who waits, as the room's page asks again and again."""
    now = timezone.now()
    seat = seat_for(request, room_id, Participant.Role.ADVISER)
    return render_polled(request, "video/_door.html", _context(seat, now))


@login_required
@require_GET
def support(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """Shows who came when, how their line was and why they went; never what was
    said."""
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
        "door": door_of(customer_in(seat.room), now, before=page.other_before),
        "is_away": is_away(seat.room.appointment, now),
        "guests": guests_at_door(guests_in(seat.room), now),
        "holds": HOLDS,
        "refusals": REFUSALS,
        "is_early": now < seat.room.opens_at,
    }


@dataclass(frozen=True)
class SeatReport:
    """One person of the room: their stays, the oldest first, and newest samples."""

    participant: Participant
    stays: list[Stay]
    samples: list[CallQualitySample]

    @property
    def worst(self) -> CallQualitySample | None:
        """The sample that explains a complaint: weakest line, then most loss."""
        order = {"poor": 0, "fair": 1, "good": 2}
        key = [(order.get(s.line, 3), -(s.lost_percent or 0)) for s in self.samples]
        if not key:
            return None
        return self.samples[key.index(min(key))]


@dataclass(frozen=True)
class Support:
    room: Room
    seats: list[SeatReport]


def support_of(room: Room) -> Support:
    """Reads it in three queries, for any number of people."""
    seats = list(seats_of(room))
    stays: dict[object, list[Stay]] = {}
    for stay in stays_of(room):
        stays.setdefault(stay.participant_id, []).append(stay)
    samples: dict[object, list[CallQualitySample]] = {}
    for sample in latest_samples_of(room):
        shown = samples.setdefault(sample.participant_id, [])
        if len(shown) < SHOWN:
            shown.append(sample)
    reports = [
        SeatReport(seat, stays.get(seat.pk, []), samples.get(seat.pk, []))
        for seat in seats
    ]
    return Support(room, reports)
