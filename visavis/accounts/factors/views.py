"""The pages on which somebody sets up, sees and gives up their second factors."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from stores.access import workplaces_for
from stores.accounts.devices import device_of
from stores.accounts.factors import has_factor
from stores.accounts.levels import FACTOR
from stores.models import User
from stores.typed import signed_in
from visavis.accounts.addresses import next_of, with_next
from visavis.accounts.factors import services
from visavis.accounts.factors.adapter import host_takes_passkeys
from visavis.accounts.factors.forms import AppForm, PasskeyNameForm
from visavis.accounts.factors.proof import is_genuine, proved
from visavis.accounts.views import user_of

SHOW_CODES = "show_codes"
"""Key of a session: its recovery codes are new, and not yet put away."""


def _page(
    request: HttpRequest, template: str, *, status: int = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    context = {
        "back_url": reverse("account_factors"),
        "back_label": _("Second factor"),
        "next": next_of(request),
        "takes_passkeys": host_takes_passkeys(request),
        **more,
    }
    page = render(request, f"account/{template}.html", context, status=status)
    add_never_cache_headers(page)
    return page


def _codes_first(request: HttpRequest) -> HttpResponse:
    """To the recovery codes, if these have just been made; then on."""
    request.session[FACTOR] = True
    codes, where = services.unused_codes(user_of(request)), next_of(request)
    if len(services.factors_of(user_of(request))) > 1 or not codes:
        return redirect(where or "account_factors")
    request.session[SHOW_CODES] = True
    return redirect(with_next("account_codes", where))


@require_safe
@signed_in
def factors(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    codes = services.unused_codes(user)
    return _page(
        request,
        "factors",
        factors=services.factors_of(user),
        codes_left=None if codes is None else len(codes),
        insists=_insists(user),
        back_url=reverse("account"),
        back_label=_("My account"),
    )


@require_safe
@signed_in
def needed(request: HttpRequest) -> HttpResponse:
    """Leads somebody whose brand asks for a second factor: to set one up or to show
    it, then on. Until the brand's day they may do so later."""
    user, where = user_of(request), next_of(request, reverse("booking:board"))
    if request.session.get(FACTOR):
        return redirect(where)
    if has_factor(user):
        return redirect(with_next("account_prove", where))
    asking = [one for one in workplaces_for(user) if one.brand.needs_factor(one.role)]
    if not asking:
        return redirect(where)
    first = min(asking, key=lambda one: one.brand.second_factor_from is not None)
    return _page(
        request,
        "factor_needed",
        inviting=first.brand,
        insists=_insists(user),
        next=where,
        back_url="",
    )


def _insists(user: User) -> bool:
    return any(one.insists_on_factor() for one in workplaces_for(user))


@sensitive_post_parameters("code", "sealed")
@require_http_methods(["GET", "HEAD", "POST"])
@proved
def add_app(request: HttpRequest) -> HttpResponse:
    """A QR for the app; the first code that fits proves that the app has it."""
    user = user_of(request)
    form = AppForm(user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        services.add_app(user=user, secret=form.secret)
        messages.success(request, _("The app is your second factor from now on."))
        return _codes_first(request)
    url = get_adapter().build_totp_url(user, form.secret)
    spaced = " ".join(form.secret[i : i + 4] for i in range(0, len(form.secret), 4))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return _page(
        request, "factor_app", status=status, form=form, app_url=url, secret=spaced
    )


@require_http_methods(["GET", "HEAD", "POST"])
@proved
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Takes what the browser has made by the challenge of `new_passkey_options`."""
    user = user_of(request)
    device = device_of(request.headers.get("User-Agent", "")).strip("/")
    device = device.replace("/", " · ")
    name = PasskeyNameForm(request.POST or None, initial={"name": device})
    if request.method != "POST":
        return _page(request, "factor_passkey", form=name)
    form = AddWebAuthnForm(
        user=user, data={**request.POST.dict(), "passwordless": "on"}
    )
    if not (name.is_valid() and is_genuine(form)):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(
            request, "factor_passkey", status=status, form=name, is_refused=True
        )
    services.add_passkey(
        user=user,
        name=name.cleaned_data["name"] or device or _("a passkey"),
        credential=form.cleaned_data["credential"],
    )
    messages.success(request, _("You sign in by this passkey from now on."))
    return _codes_first(request)


@require_POST
@proved
def new_passkey_options(request: HttpRequest) -> HttpResponse:
    """Of a passkey that also signs in by itself: the device keeps it, and asks for a
    finger, a face or its code."""
    return JsonResponse(begin_registration(user_of(request), True))


@require_http_methods(["GET", "HEAD", "POST"])
@proved
def remove_factor(request: HttpRequest, factor_id: int) -> HttpResponse:
    """Asks first; POST takes it away. The last one of who needs one stays."""
    user = user_of(request)
    every = services.factors_of(user)
    found = [one for one in every if one.pk == factor_id]
    if not found:
        raise Http404
    stays = len(every) == 1 and _insists(user)
    if request.method != "POST" or stays:
        status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
        return _page(
            request, "factor_remove", status=status, factor=found[0], stays=stays
        )
    services.remove_factor(user=user, factor_id=factor_id)
    if len(every) == 1:
        request.session.pop(FACTOR, None)
    messages.success(request, _("It is good no longer."))
    return redirect("account_factors")


@require_http_methods(["GET", "HEAD", "POST"])
@proved
def codes(request: HttpRequest) -> HttpResponse:
    """Shows new ones until somebody says that they are put away; POST makes ten."""
    user = user_of(request)
    left = services.unused_codes(user)
    if left is None:
        return redirect("account_factors")
    if request.method == "POST":
        if "kept" in request.POST:
            request.session.pop(SHOW_CODES, None)
            return redirect(next_of(request) or "account_factors")
        services.renew_codes(user=user)
        request.session[SHOW_CODES] = True
        return redirect(with_next("account_codes", next_of(request)))
    shown = left if request.session.get(SHOW_CODES) else []
    return _page(request, "codes", codes=shown, codes_left=len(left))
