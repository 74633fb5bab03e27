"""One tap each: POST, done, back to the page that it was sent from.

A tap on what somebody else has changed meanwhile is answered with the page as it is
now and a sentence above it, never with a bare error. Cancelling is asked once, and
can be taken back for 90 seconds.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.access import appointment_for_staff
from booking.door import for_staff, page_context, way_back
from booking.errors import (
    NotACallback,
    PhoneNeeded,
    SlotNotOffered,
    SlotTaken,
    StaleVersion,
    TooLateToConfirm,
    TransitionRefused,
    UndoExpired,
)
from booking.models import Actor, Appointment
from booking.once import once_only
from booking.services import attendance, callbacks, cancelling
from booking.services.cancelling import cancel_appointment
from booking.shown import shown_in
from booking.spoken import showing
from booking.staff.forms import (
    CallbackForm,
    CallForm,
    DelayForm,
    MissedForm,
    OutcomeForm,
)
from booking.staff.pages import appointment_page
from booking.states import MISSED, UPCOMING
from stores.accounts.workplace import Workplace
from stores.models import User
from stores.wording import day_and_hour

Act = Callable[[HttpRequest, Appointment, User], str]
"""Does it, and says what happened, in a sentence."""

Tap = Callable[[HttpRequest, uuid.UUID], HttpResponse]


class TimeGone(Exception):
    """The time of what shall stand again belongs to somebody else now."""

    code = "time_gone"


class NobodyThere(Exception):
    """The store is closed at that hour by now, or the adviser away or gone."""

    code = "nobody_there"


CONFLICTS = (
    TransitionRefused,
    NobodyThere,
    NotACallback,
    SlotNotOffered,
    SlotTaken,
    StaleVersion,
    TimeGone,
    TooLateToConfirm,
    UndoExpired,
)
INVALID = HTTPStatus.UNPROCESSABLE_ENTITY


class FormRefused(Exception):
    """The tap carried values that our page does not send."""

    code = "form_refused"


class PhoneInvalid(FormRefused):
    """The typed number cannot be called; the code is that of its NumberRefused."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code if code.startswith("phone_") else "phone_invalid"


def tap(act: Act) -> Tap:
    """A staff action on one appointment of the workplace."""

    @require_POST
    @for_staff
    @once_only
    @wraps(act)
    def view(
        request: HttpRequest, workplace: Workplace, appointment_id: uuid.UUID
    ) -> HttpResponse:
        appointment = appointment_for_staff(workplace, appointment_id)
        try:
            said = act(request, appointment, workplace.membership.user)
        except CONFLICTS as error:
            code, status = error.code, HTTPStatus.CONFLICT
        except (PhoneNeeded, FormRefused) as error:
            code, status = error.code, INVALID
        else:
            messages.success(request, said)
            return redirect(way_back(request))
        return appointment_page(
            request, workplace, appointment_id, refused=code, status=status
        )

    return view


def _tapped(
    request: HttpRequest, appointment: Appointment, user: User
) -> dict[str, Any]:
    """The keywords of every act: the visit, who, when, and what the page showed."""
    return {
        "appointment": appointment,
        "by": Actor.staff(user),
        "now": timezone.now(),
        "shown": shown_in(request.POST),
    }


@tap
def record_arrival(request: HttpRequest, appointment: Appointment, user: User) -> str:
    attendance.record_arrival(**_tapped(request, appointment, user))
    return _("Noted: the customer is here.")


@tap
def start_visit(request: HttpRequest, appointment: Appointment, user: User) -> str:
    attendance.start_visit(**_tapped(request, appointment, user))
    return _("Noted: the visit has begun.")


@tap
def outcome(request: HttpRequest, appointment: Appointment, user: User) -> str:
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        raise FormRefused
    attendance.complete_visit(
        **form.cleaned_data, **_tapped(request, appointment, user)
    )
    return _("Noted: the visit is over.")


@tap
def mark_missed(request: HttpRequest, appointment: Appointment, user: User) -> str:
    """They did not meet: the customer did not come, or nobody of us did."""
    form = MissedForm(request.POST)
    form.is_valid()
    attendance.mark_missed(**form.cleaned_data, **_tapped(request, appointment, user))
    return _("Noted: the visit did not take place.")


