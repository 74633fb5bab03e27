"""The list of stores, and one fact of many of them changed at once."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from booking.access import store_edit_for_desk
from booking.desk.meanwhile import first_shown
from booking.desk.places import queries
from booking.desk.places.edit_forms import EditForm, label_of
from booking.desk.places.queries import MOST_TICKED, Chosen, Wanted
from booking.desk.places.rights import for_leader, for_places, places_context
from booking.desk.setup.forms import KINDS
from booking.door import for_member, leads_brand
from booking.errors import StaleVersion
from booking.once import once_only
from booking.rota.places.closing import TooManyAtOnce
from booking.rota.places.edits import Edit, Plan, edit_stores, plan_edit, undo_edit
from booking.shown import as_shown_in
from stores.accounts.workplace import Workplace
from stores.errors import StoreRefused

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


@require_safe
@for_places
def places(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """Filters, key and selection are in the address; the form of the rows is answered
    with the address that it means."""
    wanted, chosen = Wanted.of(request.GET), Chosen.of(request.GET)
    if any(name in request.GET for name in ("seen", "none", "whole", "go")):
        return _next_page(request, wanted, chosen)
    rows = wanted.rows(workplace)
    page = queries.page_of(rows, request.GET.get("after", ""))
    now = timezone.now()
    context = {
        **places_context(request, workplace),
        "wanted": wanted,
        "page_of_stores": page,
        "rows": [(row, row.store in chosen) for row in page.rows],
        "chosen": chosen,
        "chosen_count": chosen.rows(rows).count() if chosen.pairs() else 0,
        "kept": [*wanted.pairs(), *chosen.pairs()],
        "regions": queries.regions_with_counts(workplace),
        "kinds": KINDS,
        "states": _states(),
        "last_edit": _said_of(queries.last_edit(workplace, now)),
    }
    return render(request, "booking/desk/places/list.html", context)


def _states() -> list[tuple[str, str]]:
    return [
        ("open", _("Open")),
        ("closed", _("Closed for good")),
        ("nobody", _("Without anybody")),
        ("no_hours", _("Without hours")),
    ]


def _next_page(request: HttpRequest, wanted: Wanted, chosen: Chosen) -> HttpResponse:
    if len(chosen.ids) > MOST_TICKED:
        words = _("At most %(most)d can be ticked one by one: filter, and take all.")
        messages.warning(request, words % {"most": MOST_TICKED})
        chosen = Chosen(chosen.everything, frozenset(sorted(chosen.ids)[:MOST_TICKED]))
    pairs, go = [*wanted.pairs(), *chosen.pairs()], request.GET.get("go", "")
    page = "booking:edit_places" if go == "change" else "booking:places"
    after = go if go.isdecimal() else request.GET.get("after", "")
    if go != "change" and after:
        pairs.append(("after", after))
    return redirect(f"{reverse(page)}?{urlencode(pairs)}")


def _said_of(edit: Any) -> dict[str, Any] | None:
    """The newest change of many, as the list names it."""
    if edit is None:
        return None
    made = Edit(field=edit.field, value=edit.value)
    return {"pk": edit.pk, "count": len(edit.before), "row": edit,
            "field": EditForm.word_of(made.field)}  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_leader
@once_only
def edit_places(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """GET shows what would change, grouped by what stands there; POST writes it as a
    whole, unless it is no longer what was shown."""
    rows = _chosen_rows(request, workplace)
    ids = list(rows.values_list("pk", flat=True))
    form = EditForm(request.GET, regions=queries.regions_with_counts(workplace))
    context = {**places_context(request, workplace), **_ways(request, len(ids))}
    plan = _planned(request, workplace, ids, form, context)
    if request.method == "POST" and plan is not None:
        if _written(request, workplace, ids, form):
            return redirect(context["back"])
        context["stale"] = True
    context |= {"form": form, "plan": plan}
    if plan is not None:
        context |= _shown(workplace, form, plan)
    status = UNPROCESSABLE if form.errors else HTTPStatus.OK
    if context.get("stale"):
        status = HTTPStatus.CONFLICT
    page = "booking/desk/places/change.html"
    return render(request, page, context, status=status)


def _chosen_rows(request: HttpRequest, workplace: Workplace) -> Any:
    wanted, chosen = Wanted.of(request.GET), Chosen.of(request.GET)
    return chosen.rows(wanted.rows(workplace))


def _ways(request: HttpRequest, count: int) -> dict[str, Any]:
    kept = [*Wanted.of(request.GET).pairs(), *Chosen.of(request.GET).pairs()]
    back = f"{reverse('booking:places')}?{urlencode(kept)}"
    return {"kept": kept, "back": back, "count": count}


def _planned(
    request: HttpRequest,
    workplace: Workplace,
    ids: list[int],
    form: EditForm,
    context: dict[str, Any],
) -> Plan | None:
    """None where nothing was asked yet, or it cannot be."""
    if not form.is_asked or not form.is_valid():
        return None
    user, now = workplace.membership.user, timezone.now()
    try:
        return plan_edit(
            brand=workplace.brand, ids=ids, edit=form.edit(), user=user, now=now
        )
    except StoreRefused:
        form.add_error(form.value_field, _("This does not go together."))
    except TooManyAtOnce:
        words = _("This moves the open time of more than 200 stores: take fewer.")
        form.add_error(None, words)
    return None


def _shown(workplace: Workplace, form: EditForm, plan: Plan) -> dict[str, Any]:
    edit, regions = form.edit(), form.regions
    rows = queries.stores_by_id(workplace, list(plan.refused)[:20])
    return {
        **first_shown(_stamp(plan)),
        "groups": [
            (label_of(edit.field, old, regions), count) for old, count in plan.groups()
        ],
        "becomes": label_of(edit.field, edit.written, regions),
        "refused": [(rows[pk], plan.refused[pk]) for pk in rows],
        "more_refused": max(0, len(plan.refused) - len(rows)),
    }


def _stamp(plan: Plan) -> list[Any]:
    return [sorted(plan.before.items()), sorted(plan.refused), plan.same]


def _written(
    request: HttpRequest, workplace: Workplace, ids: list[int], form: EditForm
) -> bool:
    """False where something else stands there than the page showed."""
    shown = as_shown_in(request.POST)
    try:
        edit = edit_stores(
            brand=workplace.brand,
            ids=ids,
            edit=form.edit(),
            user=workplace.membership.user,
            now=timezone.now(),
            check=lambda plan: shown.check(_stamp(plan)) if shown else None,
        )
    except StaleVersion:
        return False
    number = len(edit.before) if edit else 0
    words = ngettext(
        "%(count)d store is changed.", "%(count)d stores are changed.", number
    )
    messages.success(request, words % {"count": number})
    return True


@require_POST
@for_member
def undo_places(
    request: HttpRequest, workplace: Workplace, edit_id: int
) -> HttpResponse:
    edit = store_edit_for_desk(workplace, edit_id)
    if not leads_brand(workplace):
        raise PermissionDenied
    found = undo_edit(edit=edit, user=workplace.membership.user, now=timezone.now())
    if found is None:
        words = _("This can no longer be taken back.")
        messages.error(request, words)
    else:
        done, left = found
        words = ngettext(
            "%(count)d store is as it was.", "%(count)d stores are as they were.", done
        ) % {"count": done}
        if left:
            words += " " + _("%(left)d stay: they were changed since.") % {"left": left}
        messages.success(request, words)
    return redirect("booking:places")
