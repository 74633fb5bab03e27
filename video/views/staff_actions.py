"""One press each of the adviser: at the door, and on people in the room.

They are pressed on the board as well as in the room, whose page sends them without
leaving itself: that would end the call."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from booking.errors import PhoneNeeded, SlotNotOffered, StaleVersion, TransitionRefused
from booking.models import Actor
from booking.once import once_only
from booking.shown import shown_in
from booking.staff.pages import appointment_page
from stores.access import workplace_for
from stores.accounts.workplace import Workplace
from video import services
from video.access import room_for_staff
from video.forms import HoldForm, RefuseForm, WhoForm
from video.models import Room
from video.views.partials import render_invitation

Press = Callable[[HttpRequest, UUID], HttpResponse]


def at_door(act: Callable[[HttpRequest, Room], None]) -> Press:
    """One press at the door of the visit that its page showed; else 409 with the visit
    as it is now."""

    @login_required
    @require_POST
    @wraps(act)
    def press(request: HttpRequest, room_id: UUID) -> HttpResponse:
        room, shown = _room(request, room_id), shown_in(request.POST)
        if shown is not None and shown.is_stale(room.appointment):
            return _changed(request, room_id, StaleVersion.code)
        act(request, room)
        return _back(request, room_id)

    return press


@at_door
def admit(request: HttpRequest, room: Room) -> None:
    form = _checked(WhoForm(request.POST))
    services.admit(room=room, **form.cleaned_data, now=timezone.now())


@at_door
def hold(request: HttpRequest, room: Room) -> None:
    """ "Inès finishes with another customer, about 5 minutes"."""
    form = _checked(HoldForm(request.POST))
    services.hold(room=room, **form.cleaned_data, now=timezone.now())


@at_door
def refuse(request: HttpRequest, room: Room) -> None:
    form = _checked(RefuseForm(request.POST))
    services.refuse(room=room, **form.cleaned_data, now=timezone.now())


@login_required
@require_POST
def remove(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """Puts somebody out of the room."""
    workplace = workplace_for(request)
    room = room_for_staff(workplace, room_id)
    form = _checked(WhoForm(request.POST))
    member, user = workplace.staff_member, workplace.membership.user
    services.remove_participant(
        room=room,
        **form.cleaned_data,
        by=member.display_name if member else str(user),
        now=timezone.now(),
    )
    return _back(request, room_id)


@login_required
@require_POST
def invite(request: HttpRequest, room_id: UUID) -> HttpResponse:
    link = services.invite_guest(room=_room(request, room_id), now=timezone.now())
    return render_invitation(request, link)


@login_required
@require_POST
def by_phone(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """ "Switch to phone": the visit goes on as a call, and this page tells where."""
    return _go_on_by_phone(request, workplace_for(request), room_id)


@once_only
def _go_on_by_phone(
    request: HttpRequest, workplace: Workplace, room_id: UUID
) -> HttpResponse:
    room = room_for_staff(workplace, room_id)
    by = Actor.staff(workplace.membership.user)
    shown = shown_in(request.POST)
    try:
        services.go_on_by_phone(room=room, by=by, now=timezone.now(), shown=shown)
    except (TransitionRefused, StaleVersion) as error:
        return _changed(request, room_id, error.code)
    except (PhoneNeeded, SlotNotOffered):
        return redirect("video:staff_room", room_id)
    return redirect("booking:staff_appointment", room_id)


def _room(request: HttpRequest, room_id: UUID) -> Room:
    return room_for_staff(workplace_for(request), room_id)


def _changed(request: HttpRequest, room_id: UUID, code: str) -> HttpResponse:
    workplace = workplace_for(request)
    status = HTTPStatus.CONFLICT
    return appointment_page(request, workplace, room_id, refused=code, status=status)


def _checked(form: forms.Form) -> forms.Form:
    """Our pages send only what these forms take."""
    if not form.is_valid():
        raise BadRequest
    return form


def _back(request: HttpRequest, room_id: UUID) -> HttpResponse:
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()})
    if ours and wanted.startswith("/"):
        return redirect(wanted)
    return redirect(reverse("video:staff_room", args=[room_id]))