@tap
def announce_delay(request: HttpRequest, appointment: Appointment, user: User) -> str:
    form = DelayForm(request.POST)
    if not form.is_valid():
        raise FormRefused
    attendance.announce_delay(
        **form.cleaned_data, **_tapped(request, appointment, user)
    )
    return _("The customer’s page says that you are late.")


@tap
def undo_cancel(request: HttpRequest, appointment: Appointment, user: User) -> str:
    try:
        cancelling.undo_cancel(**_tapped(request, appointment, user))
    except SlotNotOffered as error:
        raise NobodyThere from error
    return _("The visit stands again, as it was.")


@tap
def reopen(request: HttpRequest, appointment: Appointment, user: User) -> str:
    try:
        cancelling.reopen_appointment(**_tapped(request, appointment, user))
    except SlotTaken as error:
        raise TimeGone from error
    except SlotNotOffered as error:
        raise NobodyThere from error
    return _("The visit stands again.")


@tap
def turn_into_callback(
    request: HttpRequest, appointment: Appointment, user: User
) -> str:
    form = CallbackForm(request.POST, region=appointment.store.country)
    if not form.is_valid():
        raise PhoneInvalid(str(form.errors.as_data()["phone"][0].code))
    callbacks.turn_into_callback(
        **form.cleaned_data, **_tapped(request, appointment, user)
    )
    return _("A phone call now: %(when)s.") % {
        "when": day_and_hour(appointment.local_start)
    }


@tap
def record_call(request: HttpRequest, appointment: Appointment, user: User) -> str:
    form = CallForm(request.POST)
    if not form.is_valid():
        raise FormRefused
    attempt = callbacks.record_call_attempt(
        appointment=appointment,
        **form.cleaned_data,
        user=user,
        now=timezone.now(),
        shown=shown_in(request.POST),
    )
    if appointment.status in MISSED:
        return _("Three calls in vain: closed. Their link offers them another time.")
    if attempt.next_try_at is None:
        return _("The call is noted.")
    again = attempt.next_try_at.astimezone(appointment.zone)
    return _("The call is noted. Next try: %(when)s.") % {"when": day_and_hour(again)}


@require_POST
@for_staff
@once_only
def open_words(
    request: HttpRequest, workplace: Workplace, appointment_id: uuid.UUID
) -> HttpResponse:
    """Notes who asks; the page that it leads back to shows the words for a while."""
    visit = appointment_for_staff(workplace, appointment_id)
    showing.open_words(workplace=workplace, visits=[visit], now=timezone.now())
    return redirect(way_back(request))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
@once_only
def cancel_visit(
    request: HttpRequest, workplace: Workplace, appointment_id: uuid.UUID
) -> HttpResponse:
    """GET asks; POST cancels and leads to the visit, where it can be taken back."""
    appointment = appointment_for_staff(workplace, appointment_id)
    if request.method != "POST":
        return _ask(request, workplace, appointment)
    try:
        cancel_appointment(
            appointment=appointment,
            by=Actor.staff(workplace.membership.user),
            now=timezone.now(),
            shown=shown_in(request.POST),
        )
    except (TransitionRefused, StaleVersion) as error:
        again = appointment_for_staff(workplace, appointment_id)
        return _ask(request, workplace, again, refused=error.code)
    return redirect("booking:staff_appointment", appointment.pk)


def _ask(
    request: HttpRequest,
    workplace: Workplace,
    appointment: Appointment,
    *,
    refused: str = "",
) -> HttpResponse:
    """Asks, or asks again: 409. What is over has only its own page."""
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    if appointment.status not in UPCOMING:
        code, status = refused or TransitionRefused.code, HTTPStatus.CONFLICT
        return appointment_page(
            request, workplace, appointment.pk, refused=code, status=status
        )
    context = {
        **page_context(request, workplace, appointment.store, "appointment"),
        "visit": appointment,
        "refused": refused,
    }
    return render(request, "booking/staff/cancel.html", context, status=status)
