"""Small pieces of HTML that pages ask for again and again."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response

from booking.links import token_of
from booking.models import AccessLink


def render_invitation(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """The link to copy; it is shown to those who asked for it and kept nowhere."""
    path = reverse("video:invitation", args=[token_of(link)])
    context = {"link": f"{settings.SITE_URL.rstrip('/')}{path}"}
    response = render(request, "video/_invitation.html", context)
    response["Cache-Control"] = "no-store"
    return response


def render_polled(
    request: HttpRequest, template: str, context: dict[str, Any]
) -> HttpResponse:
    """The piece with an ETag, or 304 when the page has it already: the page itself
    remembers the tag, no cache does. It must not hold a CSRF token, which differs each
    time."""
    response = render(request, template, context)
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:20]}"'
    answered = get_conditional_response(
        request, etag=response["ETag"], response=response
    )
    return answered if isinstance(answered, HttpResponse) else response
