"""The way to the company's own sign-in, and back."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.views import LoginView
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from booking.visitors import network_of
from stores.access import brand_for_slug
from stores.accounts.company import (
    companies_offered,
    company_by_key,
    company_of,
    works_for,
)
from stores.counts import count_up
from stores.models import CompanySignIn, User
from stores.typed import signed_in
from visavis.accounts.addresses import next_of
from visavis.accounts.company.adapter import IssuerAdapter, failed
from visavis.accounts.company.queries import leave_company
from visavis.accounts.factors.proof import proved
from visavis.accounts.views import user_of
from visavis.errors import too_many_requests

MOST_OF_NETWORK, MINUTE = 30, 60


class SignIn(LoginView):  # type: ignore[misc]  # untyped base
    """The sign-in by a password, which leads to the companies, too."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        return found | {"companies": companies_offered()}


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, brand_slug: str) -> HttpResponse:
    """One press leads to the company."""
    brand = brand_for_slug(brand_slug)
    company = company_of(brand)
    if company is None or not company.is_on:
        raise Http404
    if request.method != "POST":
        context = {"company": company, "inviting": brand, "next": next_of(request)}
        return render(request, "account/company.html", context)
    return _on_the_way(request, company, {"purpose": "sign-in"})


@require_POST
@proved
def join(request: HttpRequest, brand_slug: str) -> HttpResponse:
    """The account that is signed in gets the identity that the company names. An admin
    tries it so before it is switched on."""
    user, brand = user_of(request), brand_for_slug(brand_slug)
    company = company_of(brand)
    if company is None or not works_for(user, brand):
        raise Http404
    purpose = "test" if request.POST.get("purpose") == "test" else "join"
    return _on_the_way(request, company, {"purpose": purpose, "user": user.pk})


def _on_the_way(
    request: HttpRequest, company: CompanySignIn, asked: dict[str, object]
) -> HttpResponse:
    """A page that goes on by itself: a form may lead to no other site here."""
    counted = count_up(f"company:{network_of(request)}", seconds=MINUTE)
    if counted > MOST_OF_NETWORK:
        return too_many_requests(request)
    asked["nonce"] = nonce = secrets.token_urlsafe(24)
    provider = get_adapter().get_provider(request, provider=company.key)
    provider.oauth2_adapter_class = IssuerAdapter
    try:
        answer = provider.redirect(
            request,
            process="login",
            next_url=next_of(request) or None,
            data=asked,
            auth_params={"nonce": nonce},
        )
    except (OAuth2Error, ImmediateHttpResponse):
        return failed(request, "away")
    page = render(request, "account/company_go.html", {"url": answer["Location"]})
    add_never_cache_headers(page)
    return page


@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The company sends somebody back. The one GET that writes: state, code and nonce
    say that this browser had asked, a moment ago and once."""
    if company_by_key(provider_id) is None:
        raise Http404
    view = OAuth2CallbackView.adapter_view(IssuerAdapter(request, provider_id))
    response: HttpResponse = view(request)
    return response


@require_POST
@signed_in
def leave(request: HttpRequest) -> HttpResponse:
    """The company opens this account no more."""
    if isinstance(request.user, User):
        leave_company(user=request.user)
    messages.success(request, _("Your company opens this account no more."))
    return redirect("account")
