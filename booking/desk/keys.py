"""API keys of the brand: head office makes them, and takes them back."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.access import api_key_for_desk, living_key_for_desk
from booking.desk import queries
from booking.desk.offer_forms import SCOPES, ApiKeyForm
from booking.door import (
    Question,
    ask_first,
    for_desk,
    for_staff,
    leads_brand,
    page_context,
    store_in_view,
)
from booking.errors import KeyScopesRefused
from booking.models import ApiKey
from booking.models.api_key import text_of
from booking.once import Sending, sending
from booking.services.api_keys import create_api_key, revoke_api_key
from stores.accounts.workplace import Workplace
from stores.templatetags.ui import first_lower

Shown = tuple[ApiKey, str]
"""A key, and the text that is read once."""


@require_http_methods(["GET", "POST"])
@for_desk
def api_keys(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """POST makes a key and shows it in its answer, the only time that it can be read:
    no redirect, no copy in a session, and `no-store` for the browser. The answer to a
    second tap is the same one; later, the list of keys and a word."""
    if not leads_brand(workplace):
        raise PermissionDenied
    form = ApiKeyForm(request.POST if request.method == "POST" else None)
    shown: Shown | None = None
    if request.method == "POST":
        with sending(request, workplace) as sent:
            first = sent.kept is None
            shown = _create(sent, workplace, form) if first else _again(sent, workplace)
        if not first and shown is None:
            messages.warning(request, _("This key has been made and shown already."))
            return redirect("booking:api_keys")
    return _page(request, workplace, form, shown)


def _create(sent: Sending, workplace: Workplace, form: ApiKeyForm) -> Shown | None:
    if not form.is_valid():
        return None
    try:
        made, text = create_api_key(
            brand=workplace.brand,
            **form.cleaned_data,
            user=workplace.membership.user,
            now=timezone.now(),
            secret=sent.secret(),
        )
    except KeyScopesRefused:
        form.add_error("scopes", _("There are fifty keys already: revoke one first."))
        return None
    sent.keep(prefix=made.prefix)
    return made, text


def _again(sent: Sending, workplace: Workplace) -> Shown | None:
    secret = sent.secret()
    if not sent.may_show(timezone.now()) or sent.kept is None or secret is None:
        return None
    made = living_key_for_desk(workplace, sent.kept["prefix"])
    return None if made is None else (made, text_of(made.prefix, secret))


def _page(
    request: HttpRequest, workplace: Workplace, form: ApiKeyForm, shown: Shown | None
) -> HttpResponse:
    status = HTTPStatus.CREATED if shown else HTTPStatus.OK
    if form.is_bound and shown is None:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    made, secret = shown or (None, "")
    context = {
        **page_context(
            request, workplace, store_in_view(request, workplace), "api_keys"
        ),
        "form": ApiKeyForm() if shown else form,
        "made": made,
        "secret": secret,
        "keys": queries.api_keys_of(workplace.brand),
        "scopes": [(value, str(words)) for value, words in SCOPES],
    }
    response = render(request, "booking/desk/api_keys.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def revoke_key(request: HttpRequest, workplace: Workplace, key_id: int) -> HttpResponse:
    """GET asks and says what stops; POST revokes. A key that is revoked already is not
    asked about."""
    key = api_key_for_desk(workplace, key_id)
    if not leads_brand(workplace):
        raise PermissionDenied
    if request.method != "POST":
        if key.revoked_at:
            return redirect("booking:api_keys")
        return ask_first(request, workplace, "api_keys", _before_revoking(key))
    revoke_api_key(key=key, now=timezone.now())
    messages.success(
        request, _("The key %(name)s lets nobody in any more.") % {"name": key.name}
    )
    return redirect("booking:api_keys")


def _before_revoking(key: ApiKey) -> Question:
    may = ", ".join(
        first_lower(str(words)) for value, words in SCOPES if value in key.scopes
    )
    return Question(
        title=_("Revoke the key %(name)s?") % {"name": key.name},
        stops=[
            _("The system that uses vv_%(prefix)s is refused from this moment on.")
            % {"prefix": key.prefix},
            _("It can no longer: %(what)s.") % {"what": may},
            _("This cannot be taken back: a new key has to be made and put in there."),
        ],
        button=_("Revoke the key"),
        back=reverse("booking:api_keys"),
    )
