"""Moving a visit by plain forms: day, adviser and channel first, then a free hour."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.access import appointment_for_staff
from booking.availability.alternatives import MoveTimes, movable_channels, move_times
from booking.door import for_staff, page_context
from booking.errors import SlotNotOffered, SlotTaken, StaleVersion, TransitionRefused
from booking.models import Actor, Appointment
from booking.once import once_only
from booking.queries import who_can
from booking.services.rescheduling import move_appointment, overlap_appointment
from booking.shown import shown_in
from booking.staff.move_forms import MoveForm, OverlapForm, refused_move
from booking.staff.pages import appointment_page
from booking.starts import Start
from booking.states import UPCOMING
from stores.accounts.workplace import Workplace
from stores.models import StaffMember, Topic

CHANGED = HTTPStatus.CONFLICT
INVALID = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True)
class RefusedMove:
    """A refused hour: the reason, what is free near it, and the way over it."""

    code: str
    nearest: tuple[Start, ...] = ()
    overlap: OverlapForm | None = None
    overlap_with: StaffMember | None = None
    starts_at: dt.datetime | None = None


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
@once_only
def move_visit(
    request: HttpRequest, workplace: Workplace, appointment_id: uuid.UUID
) -> HttpResponse:
    """GET shows what is free; POST moves to one of those hours, or to another."""
    appointment = appointment_for_staff(workplace, appointment_id)
    if appointment.status not in UPCOMING:
        return _changed(request, workplace, appointment, TransitionRefused.code)
    form = _form(request, appointment)
    if request.method != "POST":
        return _page(request, workplace, appointment, form)
    if not form.is_valid():
        shown = shown_in(request.POST)
        if shown is not None and shown.is_stale(appointment):
            return _changed(request, workplace, appointment, StaleVersion.code)
        return _page(request, workplace, appointment, form, status=INVALID)
    return _move(request, workplace, appointment, form)


def _move(
    request: HttpRequest, workplace: Workplace, appointment: Appointment, form: MoveForm
) -> HttpResponse:
    wish = form.cleaned_data
    try:
        move_appointment(
            appointment=appointment,
            **wish,
            by=Actor.staff(workplace.membership.user),
            now=timezone.now(),
            shown=shown_in(request.POST),
        )
    except (SlotTaken, SlotNotOffered) as error:
        refused = _refused(appointment, wish, error)
        status = CHANGED if isinstance(error, SlotTaken) else INVALID
        return _page(
            request, workplace, appointment, form, refused=refused, status=status
        )
    except (TransitionRefused, StaleVersion) as error:
        return _changed(request, workplace, appointment, error.code)
    return _moved(request, appointment, topic=_kept_topic(appointment))


@require_POST
@for_staff
@once_only
def overlap_visit(
    request: HttpRequest, workplace: Workplace, appointment_id: uuid.UUID
) -> HttpResponse:
    """Over other visits, on purpose: only after a refusal, with a reason."""
    appointment = appointment_for_staff(workplace, appointment_id)
    form = OverlapForm(
        request.POST, appointment=appointment, staff=who_can(appointment)
    )
    if not form.is_valid():
        return _changed(request, workplace, appointment, "stale_version")
    try:
        overlap_appointment(
            appointment=appointment,
            **form.cleaned_data,
            by=Actor.staff(workplace.membership.user),
            now=timezone.now(),
            shown=shown_in(request.POST),
        )
    except (TransitionRefused, StaleVersion) as error:
        return _changed(request, workplace, appointment, error.code)
    return _moved(request, appointment)


def _form(request: HttpRequest, appointment: Appointment) -> MoveForm:
    """Bound in both methods: a GET carries day, adviser and channel, or the visit's."""
    as_it_is = {
        "day": appointment.local_start.date().isoformat(),
        "channel": appointment.channel,
    }
    asked = request.POST if request.method == "POST" else request.GET
    return MoveForm(
        {**as_it_is, **asked.dict()},
        appointment=appointment,
        staff=who_can(appointment),
        channels=movable_channels(appointment),
    )


