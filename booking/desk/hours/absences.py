"""Absences of a store's staff: the list, and one more."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from booking.access import agenda_for_desk
from booking.desk import queries as desk_queries
from booking.desk.hours.absence_forms import AbsenceForm
from booking.desk.hours.asked import asked_at
from booking.desk.hours.decisions import decisions_in, questions_of
from booking.desk.hours.telling import after_writing, passed_on
from booking.desk.queries import absence_by_id
from booking.door import for_agenda, for_desk, for_staff, page_context, store_in_view
from booking.errors import AbsenceEmpty
from booking.once import once_only
from booking.rota.absences import add_absence as write_absence
from booking.rota.absences import remove_absence as take_absence_back
from booking.rota.conflicts import AppointmentsAffected
from booking.rota.leaving import ill_today as close_the_day
from stores.accounts.workplace import Workplace
from stores.models import Agenda, Store


@require_GET
@for_desk
def absences(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    store = store_in_view(request, workplace)
    context = {
        **page_context(request, workplace, store, "absences"),
        "absences": desk_queries.coming_absences(store, timezone.now()),
        "asked": asked_at(store, workplace.membership.user),
    }
    return render(request, "booking/desk/absences.html", context)


@require_http_methods(["GET", "POST"])
@for_desk
@once_only
def add_absence(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """Refused with 409 and the visits that lie under it; then nothing is written."""
    store = store_in_view(request, workplace)
    form = _form(request, store)
    context = {**page_context(request, workplace, store, "absences"), "form": form}
    status = HTTPStatus.OK
    if request.method == "POST":
        if form.is_valid():
            facts = {**form.cleaned_data, "decisions": decisions_in(request)}
            user = workplace.membership.user
            try:
                write_absence(**facts, user=user, now=timezone.now())
            except AppointmentsAffected as error:
                context["questions"] = questions_of(request, error)
                status = HTTPStatus.CONFLICT
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
        agendas=desk_queries.agendas_of_store(store),
        zone=store.zone,
    )


@require_http_methods(["GET", "POST"])
@for_agenda
def ill_today(
    request: HttpRequest, workplace: Workplace, agenda: Agenda
) -> HttpResponse:
    """The second tap sends what was proposed; without visits there is no second. Who
    comes by the address alone is led to the page that has the button."""
    store, member = store_in_view(request, workplace), agenda.staff_member
    if member is None:
        raise Http404
    if request.method == "GET":
        address = reverse("booking:person", args=[member.pk])
        return redirect(f"{address}?store={store.pk}")
    try:
        told = _close_the_day(request, workplace, agenda, store)
    except AppointmentsAffected as refusal:
        context = {
            **page_context(request, workplace, store, "team"),
            **passed_on(request, refusal, store, timezone.now()),
            "agenda": agenda,
            "member": member,
        }
        page = "booking/desk/ill_today.html"
        return render(request, page, context, status=HTTPStatus.CONFLICT)
    said = _("%(name)s is away until the end of the day.") % {"name": member.first_name}
    messages.success(request, " ".join([said, *told]))
    return redirect(f"{reverse('booking:team')}?store={store.pk}")


def _close_the_day(
    request: HttpRequest, workplace: Workplace, agenda: Agenda, store: Store
) -> list[str]:
    """The sentences about who is told of it, and when."""
    decisions, now = decisions_in(request), timezone.now()
    close_the_day(
        agenda=agenda,
        zone=store.zone,
        user=workplace.membership.user,
        now=now,
        decisions=decisions,
    )
    return after_writing(workplace.brand, decisions, store.zone, now)


@require_POST
@for_staff
@once_only
def remove_absence(
    request: HttpRequest, workplace: Workplace, absence_id: int
) -> HttpResponse:
    absence = absence_by_id(workplace, absence_id)
    if absence is None:
        raise Http404
    agenda_for_desk(workplace, absence.agenda_id)
    if not workplace.sees_whole_store:
        raise PermissionDenied
    user = workplace.membership.user
    take_absence_back(absence=absence, user=user, now=timezone.now())
    messages.success(request, _("The hours count again."))
    store = store_in_view(request, workplace)
    return redirect(f"{reverse('booking:absences')}?store={store.pk}")
