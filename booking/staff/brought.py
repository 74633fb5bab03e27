"""Photographs and the product of a visit, for the adviser who receives it."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking.access import appointment_for_staff
from booking.brought.photos import Owner
from booking.brought.product import MOST_LEFT, answer_stock
from booking.brought.serving import picture_answer
from booking.door import for_staff
from booking.models import Appointment
from booking.shown import as_shown_in
from booking.staff.taps import FormRefused, tap
from stores.accounts.workplace import Workplace
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
