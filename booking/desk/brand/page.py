"""One brand: what it says of itself, written as a whole."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from booking.desk.brand.colours import tried_colour
from booking.desk.brand.forms import BrandForm, facts_shown, lines_of
from booking.desk.meanwhile import first_shown, shown_now
from booking.desk.places.rights import for_leader, places_context
from booking.errors import StaleVersion
from booking.once import once_only
from booking.shown import AS_SHOWN, as_shown_in
from stores.accounts.workplace import Workplace
from stores.editing.brand_edits import edit_brand
from stores.errors import BrandRefused
from stores.views.theme import theme_css

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY
TRIED = ".tried"


@require_http_methods(["GET", "POST"])
@for_leader
@once_only
def brand(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """POST writes it; a try of a colour writes nothing, and keeps what is typed."""
    if request.method == "GET":
        return brand_page(request, workplace)
    form = _typed(request, workplace)
    shown: dict[str, Any] = {AS_SHOWN: request.POST.get(AS_SHOWN, "")}
    if "try" in request.POST:
        return brand_page(request, workplace, form=form, **shown)
    status = UNPROCESSABLE
    try:
        if form.is_valid():
            _write(request, workplace, form)
            words = _("It is written. Customers see it within five minutes.")
            messages.success(request, words)
            return redirect("booking:brand")
    except BrandRefused as refusal:
        form.refuse(refusal)
    except StaleVersion:
        now = workplace.brand
        now.refresh_from_db()
        shown = shown_now(lines_of(now), facts_shown(now))
        status = HTTPStatus.CONFLICT
    return brand_page(request, workplace, status=status, form=form, **shown)


def _typed(request: HttpRequest, workplace: Workplace) -> BrandForm:
    """With the colour that was taken instead of one that cannot be read."""
    sent = request.POST.copy()
    if instead := sent.get("instead", ""):
        sent["colour"] = instead
    return BrandForm(sent, brand=workplace.brand)


def _write(request: HttpRequest, workplace: Workplace, form: BrandForm) -> None:
    shown = as_shown_in(request.POST)
    edit_brand(
        brand=workplace.brand,
        facts=form.facts(),
        check=lambda row: shown.check(facts_shown(row)) if shown else None,
    )


@require_POST
@for_leader
def preview(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """The colours and the telephone as they are typed. Writes nothing."""
    form = _typed(request, workplace)
    context = {"brand": workplace.brand, "form": form, **_drawn(workplace, form)}
    return render(request, "booking/desk/brand/_preview.html", context)


@require_safe
@for_leader
def colours(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """GET `/desk/brand/colours.css?colour=17408B`: the sheet by which the page draws
    what is tried, for the policy allows no inline style."""
    tried = tried_colour(workplace.brand, request.GET.get("colour", ""))
    css = theme_css(tried.theme, TRIED)
    return HttpResponse(css, content_type="text/css; charset=utf-8")


def brand_page(
    request: HttpRequest,
    workplace: Workplace,
    *,
    status: int = HTTPStatus.OK,
    form: BrandForm | None = None,
    **more: Any,
) -> HttpResponse:
    """The whole page; `more` takes the place of what it shows otherwise."""
    brand = workplace.brand
    form = form or BrandForm(brand=brand)
    context = {
        **places_context(request, workplace),
        **first_shown(facts_shown(brand)),
        **_drawn(workplace, form),
        "page": "brand",
        "form": form,
        **more,
    }
    return render(request, "booking/desk/brand/brand.html", context, status=status)


def _drawn(workplace: Workplace, form: BrandForm) -> dict[str, Any]:
    typed = {name: str(form[name].value() or "").strip() for name in form.fields}
    return {
        "tried": tried_colour(workplace.brand, typed["colour"]),
        "typed": typed,
    }
