"""Small pieces of HTML that pages ask for again and again."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response


def render_polled(
    request: HttpRequest, template: str, context: dict[str, Any]
) -> HttpResponse:
    """The piece with an ETag, or 304 when the page has it already. It must not hold
    a CSRF token, which differs each time."""
    response = render(request, template, context)
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:20]}"'
    response["Cache-Control"] = "private, no-cache"
    answered = get_conditional_response(
        request, etag=response["ETag"], response=response
    )
    return answered if isinstance(answered, HttpResponse) else response
