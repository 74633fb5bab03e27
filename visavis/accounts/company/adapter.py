"""Our answers to allauth.socialaccount: which issuers there are, and what an identity
that one of them vouches for may do here."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import (
    OpenIDConnectOAuth2Adapter,
)
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from stores.accounts.company import company_by_key, note_tested, works_for
from stores.models import CompanySignIn, User
from visavis.accounts.company.wire import Session

SIGNED_BY = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"}
STRONG = {"mfa", "otp", "hwk", "swk"}
"""Values of `amr` (RFC 8176) that tell of a second factor."""


class CompanyAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # untyped base
    """Nobody signs up by it, and no address joins anybody to anything."""

    def list_apps(
        self, request: HttpRequest, provider: Any = None, client_id: Any = None
    ) -> list[SocialApp]:
        company = company_by_key(str(provider or ""))
        if company is None:
            return []
        app = SocialApp(
            provider="openid_connect",
            provider_id=company.key,
            name=company.brand.name,
            client_id=company.client_id,
            secret=get_mfa_adapter().decrypt(company.sealed),
        )
        app.settings = {
            "server_url": company.issuer,
            "oauth_pkce_enabled": True,
            "fetch_userinfo": False,
            "scope": ["openid"],
        }
        return [app]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def get_requests_session(self) -> Session:
        return Session()

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Its owner did it, signed in, a moment ago."""

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, *args: Any, **facts: Any
    ) -> None:
        raise ImmediateHttpResponse(failed(request))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Returns only for a sign-in that goes on."""
        company = company_by_key(sociallogin.account.provider)
        asked = sociallogin.state.get("data") or {}
        facts = (sociallogin.account.extra_data or {}).get("id_token") or {}
        if company is None or facts.get("nonce") != asked.get("nonce"):
            raise ImmediateHttpResponse(failed(request))
        if asked.get("purpose") in ("test", "join"):
            raise ImmediateHttpResponse(_joined(request, company, sociallogin))
        user = sociallogin.user if sociallogin.is_existing else None
        if user is None:
            raise ImmediateHttpResponse(failed(request, "unknown"))
        if not (company.is_on and user.is_active and works_for(user, company.brand)):
            raise ImmediateHttpResponse(failed(request))
        request.by_company = True  # type: ignore[attr-defined]
        request.company_is_strong = bool(STRONG & set(facts.get("amr", [])))  # type: ignore[attr-defined]


def _joined(
    request: HttpRequest, company: CompanySignIn, login: SocialLogin
) -> HttpResponse:
    """Joins the identity to the account that is signed in: the same that had asked."""
    user, asked = request.user, login.state["data"]
    if not isinstance(user, User) or user.pk != asked.get("user"):
        return failed(request)
    if not works_for(user, company.brand):
        return failed(request)
    if login.is_existing and login.user != user:
        return failed(request, "taken")
    if not login.is_existing:
        login.connect(request, user)
    if asked["purpose"] == "test":
        note_tested(company=company, by=user, now=timezone.now())
        messages.success(request, _("It works: your account was recognised."))
        return redirect("booking:company")
    messages.success(request, _("You can sign in by your company from now on."))
    return redirect("account")


def failed(request: HttpRequest, why: str = "") -> HttpResponse:
    status = HTTPStatus.FORBIDDEN
    return render(request, "account/company_failed.html", {"why": why}, status=status)


class IssuerAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # untyped base
    """allauth's, stricter: the issuer is the one that was written, each token is
    checked by its signature, and of the claims only those that decide are kept."""

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        written = self.get_provider().app.settings["server_url"]
        if str(config.get("issuer", "")).rstrip("/") != written:
            raise OAuth2Error("another issuer")
        return config

    def complete_login(
        self, request: HttpRequest, app: Any, token: Any, **facts: Any
    ) -> SocialLogin:
        if "id_token" not in facts["response"]:
            raise OAuth2Error("no identity")
        return super().complete_login(request, app, token, **facts)

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        config = self.openid_config
        try:
            claims = jwt.decode(
                id_token,
                key=_key_of(id_token, config["jwks_uri"]),
                algorithms=sorted(SIGNED_BY),
                issuer=config["issuer"],
                audience=app.client_id,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError):
            raise OAuth2Error("a token that is not right") from None
        kept = {name: claims.get(name) for name in ("sub", "nonce")}
        amr = claims.get("amr")
        return kept | {"amr": amr if isinstance(amr, list) else []}


def _key_of(token: str, url: str) -> jwt.PyJWK:
    """The issuer's key that a token names; one that names none is signed by the only
    key for signatures. Raises errors of jwt, or KeyError, for what is no token."""
    header = jwt.get_unverified_header(token)
    if header.get("alg") not in SIGNED_BY:
        raise jwt.InvalidAlgorithmError
    keys, named = Session().get(url).json()["keys"], header.get("kid")
    found = [
        key
        for key in keys
        if key.get("use", "sig") == "sig" and named in (None, key.get("kid"))
    ]
    if len(found) != 1:
        raise KeyError("kid")
    return jwt.PyJWK(found[0], algorithm=header["alg"])
