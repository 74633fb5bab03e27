"""The question who it is, asked once more before a dangerous act."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec

from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stores.accounts.factors import has_factor, rows_of
from stores.accounts.levels import FACTOR, note_proof, proved_lately
from stores.models import User
from stores.typed import signed_in
from visavis.accounts.addresses import next_of, with_next
from visavis.accounts.factors.adapter import host_takes_passkeys
from visavis.accounts.factors.forms import CodeForm, PasswordProofForm
from visavis.accounts.views import user_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def proved(view: View[P]) -> View[P]:
    """For somebody signed in who has shown within minutes who they are."""

    @signed_in
    @wraps(view)
    def door(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if not proved_lately(request, timezone.now()):
            here = request.get_full_path()
            where = here if request.method == "GET" else reverse("account_factors")
            return redirect(with_next("account_prove", where))
        return view(request, *args, **kwargs)

    return door


def is_genuine(form: forms.Form) -> bool:
    """As `is_valid`; what no browser would send is refused as well."""
    try:
        return form.is_valid()
    except (ValueError, TypeError, KeyError, AttributeError, LookupError):
        return False


@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def prove(request: HttpRequest) -> HttpResponse:
    """By the second factor of who has one, else by the password."""
    user, where = user_of(request), next_of(request, reverse("account"))
    known = has_factor(user)
    sent = request.POST if request.method == "POST" else None
    form = (CodeForm if known else PasswordProofForm)(user, sent)
    if sent is not None and _is_proof(request, user, form, known=known):
        note_proof(request)
        if known:
            request.session[FACTOR] = True
        return redirect(where)
    context = factor_context(request, user) | {"form": form, "next": where}
    context |= {"has_factor": known, "back_url": reverse("account")}
    context["back_label"] = _("My account")
    refused = sent is not None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    page = render(request, "account/prove.html", context, status=status)
    add_never_cache_headers(page)
    return page


def _is_proof(
    request: HttpRequest, user: User, form: forms.Form, *, known: bool
) -> bool:
    if known and "credential" in request.POST:
        return passkey_of(request, user) is not None
    if not form.is_valid():
        return False
    if isinstance(form, CodeForm):
        post_authentication(request, form.authenticator, reauthenticated=True)
    return True


def passkey_of(request: HttpRequest, user: User) -> Authenticator | None:
    """The user's own passkey that the browser has just shown; noted as used."""
    form = AuthenticateWebAuthnForm(user=user, data=request.POST)
    if not is_genuine(form):
        return None
    row = form.cleaned_data["credential"]
    post_authentication(request, row)
    return row


def factor_context(request: HttpRequest, user: User) -> dict[str, Any]:
    """The ways that somebody has here: an app, a passkey."""
    kinds = set(rows_of(user).values_list("type", flat=True))
    sent = "credential" in request.POST
    return {
        "has_app": Authenticator.Type.TOTP in kinds,
        "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
        "takes_passkeys": host_takes_passkeys(request),
        "passkey_refused": request.method == "POST" and sent,
    }
