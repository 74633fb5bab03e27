"""Who advises on what: the team of a store, and the topics of one person."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from booking.desk import queries
from booking.desk.offer_forms import CompetenceForm
from booking.door import for_agenda, for_desk, page_context, store_in_view
from booking.rota.competences import CompetenceTerm, set_competences
from stores.access import Workplace, topics_of
from stores.models import Agenda, Channel, StaffMember


@require_GET
@for_desk
def team(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    store = store_in_view(request, workplace)
    people = queries.people_of(store)
    staff = [agenda.staff_member_id or 0 for agenda in people]
    known = queries.competences_of(staff, workplace.brand)
    context = {
        **page_context(request, workplace, store, "team"),
        "stores": workplace.stores,
        "people": [
            (agenda, known[pk]) for agenda, pk in zip(people, staff, strict=True)
        ],
        "topics": topics_of(workplace.brand),
    }
    return render(request, "booking/desk/team.html", context)


@require_http_methods(["GET", "POST"])
@for_agenda
def competences(
    request: HttpRequest, workplace: Workplace, agenda: Agenda
) -> HttpResponse:
    member = agenda.staff_member
    if member is None:
        raise Http404
    store = store_in_view(request, workplace)
    forms = _forms(request, workplace, member)
    ahead = queries.visits_by_topic(member, timezone.now())
    context: dict[str, Any] = {
        **page_context(request, workplace, store, "team"),
        "agenda": agenda,
        "member": member,
        "rows": [(form, ahead.get(form.topic.pk, 0)) for form in forms],
        "back": f"{reverse('booking:team')}?store={store.pk}",
    }
    page = "booking/desk/competences.html"
    if request.method == "GET":
        return render(request, page, context)
    if not all(form.is_valid() for form in forms):
        return render(request, page, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    _save(request, member, forms)
    return redirect(context["back"])


def _forms(
    request: HttpRequest, workplace: Workplace, member: StaffMember
) -> list[CompetenceForm]:
    rows = queries.competences_of([member.pk], workplace.brand)[member.pk]
    known = {row.topic_id: row.channels or Channel.values for row in rows}
    return [
        CompetenceForm(
            request.POST if request.method == "POST" else None,
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
    left = set_competences(staff_member=member, competences=terms, now=timezone.now())
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
