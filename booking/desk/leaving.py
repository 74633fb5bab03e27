"""Somebody leaves: the last day, and what becomes of each later visit."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from booking.desk.hours.decisions import decisions_in
from booking.desk.hours.telling import after_writing, passed_on
from booking.desk.queries import departure_of, postings_of
from booking.door import for_agenda, page_context, store_in_view
from booking.errors import DepartureRefused
from booking.fields import day_input
from booking.rota.conflicts import AppointmentsAffected
from booking.rota.leaving import leave, stay
from stores import wording
from stores.accounts.workplace import Workplace
from stores.models import Agenda, StaffMember, Store

WHY_NOT = {
    DepartureRefused.Why.ONESELF: gettext_lazy(
        "Ask a colleague to write your own last day."
    ),
    DepartureRefused.Why.DAY_OVER: gettext_lazy(
        "This day is over: the last day is today or later."
    ),
    DepartureRefused.Why.TOO_FAR: gettext_lazy("This day is too far away."),
    DepartureRefused.Why.LAST_ADMIN: gettext_lazy(
        "Nobody else administers the brand. Give that to a colleague first."
    ),
    DepartureRefused.Why.LEFT: gettext_lazy("This person has left already."),
}


class LastDayForm(forms.Form):
    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=day_input())


@require_http_methods(["GET", "POST"])
@for_agenda
def leaving(request: HttpRequest, workplace: Workplace, agenda: Agenda) -> HttpResponse:
    """The first sending shows a proposal for each later visit, the second writes."""
    member = _member(workplace, agenda)
    store, known = store_in_view(request, workplace), departure_of(member)
    day = known.last_day if known else timezone.now().astimezone(store.zone).date()
    form = LastDayForm(request.POST or None, initial={"last_day": day})
    context: dict[str, Any] = {
        **page_context(request, workplace, store, "team"),
        "agenda": agenda,
        "member": member,
        "departure": known,
        "form": form,
        "back": f"{reverse('booking:team')}?store={store.pk}",
    }
    status = HTTPStatus.OK
    if request.method == "POST":
        if form.is_valid() and _left(request, workplace, member, context):
            return redirect(context["back"])
        status = HTTPStatus.CONFLICT
        if form.errors:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "booking/desk/leaving.html", context, status=status)


def _left(
    request: HttpRequest,
    workplace: Workplace,
    member: StaffMember,
    context: dict[str, Any],
) -> bool:
    """Writes it, or puts into the context why not."""
    form: LastDayForm = context["form"]
    now, decisions = timezone.now(), decisions_in(request)
    try:
        departure = leave(
            staff_member=member,
            last_day=form.cleaned_data["last_day"],
            user=workplace.membership.user,
            now=now,
            decisions=decisions,
        )
    except AppointmentsAffected as refusal:
        store: Store = context["store"]
        context |= passed_on(request, refusal, store, now)
        return False
    except DepartureRefused as refusal:
        form.add_error("last_day", WHY_NOT[refusal.why])
        return False
    facts = {
        "name": member.first_name,
        "day": wording.day(departure.last_day),
    }
    said = _("%(name)s works here until %(day)s.") % facts
    told = after_writing(workplace.brand, decisions, context["store"].zone, now)
    messages.success(request, " ".join([said, *told]))
    return True


@require_POST
@for_agenda
def staying(request: HttpRequest, workplace: Workplace, agenda: Agenda) -> HttpResponse:
    member = _member(workplace, agenda)
    store = store_in_view(request, workplace)
    try:
        stay(
            staff_member=member,
            user=workplace.membership.user,
            now=timezone.now(),
        )
    except DepartureRefused as refusal:
        messages.error(request, WHY_NOT[refusal.why])
    else:
        said = _("%(name)s stays. Visits that colleagues took stay with them.")
        messages.success(request, said % {"name": member.first_name})
    return redirect(f"{reverse('booking:team')}?store={store.pk}")


def _member(workplace: Workplace, agenda: Agenda) -> StaffMember:
    """The person. 403 unless all of their stores are seen: they leave all of them."""
    member = agenda.staff_member
    if member is None:
        raise Http404
    if workplace.sees_whole_brand:
        return member
    seen = {store.pk for store in workplace.stores}
    if not set(postings_of(member)) <= seen:
        raise PermissionDenied
    return member
