"""Values that no address and no column of ours can hold, refused before any view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse

BIGGEST = 2**63 - 1
"""What PostgreSQL's bigint holds."""


class SaneInputMiddleware:
    """404 for a path that names nothing we could have: a number beyond 64 bits, a NUL.
    400 for a NUL in a query or a form: PostgreSQL stores none, and nobody types one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, named: dict[str, Any]
    ) -> None:
        for value in named.values():
            if isinstance(value, int) and value > BIGGEST:
                raise Http404
            if isinstance(value, str) and "\0" in value:
                raise Http404
        if "%00" in request.META.get("QUERY_STRING", "") or _has_nul(request):
            raise BadRequest


def _has_nul(request: HttpRequest) -> bool:
    """Only of forms: other bodies are read by their own parsers."""
    if request.content_type != "application/x-www-form-urlencoded":
        return False
    return any("\0" in text for texts in request.POST.lists() for text in texts[1])
