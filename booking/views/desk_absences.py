"""Absences of a store's staff: the list, and one more."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from booking import queries
from booking.errors import AbsenceEmpty, VisitsUnderneath
from booking.services.agenda import add_absence as write_absence
from booking.staff_forms import AbsenceForm
from booking.views.staff_door import for_desk, page_context, store_in_view
from stores.access import Workplace
from stores.models import Store


@require_GET
@for_desk
def absences(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    store = store_in_view(request, workplace)
    context = {
        **page_context(request, workplace, store, "absences"),
        "absences": queries.coming_absences(store, timezone.now()),
    }
    return render(request, "booking/desk/absences.html", context)


@require_http_methods(["GET", "POST"])
@for_desk
def add_absence(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """Refused with 409 and the visits that lie under it; then nothing is written."""
    store = store_in_view(request, workplace)
    form = _form(request, store)
    context = {**page_context(request, workplace, store, "absences"), "form": form}
    status = HTTPStatus.OK
    if request.method == "POST":
        if form.is_valid():
            try:
                write_absence(
                    **form.cleaned_data,
                    user=workplace.membership.user,
                    now=timezone.now(),
                )
            except VisitsUnderneath as error:
                context["visits"], status = error.visits, HTTPStatus.CONFLICT
            except AbsenceEmpty:
                form.add_error(
                    "last_day", _("An absence begins and lasts within a year.")
                )
            else:
                messages.success(request, _("The absence is written."))
                return redirect(f"{reverse('booking:absences')}?store={store.pk}")
        if form.errors:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "booking/desk/add_absence.html", context, status=status)


def _form(request: HttpRequest, store: Store) -> AbsenceForm:
    today = timezone.now().astimezone(store.zone).date()
    initial = {
        "agenda": request.GET.get("agenda"),
        "first_day": today,
        "last_day": today,
        "first_time": "09:00",
        "last_time": "18:00",
    }
    return AbsenceForm(
        request.POST or None,
        initial=initial,
        agendas=queries.agendas_of_store(store),
        zone=store.zone,
    )
