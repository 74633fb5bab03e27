"""Messages with the adviser, on the customer's own page."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from booking.brought.serving import answer_with
from booking.customer.appointment import (
    appointment_of,
    appointment_page,
    changed_page,
)
from booking.customer.browser import notes_browser
from booking.errors import ThreadClosed, TooManyMessages
from booking.thread.forms import MessageForm
from booking.thread.reading import photo_of_message
from booking.thread.writing import ask
from booking.visitors import see_other
from booking.wording import words_of_refusal
from stores.errors import PictureRefused


@require_POST
@notes_browser
def write(request: HttpRequest, brand: str, appointment_id: uuid.UUID) -> HttpResponse:
    """Sends what was typed, or shows it again above what is wrong with it."""
    found = appointment_of(request, brand, appointment_id)
    form = MessageForm(request.POST)
    pictures = form.read(request)
    if form.is_valid():
        text, now = form.cleaned_data["text"], timezone.now()
        try:
            ask(appointment=found, text=text, pictures=pictures, now=now)
        except PictureRefused as refused:
            form.add_error("photos", words_of_refusal(refused.cause))
        except TooManyMessages:
            form.add_error("text", _("Ten messages an hour: send this one later."))
        except ThreadClosed:
            return changed_page(request, found)
    if form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return appointment_page(request, found, thread_form=form, status=status)
    page = reverse("booking:appointment", args=[brand, appointment_id])
    return see_other(f"{page}#thread")


@never_cache
@require_safe
def photo(
    request: HttpRequest, brand: str, appointment_id: uuid.UUID, photo_id: uuid.UUID
) -> HttpResponse:
    """A photograph of the thread, to who opened its link."""
    found = appointment_of(request, brand, appointment_id)
    return answer_with(photo_of_message(found, photo_id))
