"""Pages of guests: a relative or a colleague, with the room and nothing else."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from booking.links import link_for_token
from booking.models import AccessLink
from booking.visitors import remember_link
from video import services
from video.access import Seat, guest_seat
from video.admission import is_admitted, is_open
from video.forms import GuestForm
from video.models import Participant
from video.pages import RoomPage
from video.queries import connected_advisers, participants_of
from video.views.partials import render_polled
from video.waiting import Waiting, is_over, waiting_state


@require_GET
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET `/r/guest/<token>`: this browser may wait at the room's door."""
    link = link_for_token(token)
    if link is None or link.purpose != AccessLink.Purpose.GUEST:
        raise Http404
    response = redirect("video:guest", link.brand.slug, link.appointment_id)
    response["Cache-Control"] = "no-store"
    remember_link(request, response, link)
    return response


@require_GET
def waiting(
    request: HttpRequest, brand_slug: str, appointment_id: UUID
) -> HttpResponse:
    page = _page(request, brand_slug, appointment_id)
    state = _state(page)
    if state is Waiting.ADMITTED:
        return redirect(page.room_url)
    if state is Waiting.OVER:
        return render(request, "video/over.html", page.context())
    context = page.context() | {"state": state, "form": GuestForm()}
    return render(request, "video/guest.html", context)


@require_GET
def state(request: HttpRequest, brand_slug: str, appointment_id: UUID) -> HttpResponse:
    page = _page(request, brand_slug, appointment_id)
    context = page.context() | {"state": _state(page)}
    return render_polled(request, "video/_waiting_state.html", context)


@require_POST
def join(request: HttpRequest, brand_slug: str, appointment_id: UUID) -> HttpResponse:
    """Says who they are, and waits."""
    page = _page(request, brand_slug, appointment_id)
    form = GuestForm(request.POST)
    if not form.is_valid():
        context = page.context() | {"state": _state(page), "form": form}
        return render(request, "video/guest.html", context, status=422)
    services.say_guest_here(
        room=page.room, link=_link(page), **form.cleaned_data, now=page.now
    )
    return redirect(page.waiting_url)


@require_POST
def here(request: HttpRequest, brand_slug: str, appointment_id: UUID) -> HttpResponse:
    page = _page(request, brand_slug, appointment_id)
    services.mark_here(room=page.room, who=_link(page).pk, now=page.now)
    return HttpResponse(status=204)


@gzip_page
@require_GET
def room(request: HttpRequest, brand_slug: str, appointment_id: UUID) -> HttpResponse:
    """Packed, as it repeats nothing that a request could bring in."""
    page = _page(request, brand_slug, appointment_id)
    if is_over(page.room) or not is_open(page.room, page.now):
        return render(request, "video/over.html", page.context())
    if not is_admitted(page.participant):
        return redirect(page.waiting_url)
    return render(request, "video/room.html", page.context())


def _page(request: HttpRequest, brand_slug: str, appointment_id: UUID) -> RoomPage:
    seat = guest_seat(request, appointment_id)
    if seat.room.appointment.brand.slug != brand_slug:
        raise Http404
    return RoomPage(seat, timezone.now(), _participant(seat))


def _participant(seat: Seat) -> Participant | None:
    link = seat.link
    return participants_of(seat.room).filter(pk=link.pk).first() if link else None


def _link(page: RoomPage) -> AccessLink:
    if page.seat.link is None:
        raise Http404
    return page.seat.link


def _state(page: RoomPage) -> Waiting:
    staff_here = connected_advisers(page.room).exists()
    room, seat, now = page.room, page.participant, page.now
    return waiting_state(room, seat, adviser_here=staff_here, now=now)
