"""Closed days of the stores that a desk may close, public holidays among them."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.desk import queries
from booking.desk.hours.decisions import decisions_in, questions_of
from booking.desk.hours.forms import ClosureForm, HolidaysForm
from booking.door import for_desk, for_staff, page_context, store_in_view
from booking.errors import BookingError
from booking.once import once_only
from booking.rota.closures import add_closure, add_public_holidays, remove_closure
from booking.rota.conflicts import AppointmentsAffected
from stores.accounts.workplace import MOST_TO_CHOOSE, Workplace
from stores.errors import StoresError
from stores.models import Closure, Store


@require_http_methods(["GET", "POST"])
@for_desk
@once_only
def closures(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """POST `do=close` writes one closure, `do=holidays` a year of public holidays."""
    store = store_in_view(request, workplace)
    wish = request.POST.get("do", "")
    context = _context(request, workplace, store)
    context["form"] = form = _closure_form(request, workplace, store, sent=wish)
    context["holidays"] = holidays = _holidays_form(request, store, sent=wish)
    if request.method == "GET":
        return render(request, "booking/desk/closures.html", context)

    def write() -> str:
        facts: dict[str, Any] = {
            "user": workplace.membership.user,
            "now": timezone.now(),
            "decisions": decisions_in(request),
        }
        if wish == "holidays":
            written = add_public_holidays(
                stores=[store], **holidays.cleaned_data, **facts
            )
            return _holidays_said(len(written), holidays.left_open())
        add_closure(brand=workplace.brand, **form.facts(), **facts)
        return _("The closure is written.")

    chosen = holidays if wish == "holidays" else form
    return _answer(request, context, chosen.is_valid(), write)


def _holidays_said(count: int, left: str) -> str:
    said = _("%(count)d days are closed.") % {"count": count}
    words = _("Not closed: %(days)s. Close them by hand if they hold here.")
    return f"{said} {words % {'days': left}}" if left else said


def _answer(
    request: HttpRequest, context: dict[str, Any], valid: bool, write: Callable[[], str]
) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if valid:
        try:
            said = write()
        except AppointmentsAffected as refusal:
            context["questions"] = questions_of(request, refusal)
            context["again"] = request.POST.get("do", "")
            status = HTTPStatus.CONFLICT
        except (BookingError, StoresError) as refusal:
            context["refused"] = refusal.code
        else:
            messages.success(request, said)
            address = reverse("booking:closures")
            return redirect(f"{address}?store={context['store'].pk}")
    return render(request, "booking/desk/closures.html", context, status=status)


def _context(
    request: HttpRequest, workplace: Workplace, store: Store
) -> dict[str, Any]:
    today = timezone.now().astimezone(store.zone).date()
    return {
        **page_context(request, workplace, store, "closures"),
        "closures": queries.closures_from(store, today),
        "may_close_all": workplace.sees_whole_brand,
    }


def _closure_form(
    request: HttpRequest, workplace: Workplace, store: Store, *, sent: str
) -> ClosureForm:
    """Regions and the brand are an admin's to close; a manager has their region, or
    their stores."""
    everything = workplace.sees_whole_brand
    own_region = [workplace.region] if workplace.region else []
    today = timezone.now().astimezone(store.zone).date()
    some = workplace.some_stores
    if len(some) > MOST_TO_CHOOSE:
        # The page of another store closes that one.
        some = [store]
    stores = sorted(some, key=lambda one: (one.pk != store.pk, one.name))
    return ClosureForm(
        request.POST if sent == "close" else None,
        initial={"first_day": today, "last_day": today},
        whole_brand=workplace.brand.name if everything else "",
        regions=queries.regions_with_stores(workplace) if everything else own_region,
        stores=stores,
    )


def _holidays_form(request: HttpRequest, store: Store, *, sent: str) -> HolidaysForm:
    own = store.territory or store.country
    year = timezone.now().astimezone(store.zone).year
    return HolidaysForm(
        request.POST if sent == "holidays" else None,
        initial={"territory": own, "year": year},
        this_year=year,
        own=own,
    )


@require_POST
@for_staff
@once_only
def remove(request: HttpRequest, workplace: Workplace, closure_id: int) -> HttpResponse:
    """Removes a closure: a store's by its leader, a region's by its own, any by an
    admin."""
    closure = _closure_for(workplace, closure_id)
    if not workplace.sees_whole_store:
        raise PermissionDenied
    if closure.store is None and not _closes_more(workplace, closure):
        raise PermissionDenied
    remove_closure(closure=closure, user=workplace.membership.user, now=timezone.now())
    messages.success(request, _("These days are open again."))
    store = store_in_view(request, workplace)
    return redirect(f"{reverse('booking:closures')}?store={store.pk}")


def _closes_more(workplace: Workplace, closure: Closure) -> bool:
    own = workplace.region is not None and closure.region_id == workplace.region.pk
    return workplace.sees_whole_brand or own


def _closure_for(workplace: Workplace, closure_id: int) -> Closure:
    closure = queries.closure_by_id(workplace, closure_id)
    if closure is None:
        raise Http404
    return closure
