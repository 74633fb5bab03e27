"""Photographs, the product and messages of a visit, for the adviser who receives it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from booking.access import appointment_for_staff
from booking.brought.photos import Owner
from booking.brought.product import MOST_LEFT, answer_stock
from booking.brought.serving import answer_with, picture_answer
from booking.door import for_staff
from booking.errors import ThreadClosed
from booking.models import Actor, Appointment
from booking.once import once_only
from booking.shown import as_shown_in
from booking.staff.pages import appointment_page
from booking.staff.taps import INVALID, FormRefused, tap
from booking.thread.forms import MessageForm
from booking.thread.reading import photo_of_message
from booking.thread.writing import answer
from booking.wording import words_of_refusal
from stores.accounts.workplace import Workplace
from stores.errors import PictureRefused
from stores.models import User


@never_cache
@require_safe
@for_staff
def photo(
    request: HttpRequest,
    workplace: Workplace,
    appointment_id: uuid.UUID,
    photo_id: uuid.UUID,
) -> HttpResponse:
    """A photograph of a visit that this workplace may open."""
    found = appointment_for_staff(workplace, appointment_id)
    return picture_answer(Owner.of(found), photo_id)


@tap
def say_stock(request: HttpRequest, appointment: Appointment, user: User) -> str:
    """`stock`: yes or no; `left`: how many, which may stay empty."""
    said, left = request.POST.get("stock", ""), request.POST.get("left", "").strip()
    is_figure = left.isascii() and left.isdecimal() and len(left) <= len(str(MOST_LEFT))
    shown = as_shown_in(request.POST)
    if said not in ("yes", "no") or shown is None or not (is_figure or not left):
        raise FormRefused
    count = int(left) if left else None
    is_there = said == "yes" and count != 0
    answer_stock(appointment=appointment, is_there=is_there, left=count, shown=shown)
    if not is_there:
        return _("Said: it is not in stock.")
    if count is None:
        return _("Said: it is in stock.")
    return ngettext("Said: %(count)s is left.", "Said: %(count)s are left.", count) % {
        "count": count
    }


@require_POST
@for_staff
@once_only
def answer_message(
    request: HttpRequest, workplace: Workplace, appointment_id: uuid.UUID
) -> HttpResponse:
    """Sends the answer: the customer is told that it is there."""
    visit = appointment_for_staff(workplace, appointment_id)
    form = MessageForm(request.POST)
    pictures = form.read(request)
    if form.is_valid():
        _send(visit, workplace, form, pictures)
    if form.errors:
        return appointment_page(
            request, workplace, visit.pk, status=INVALID, thread_form=form
        )
    messages.success(request, _("Sent. The customer is told that you answered."))
    return redirect("booking:staff_appointment", visit.pk)


def _send(
    visit: Appointment,
    workplace: Workplace,
    form: MessageForm,
    pictures: Sequence[bytes],
) -> None:
    """A refusal becomes an error of the form."""
    try:
        answer(
            appointment=visit,
            text=form.cleaned_data["text"],
            staff_member=workplace.staff_member,
            by=Actor.staff(workplace.membership.user),
            now=timezone.now(),
            pictures=pictures,
        )
    except PictureRefused as refused:
        form.add_error("photos", words_of_refusal(refused.cause))
    except ThreadClosed:
        form.add_error("text", _("Two weeks after the visit it is closed."))


@never_cache
@require_safe
@for_staff
def message_photo(
    request: HttpRequest,
    workplace: Workplace,
    appointment_id: uuid.UUID,
    photo_id: uuid.UUID,
) -> HttpResponse:
    """A photograph of the thread of a visit that this workplace may open."""
    found = appointment_for_staff(workplace, appointment_id)
    return answer_with(photo_of_message(found, photo_id))
