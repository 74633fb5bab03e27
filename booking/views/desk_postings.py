"""The stores that a person works for: head office's to say."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.desk import queries
from booking.desk.hours.decisions import decisions_in, questions_of
from booking.desk.hours.forms import PostingForm
from booking.door import for_agenda, page_context, store_in_view
from booking.errors import HoursRefused
from booking.rota.conflicts import VisitsUnderneath
from booking.rota.postings import PostingTerm, set_postings
from stores.access import Workplace
from stores.models import Agenda, Role, StaffMember


@require_http_methods(["GET", "POST"])
@for_agenda
def postings(
    request: HttpRequest, workplace: Workplace, agenda: Agenda
) -> HttpResponse:
    member = agenda.staff_member
    if member is None:
        raise Http404
    if workplace.role != Role.ADMIN or workplace.store is not None:
        raise PermissionDenied
    store = store_in_view(request, workplace)
    forms = _forms(request, workplace, member)
    context = {
        **page_context(request, workplace, store, "hours"),
        "agenda": agenda,
        "member": member,
        "rows": forms,
        "back": f"{reverse('booking:hours')}?store={store.pk}&who={agenda.pk}",
    }
    if request.method == "GET":
        return render(request, "booking/desk/hours_postings.html", context)
    return _save(request, workplace, member, context)


def _forms(
    request: HttpRequest, workplace: Workplace, member: StaffMember
) -> list[PostingForm]:
    known = queries.postings_of(member)
    return [
        PostingForm(
            request.POST or None,
            prefix=f"store-{store.pk}",
            store=store,
            initial={
                "works": store.pk in known,
                "is_home": store.pk in known and known[store.pk].is_home,
                "valid_from": known[store.pk].valid_from if store.pk in known else None,
                "valid_until": (
                    known[store.pk].valid_until if store.pk in known else None
                ),
            },
        )
        for store in workplace.stores
    ]


def _save(
    request: HttpRequest,
    workplace: Workplace,
    member: StaffMember,
    context: dict[str, Any],
) -> HttpResponse:
    forms: list[PostingForm] = context["rows"]
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if all(form.is_valid() for form in forms):
        terms = [term for form in forms if (term := form.term()) is not None]
        terms += _elsewhere(member, {form.store.pk for form in forms})
        try:
            set_postings(
                staff_member=member,
                postings=terms,
                user=workplace.membership.user,
                now=timezone.now(),
                decisions=decisions_in(request),
            )
        except VisitsUnderneath as refusal:
            context["questions"] = questions_of(request, refusal)
            status = HTTPStatus.CONFLICT
        except HoursRefused as refusal:
            context["refused"] = refusal.field
        else:
            messages.success(request, _("The stores are written."))
            return redirect(context["back"])
    page = "booking/desk/hours_postings.html"
    return render(request, page, context, status=status)


def _elsewhere(member: StaffMember, shown: set[int]) -> list[PostingTerm]:
    """Postings to stores that the page does not list, closed ones, stay."""
    return [
        PostingTerm(
            store=row.store,
            is_home=row.is_home,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
        )
        for store_id, row in queries.postings_of(member).items()
        if store_id not in shown
    ]
