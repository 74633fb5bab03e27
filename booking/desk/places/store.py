"""One store: made, changed, closed, opened again; and its poster."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from booking.desk.meanwhile import first_shown, shown_now
from booking.desk.places import queries
from booking.desk.places.forms import PlaceForm, RoomForm, facts_shown
from booking.desk.places.rights import for_leader, for_store, places_context
from booking.door import leads_brand
from booking.errors import StaleVersion
from booking.once import once_only
from booking.rota.conflicts import AppointmentsAffected
from booking.rota.places.closing import (
    VisitsStand,
    close_store,
    open_store_again,
    visits_at,
    write_stores,
)
from booking.shown import AS_SHOWN, as_shown_in
from stores.accounts.workplace import Workplace
from stores.editing.stores import create_stores, regions_named
from stores.errors import StoreRefused
from stores.models import Store
from stores.queries import resource_kinds

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY
MOST_LISTED = 50


@require_http_methods(["GET", "POST"])
@for_leader
@once_only
def new_place(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    form = _form(request, workplace, None)
    if request.method == "POST" and form.is_valid():
        try:
            made = _create(workplace, form)
        except StoreRefused as refusal:
            form.refuse(refusal)
        else:
            words = _("%(name)s is there. Give it people, and it can be booked.")
            messages.success(request, words % {"name": made.name})
            return redirect("booking:place", made.pk)
    context = {**places_context(request, workplace), "form": form, "place": None}
    status = UNPROCESSABLE if form.is_bound else HTTPStatus.OK
    return render(request, "booking/desk/places/new.html", context, status=status)


def _form(request: HttpRequest, workplace: Workplace, store: Store | None) -> PlaceForm:
    regions = [region for region, _count in queries.regions_with_counts(workplace)]
    sent = request.POST if request.method == "POST" else None
    return PlaceForm(sent, regions=regions, known=store)


def _create(workplace: Workplace, form: PlaceForm) -> Store:
    """In the transaction of `once_only`."""
    made = regions_named(workplace.brand, [form.cleaned_data["new_region"]])
    (store,) = create_stores(brand=workplace.brand, stores=[form.new_facts(made)])
    return store


@require_http_methods(["GET", "POST"])
@for_store
def place(request: HttpRequest, workplace: Workplace, store: Store) -> HttpResponse:
    """POST changes the facts, all of them or none."""
    if request.method == "GET":
        return place_page(request, workplace, store)
    if not leads_brand(workplace):
        raise PermissionDenied
    form = _form(request, workplace, store)
    context: dict[str, Any] = {AS_SHOWN: request.POST.get(AS_SHOWN, ""), "form": form}
    status = UNPROCESSABLE
    try:
        if form.is_valid():
            _change(request, workplace, store, form)
            messages.success(request, _("It is written."))
            return redirect("booking:place", store.pk)
    except StoreRefused as refusal:
        form.refuse(refusal)
    except AppointmentsAffected as refusal:
        context["standing"] = [one.appointment for one in refusal.conflicts]
    except VisitsStand as refusal:
        context["standing"] = refusal.visits
    except StaleVersion:
        store.refresh_from_db()
        context |= shown_now(_lines(store), facts_shown(store))
        status = HTTPStatus.CONFLICT
    return place_page(request, workplace, store, status=status, **context)


def _change(
    request: HttpRequest, workplace: Workplace, store: Store, form: PlaceForm
) -> None:
    shown = as_shown_in(request.POST)
    made = regions_named(workplace.brand, [form.cleaned_data["new_region"]])
    write_stores(
        brand=workplace.brand,
        stores=[store],
        facts=[form.new_facts(made)],
        user=workplace.membership.user,
        now=timezone.now(),
        check=lambda rows: shown.check(facts_shown(rows[0])) if shown else None,
    )


def _lines(store: Store) -> list[str]:
    """The facts as they stand now, each with its label."""
    form = PlaceForm(regions=[], known=store)
    words = facts_shown(store) | {"region": store.region.name if store.region else ""}
    said = {
        form.fields[name].label: ", ".join(value) if isinstance(value, list) else value
        for name, value in words.items()
    }
    return [f"{label}: {value}" for label, value in said.items() if value]


def place_page(
    request: HttpRequest,
    workplace: Workplace,
    store: Store,
    *,
    status: int = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    """The whole page; `more` takes the place of the form that was refused."""
    regions = [region for region, _count in queries.regions_with_counts(workplace)]
    context = {
        **places_context(request, workplace, store),
        **first_shown(facts_shown(store)),
        "place": store,
        "form": PlaceForm(regions=regions, known=store),
        "rooms": queries.rooms_of(store),
        "room_form": RoomForm(),
        "kinds": resource_kinds(workplace.brand),
        "people": queries.people_at([store]).get(store.pk, 0),
        "ahead": visits_at(store, timezone.now()).count(),
        "door": door_of(store),
        **more,
    }
    page = "booking/desk/places/store.html"
    return render(request, page, context, status=status)


def door_of(store: Store) -> str:
    """The address in the square of a poster: short, and the same for good."""
    path = reverse("booking:store_door", args=[store.pk])
    return f"{settings.SITE_URL.rstrip('/')}{path}"


@require_safe
@for_store
def poster(request: HttpRequest, workplace: Workplace, store: Store) -> HttpResponse:
    """A page of A4 for the door, in the languages of the brand."""
    context = {
        **places_context(request, workplace, store),
        "place": store,
        "door": door_of(store),
        "languages": [c for c in ("fr", "en") if c in workplace.brand.languages],
    }
    return render(request, "booking/desk/places/poster.html", context)


@require_http_methods(["GET", "POST"])
@for_store
def close_place(
    request: HttpRequest, workplace: Workplace, store: Store
) -> HttpResponse:
    """GET lists the visits that are moved first; POST closes it for good."""
    if not leads_brand(workplace):
        raise PermissionDenied
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            close_store(store=store, now=timezone.now())
        except VisitsStand:
            status = HTTPStatus.CONFLICT
        else:
            words = _("%(name)s is closed: nobody books there any more.")
            messages.success(request, words % {"name": store.name})
            return redirect("booking:place", store.pk)
    visits = visits_at(store, timezone.now())
    context = {
        **places_context(request, workplace, store),
        "place": store,
        "visits": visits[:MOST_LISTED],
        "count": visits.count(),
    }
    return render(request, "booking/desk/places/close.html", context, status=status)


@require_POST
@for_store
def open_place(
    request: HttpRequest, workplace: Workplace, store: Store
) -> HttpResponse:
    if not leads_brand(workplace):
        raise PermissionDenied
    open_store_again(store=store)
    words = _("%(name)s is open again, with the hours that its people have.")
    messages.success(request, words % {"name": store.name})
    return redirect("booking:place", store.pk)
