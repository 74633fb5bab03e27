"""Rooms and booths of one store."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.desk.meanwhile import first_shown, shown_now
from booking.desk.places.forms import RoomForm
from booking.desk.places.rights import for_room, for_store, places_context
from booking.desk.places.store import MOST_LISTED, place_page
from booking.errors import StaleVersion
from booking.once import once_only
from booking.rota.places.closing import VisitsStand
from booking.rota.places.rooms import (
    change_room,
    create_rooms,
    restore_room,
    retire_room,
    visits_in,
)
from booking.shown import AS_SHOWN, as_shown_in
from stores.accounts.workplace import Workplace
from stores.errors import RoomRefused
from stores.models import Resource, Store
from stores.queries import resource_kinds

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


@require_POST
@for_store
@once_only
def new_room(request: HttpRequest, workplace: Workplace, store: Store) -> HttpResponse:
    """Makes the room with its agenda, or shows the store's page with what is wrong."""
    form = RoomForm(request.POST)
    if form.is_valid():
        try:
            create_rooms(store=store, rooms=[form.room()])
        except RoomRefused as refusal:
            form.refuse(refusal)
        else:
            words = _("%(name)s can be given to visits.")
            messages.success(request, words % {"name": form.cleaned_data["name"]})
            return redirect("booking:place", store.pk)
    return place_page(request, workplace, store, status=UNPROCESSABLE, room_form=form)


@require_http_methods(["GET", "POST"])
@for_room
def room(request: HttpRequest, workplace: Workplace, room: Resource) -> HttpResponse:
    """POST changes name, kind and seats."""
    form = RoomForm(request.POST) if request.method == "POST" else RoomForm.of(room)
    context: dict[str, Any] = {"form": form, **first_shown(_facts(room))}
    status = HTTPStatus.OK
    if form.is_bound:
        context[AS_SHOWN], status = request.POST.get(AS_SHOWN, ""), UNPROCESSABLE
        try:
            if form.is_valid() and _changed(request, room, form):
                messages.success(request, _("It is written."))
                return redirect("booking:place", room.store_id)
        except RoomRefused as refusal:
            form.refuse(refusal)
        except VisitsStand:
            status, context["stands"] = HTTPStatus.CONFLICT, True
        except StaleVersion:
            room.refresh_from_db()
            status = HTTPStatus.CONFLICT
            context |= shown_now([", ".join(map(str, _facts(room)))], _facts(room))
    return _page(request, workplace, room, status, context)


def _facts(room: Resource) -> list[Any]:
    return [room.name, room.kind, room.capacity]


def _changed(request: HttpRequest, room: Resource, form: RoomForm) -> bool:
    shown = as_shown_in(request.POST)
    change_room(
        room=room,
        facts=form.room(),
        now=timezone.now(),
        check=lambda row: shown.check(_facts(row)) if shown else None,
    )
    return True


def _page(
    request: HttpRequest,
    workplace: Workplace,
    room: Resource,
    status: int,
    context: dict[str, Any],
) -> HttpResponse:
    visits = visits_in(room, timezone.now())
    shown = {
        **places_context(request, workplace, room.store),
        "room": room,
        "place": room.store,
        "visits": visits[:MOST_LISTED],
        "count": visits.count(),
        "kinds": resource_kinds(workplace.brand),
    }
    page = "booking/desk/places/room.html"
    return render(request, page, {**shown, **context}, status=status)


@require_POST
@for_room
def retire(request: HttpRequest, workplace: Workplace, room: Resource) -> HttpResponse:
    """No visit is given the room any more; one that is booked in it stands against."""
    try:
        retire_room(room=room, now=timezone.now())
    except VisitsStand:
        context = {"form": RoomForm.of(room), "stands": True,
                   **first_shown(_facts(room))}  # fmt: skip
        return _page(request, workplace, room, HTTPStatus.CONFLICT, context)
    words = _("%(name)s is given to no visit any more.")
    messages.success(request, words % {"name": room.name})
    return redirect("booking:place", room.store_id)


@require_POST
@for_room
def restore(request: HttpRequest, workplace: Workplace, room: Resource) -> HttpResponse:
    restore_room(room=room)
    messages.success(request, _("%(name)s is in use again.") % {"name": room.name})
    return redirect("booking:place", room.store_id)