def _refused(
    appointment: Appointment, wish: dict[str, Any], error: SlotTaken | SlotNotOffered
) -> RefusedMove:
    starts_at, member = wish["starts_at"], wish["staff_member"]
    now = timezone.now()
    times = move_times(
        appointment, now=now, channel=wish["channel"], staff_member=member
    )
    nearest = times.nearest(starts_at)
    if wish["channel"] != appointment.channel or starts_at <= now:
        return RefusedMove(error.code, nearest, starts_at=starts_at)
    beside = member or appointment.staff_member
    proof = refused_move(appointment, starts_at, beside)
    form = OverlapForm(
        initial={"refused": proof}, appointment=appointment, staff=who_can(appointment)
    )
    return RefusedMove(error.code, nearest, form, beside, starts_at)


def _page(
    request: HttpRequest,
    workplace: Workplace,
    appointment: Appointment,
    form: MoveForm,
    *,
    refused: RefusedMove | None = None,
    changed: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    form.is_valid()
    # A GET names no hour, and is not to be blamed for it.
    errors = form.errors if request.method == "POST" and not changed else {}
    day = _day(form) or appointment.local_start.date()
    times = _times(appointment, form)
    hours = times.of_day(day)
    context = {
        **page_context(request, workplace, appointment.store, "appointment"),
        "visit": appointment,
        "form": form,
        "errors": errors,
        "day": day,
        "day_before": day - dt.timedelta(days=1),
        "day_after": day + dt.timedelta(days=1),
        "asked": _asked(request, form),
        "hours": hours,
        "kept": [
            (topic, ", ".join(f"{start.local:%H:%M}" for start in starts))
            for topic, starts in times.kept(hours)
        ],
        "nearest": times.nearest(appointment.starts_at),
        "refused": refused,
        "changed": changed,
    }
    return render(request, "booking/staff/move.html", context, status=status)


def _times(appointment: Appointment, form: MoveForm) -> MoveTimes:
    return move_times(
        appointment,
        now=timezone.now(),
        channel=form.cleaned_data.get("channel") or appointment.channel,
        staff_member=form.cleaned_data.get("staff_member"),
    )


def _day(form: MoveForm) -> dt.date | None:
    if "starts_at" in form.cleaned_data:
        starts_at: dt.datetime = form.cleaned_data["starts_at"]
        return starts_at.astimezone(form.visit.store.zone).date()
    day: dt.date | None = form.cleaned_data.get("day")
    return day


def _asked(request: HttpRequest, form: MoveForm) -> dict[str, str]:
    """The values that the links and forms of the page carry on."""
    member = form.cleaned_data.get("staff_member")
    channel = form.cleaned_data.get("channel") or form.visit.channel
    source = request.POST if request.method == "POST" else request.GET
    return {
        "staff_member": str(member.pk) if member else "",
        "channel": str(channel),
        "back": "week" if source.get("back") == "week" else "",
    }


def _kept_topic(appointment: Appointment) -> Topic | None:
    """The topic that keeps the hour in which the visit stands now."""
    times = move_times(
        appointment,
        now=timezone.now(),
        channel=appointment.channel,
        staff_member=appointment.staff_member,
    )
    return times.kept_for(appointment.starts_at, [appointment.staff_member_id])


def _moved(
    request: HttpRequest, appointment: Appointment, *, topic: Topic | None = None
) -> HttpResponse:
    said = _("The visit is moved. The customer is told.")
    if topic is not None:
        kept = _("This hour was kept for “%(topic)s”.") % {"topic": topic.label}
        said = f"{said} {kept}"
    messages.success(request, said)
    if request.POST.get("back") != "week":
        return redirect("booking:staff_appointment", appointment.pk)
    day = appointment.starts_at.astimezone(appointment.store.zone).date().isoformat()
    week = reverse("booking:week")
    return redirect(
        f"{week}?store={appointment.store_id}&day={day}&visit={appointment.pk}"
    )


def _changed(
    request: HttpRequest, workplace: Workplace, appointment: Appointment, code: str
) -> HttpResponse:
    """Asks again, beside the visit as it is now; its page where it is over."""
    again = appointment_for_staff(workplace, appointment.pk)
    if again.status not in UPCOMING:
        return appointment_page(
            request, workplace, appointment.pk, refused=code, status=CHANGED
        )
    form = _form(request, again)
    return _page(request, workplace, again, form, changed=code, status=CHANGED)
