"""Authentication by an API key: `Authorization: Api-Key vv_…`, or `Bearer vv_…`."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import (
    AuthenticationFailed,
    NotAuthenticated,
    PermissionDenied,
)
from rest_framework.request import Request
from rest_framework.views import APIView

from booking.access import api_key_for
from booking.api.throttles import NetworkThrottle
from booking.models import ApiKey
from stores.models import Brand

SCHEMES = ("api-key", "bearer")


class KeyAuthentication(BaseAuthentication):
    """Says whose key it is; 401 for one that is unknown or revoked. Requests without
    a key pass: many addresses are open to a link as well."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in SCHEMES:
            return None
        key = api_key_for(text.strip())
        if key is None:
            raise AuthenticationFailed("The key is unknown or revoked.")
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        return "Api-Key"


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped there
    """Describes the key in the schema."""

    target_class = KeyAuthentication
    name = "ApiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Api-Key vv_…`, made at the desk by an admin.",
        }


class KeyThrottle(NetworkThrottle):
    """Each key by itself, whatever network it comes from."""

    scope = "api-key"
    rate = "600/min"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        if isinstance(request.auth, ApiKey):
            return f"throttle:{self.scope}:{request.auth.prefix}"
        return super().get_cache_key(request, view)


def key_of(request: Request) -> ApiKey | None:
    return request.auth if isinstance(request.auth, ApiKey) else None


def need(request: Request, brand: Brand, scope: ApiKey.Scope) -> ApiKey:
    """The key that asks. 401 without one, 403 where it lacks the scope, and 404 for
    another brand's, which learns nothing."""
    key = key_of(request)
    if key is None:
        raise NotAuthenticated("A key is needed here.")
    if key.brand_id != brand.pk:
        raise Http404
    if not key.allows(scope):
        raise PermissionDenied(f"The key has no scope {scope.value}.")
    return key
