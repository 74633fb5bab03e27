"""An installation without a brand has one page; every address leads there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from stores.access import has_a_brand

OPEN = ("/setup/", "/i18n/", settings.STATIC_URL)
"""The page itself, its other language and its style sheet."""


class Known:
    """The memory of this process: a brand that was made stays, so it asks no more."""

    def __init__(self) -> None:
        self._has_brand = threading.Event()

    def has_brand(self) -> bool:
        """One question for each request of an empty installation, and none after."""
        if not self._has_brand.is_set() and has_a_brand():
            self._has_brand.set()
        return self._has_brand.is_set()

    def see_brand(self) -> None:
        self._has_brand.set()

    def forget(self) -> None:
        """As a process that has just begun."""
        self._has_brand.clear()


known = Known()


class SetupMiddleware:
    """Leads every address of an installation without a brand to its set-up page. The
    probes stand before it, and are answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(OPEN) or is_set_up():
            return self.get_response(request)
        # Also a form that was sent: the page is asked for, nothing is sent on.
        response = HttpResponse(status=HTTPStatus.SEE_OTHER)
        response["Location"] = reverse("setup")
        response["Cache-Control"] = "no-store"
        return response


def is_set_up() -> bool:
    """True also while the database is away: then each page says so itself."""
    try:
        return known.has_brand()
    except (DatabaseError, InterfaceError):
        return True
