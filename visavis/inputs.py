"""Numbers that no column can hold, refused before any view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

BIGGEST = 2**63 - 1
"""The largest number that PostgreSQL's bigint holds."""


class SaneInputMiddleware:
    """404 for a path with a number beyond 64 bits: it names nothing we could have."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, named: dict[str, Any]
    ) -> None:
        if any(isinstance(v, int) and v > BIGGEST for v in named.values()):
            raise Http404
