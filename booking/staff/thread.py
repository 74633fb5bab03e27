"""Messages with the customer, on the visit's page of the staff."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from booking.access import appointment_for_staff
from booking.brought.serving import answer_with
from booking.door import for_staff
from booking.errors import ThreadClosed
from booking.models import Actor, Appointment
from booking.once import once_only
from booking.staff.pages import appointment_page
from booking.staff.taps import INVALID
from booking.thread.forms import MessageForm
from booking.thread.reading import message_photo
from booking.thread.writing import answer
from booking.wording import words_of_refusal
from stores.accounts.workplace import Workplace
from stores.errors import PictureRefused


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
    """What is refused becomes an error of the form."""
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
def photo(
    request: HttpRequest,
    workplace: Workplace,
    appointment_id: uuid.UUID,
    photo_id: uuid.UUID,
) -> HttpResponse:
    """A photograph of the thread of a visit that this workplace may open."""
    found = appointment_for_staff(workplace, appointment_id)
    return answer_with(message_photo(found, photo_id))
