"""The staff's word that two visits are one person's: asked once, and taken back."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.access import appointment_for_staff
from booking.door import Question, ask_first, for_staff
from booking.errors import StoriesRefused
from booking.models import Appointment
from booking.once import once_only
from booking.persons.saying import say_same_person, take_back_same_person
from booking.staff.pages import appointment_page
from stores.accounts.workplace import Workplace
from stores.wording import day_and_hour


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
@once_only
def same_person(
    request: HttpRequest,
    workplace: Workplace,
    appointment_id: uuid.UUID,
    other_id: uuid.UUID,
) -> HttpResponse:
    """GET asks, POST says it. Both visits are within what one may open."""
    one = appointment_for_staff(workplace, appointment_id)
    other = appointment_for_staff(workplace, other_id)
    if request.method != "POST":
        return ask_first(request, workplace, "appointment", _question(one, other))
    try:
        say_same_person(
            one=one.customer,
            other=other.customer,
            user=workplace.membership.user,
            now=timezone.now(),
        )
    except StoriesRefused as error:
        code, status = error.code, HTTPStatus.CONFLICT
        return appointment_page(request, workplace, one.pk, refused=code, status=status)
    messages.success(request, _("Noted: these visits are one person’s."))
    return redirect("booking:staff_appointment", one.pk)


@require_POST
@for_staff
@once_only
def not_same_person(
    request: HttpRequest,
    workplace: Workplace,
    appointment_id: uuid.UUID,
    other_id: uuid.UUID,
) -> HttpResponse:
    one = appointment_for_staff(workplace, appointment_id)
    other = appointment_for_staff(workplace, other_id)
    take_back_same_person(
        one=one.customer,
        other=other.customer,
        user=workplace.membership.user,
        now=timezone.now(),
    )
    messages.success(
        request, _("Taken back. Only another proof still joins these visits.")
    )
    return redirect("booking:staff_appointment", one.pk)


def _question(one: Appointment, other: Appointment) -> Question:
    return Question(
        title=_("Are these visits one person’s?"),
        stops=[
            *(_line(visit) for visit in (one, other)),
            _(
                "A family may share a number: ask, if you do not know. The customers"
                " see nothing of it, and you can take it back."
            ),
        ],
        button=_("Same person"),
        back=reverse("booking:staff_appointment", args=[one.pk]),
        is_mild=True,
    )


def _line(visit: Appointment) -> str:
    facts = {
        "name": visit.customer.name or _("Customer"),
        "when": day_and_hour(visit.local_start),
        "topic": visit.topic.label,
        "store": visit.store.name,
    }
    return _("%(name)s: %(when)s, %(topic)s, %(store)s") % facts
