"""The way that somebody was on, carried from page to page as `next`."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def with_next(name: str, where: str) -> str:
    return f"{reverse(name)}?{urlencode({'next': where})}" if where else reverse(name)


def next_of(request: HttpRequest, otherwise: str = "") -> str:
    """The page of this site that somebody was on the way to; `otherwise` for none."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours and wanted.startswith("/") else otherwise
