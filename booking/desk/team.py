"""The team of a store: who advises on what, and at which stores a person works."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from booking.desk import queries
from booking.desk.hours.decisions import decisions_in, questions_of
from booking.desk.hours.forms import PostingForm
from booking.desk.meanwhile import first_shown, line_of, shown_now
from booking.desk.offer_forms import CompetenceForm
from booking.desk.people.store_choice import StoreChoice, stores_to_choose
from booking.door import for_agenda, page_context, store_in_view
from booking.errors import HoursRefused, StaleVersion
from booking.once import once_only
from booking.rota.competences import CompetenceTerm, set_competences
from booking.rota.conflicts import AppointmentsAffected
from booking.rota.postings import PostingTerm, set_postings
from booking.shown import AS_SHOWN, as_shown_in
from stores.access import topics_of
from stores.accounts.workplace import Workplace
from stores.models import Agenda, Channel, StaffMember

_ROW = re.compile(r"store-(\d{1,18})-valid_from")
"""The name of a field that each row sends, ticked or not."""


@require_http_methods(["GET", "POST"])
@for_agenda
@once_only
def competences(
    request: HttpRequest, workplace: Workplace, agenda: Agenda
) -> HttpResponse:
    member = agenda.staff_member
    if member is None:
        raise Http404
    forms = _forms(request, workplace, member)
    context = _topics_context(request, workplace, agenda, forms)
    if request.method == "GET":
        context |= first_shown(queries.known_topics(member))
        return _topics_page(request, context)
    context[AS_SHOWN] = request.POST.get(AS_SHOWN, "")
    if not all(form.is_valid() for form in forms):
        return _topics_page(request, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        _save(request, member, forms)
    except StaleVersion:
        lines = [line_of(f, f.topic.label) for f in _forms(None, workplace, member)]
        context |= shown_now(lines, queries.known_topics(member))
        return _topics_page(request, context, status=HTTPStatus.CONFLICT)
    return redirect(context["back"])


def _topics_context(
    request: HttpRequest,
    workplace: Workplace,
    agenda: Agenda,
    forms: list[CompetenceForm],
) -> dict[str, Any]:
    store, member = store_in_view(request, workplace), agenda.staff_member
    ahead = queries.visits_by_topic(member, timezone.now()) if member else {}
    return {
        **page_context(request, workplace, store, "team"),
        "agenda": agenda,
        "member": member,
        "rows": [(form, ahead.get(form.topic.pk, 0)) for form in forms],
        "back": f"{reverse('booking:team')}?store={store.pk}",
    }


def _topics_page(
    request: HttpRequest, context: dict[str, Any], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    return render(request, "booking/desk/competences.html", context, status=status)


def _forms(
    request: HttpRequest | None, workplace: Workplace, member: StaffMember
) -> list[CompetenceForm]:
    """As they were sent; without a request, as it stands now."""
    rows = queries.competences_of([member.pk], workplace.brand)[member.pk]
    known = {row.topic_id: row.channels or Channel.values for row in rows}
    return [
        CompetenceForm(
            request.POST if request and request.method == "POST" else None,
            prefix=f"topic-{topic.pk}",
            topic=topic,
            initial={"channels": known.get(topic.pk, [])},
        )
        for topic in topics_of(workplace.brand)
    ]


def _save(
    request: HttpRequest, member: StaffMember, forms: list[CompetenceForm]
) -> None:
    terms: list[CompetenceTerm] = [
        term for form in forms if (term := form.term()) is not None
    ]
    left = set_competences(
        staff_member=member,
        competences=terms,
        now=timezone.now(),
        as_shown=as_shown_in(request.POST),
    )
    facts: dict[str, Any] = {"name": member.first_name, "count": len(left)}
    messages.success(request, _("The topics of %(name)s are written.") % facts)
    if left:
        said = ngettext(
            "%(count)d visit ahead is about what %(name)s no longer advises on. It "
            "stays: move it on the agenda if a colleague should take it.",
            "%(count)d visits ahead are about what %(name)s no longer advises on. They "
            "stay: move them on the agenda if a colleague should take them.",
            len(left),
        )
        messages.warning(request, said % facts)


@require_http_methods(["GET", "POST"])
@for_agenda
@once_only
def postings(
    request: HttpRequest, workplace: Workplace, agenda: Agenda
) -> HttpResponse:
    member = agenda.staff_member
    if member is None:
        raise Http404
    if not workplace.sees_whole_brand:
        raise PermissionDenied
    store = store_in_view(request, workplace)
    choice = _choice(request, workplace, member)
    forms = _posting_forms(request, choice, member)
    context = {
        **page_context(request, workplace, store, "hours"),
        "agenda": agenda,
        "member": member,
        "rows": forms,
        "choice": choice,
        "back": f"{reverse('booking:hours')}?store={store.pk}&who={agenda.pk}",
    }
    if request.method == "GET":
        context |= first_shown(list(queries.postings_of(member).values()))
        return render(request, "booking/desk/hours_postings.html", context)
    context[AS_SHOWN] = request.POST.get(AS_SHOWN, "")
    return _save_postings(request, workplace, member, context)


def _choice(
    request: HttpRequest, workplace: Workplace, member: StaffMember
) -> StoreChoice:
    """Of many stores, those where they work and those found; or those that were sent:
    what a page did not show stays."""
    sent = {int(found[1]) for name in request.POST if (found := _ROW.fullmatch(name))}
    needed = sent if request.method == "POST" else queries.postings_of(member)
    return stores_to_choose(request, workplace, needed)


def _posting_forms(
    request: HttpRequest | None, choice: StoreChoice, member: StaffMember
) -> list[PostingForm]:
    """As they were sent; without a request, as it stands now."""
    known = queries.postings_of(member)
    return [
        PostingForm(
            (request.POST or None) if request else None,
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
        for store in choice.stores
    ]


def _save_postings(
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
                as_shown=as_shown_in(request.POST),
            )
        except StaleVersion:
            now = _posting_forms(None, context["choice"], member)
            lines = [line_of(f, f.store.name) for f in now if f["works"].value()]
            rows = list(queries.postings_of(member).values())
            context |= shown_now(lines, rows)
            status = HTTPStatus.CONFLICT
        except AppointmentsAffected as refusal:
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
