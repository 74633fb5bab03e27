"""API keys of the brand: head office makes them, and takes them back."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking import desk_queries
from booking.access import api_key_for_desk
from booking.errors import KeyScopesRefused
from booking.key_forms import SCOPES, ApiKeyForm
from booking.services.api_keys import create_api_key, revoke_api_key
from booking.views.staff_door import (
    for_desk,
    for_staff,
    leads_brand,
    page_context,
    store_in_view,
)
from stores.access import Workplace


@require_http_methods(["GET", "POST"])
@for_desk
def api_keys(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """POST makes a key and shows it in its answer, the only time that it can be read:
    no redirect, no copy in a session, and `no-store` for the browser."""
    if not leads_brand(workplace):
        raise PermissionDenied
    form = ApiKeyForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form}
    status = HTTPStatus.OK
    if request.method == "POST":
        status = _create(workplace, form, context)
    store = store_in_view(request, workplace)
    context |= {
        **page_context(request, workplace, store, "api_keys"),
        "keys": desk_queries.api_keys_of(workplace.brand),
        "scopes": [(value, str(words)) for value, words in SCOPES],
    }
    response = render(request, "booking/desk/api_keys.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _create(
    workplace: Workplace, form: ApiKeyForm, context: dict[str, Any]
) -> HTTPStatus:
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        context["made"], context["secret"] = create_api_key(
            brand=workplace.brand,
            **form.cleaned_data,
            user=workplace.membership.user,
            now=timezone.now(),
        )
    except KeyScopesRefused:
        form.add_error("scopes", _("There are fifty keys already: revoke one first."))
        return HTTPStatus.UNPROCESSABLE_ENTITY
    context["form"] = ApiKeyForm()
    return HTTPStatus.CREATED


@require_POST
@for_staff
def revoke_key(request: HttpRequest, workplace: Workplace, key_id: int) -> HttpResponse:
    key = api_key_for_desk(workplace, key_id)
    if not leads_brand(workplace):
        raise PermissionDenied
    revoke_api_key(key=key, now=timezone.now())
    messages.success(
        request, _("The key %(name)s lets nobody in any more.") % {"name": key.name}
    )
    return redirect("booking:api_keys")
