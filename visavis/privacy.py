"""Answers to known people, which no browser, proxy or shared tablet may keep."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from booking.visitors import LINKS_COOKIE, TYPED_COOKIE, VISITOR_COOKIE
from visavis.accounts.invitations import INVITATION_COOKIE
from visavis.accounts.views import ADDRESS_COOKIE, RESET_COOKIE

PRIVATE = "private, no-store"
KNOWN_BY = (
    LINKS_COOKIE,
    VISITOR_COOKIE,
    TYPED_COOKIE,
    RESET_COOKIE,
    ADDRESS_COOKIE,
    INVITATION_COOKIE,
)


class PrivateAnswersMiddleware:
    """Writes `Cache-Control: private, no-store` on each answer to a session, a link, a
    visitor or an API key, and on each that makes somebody known, unless the view has
    said otherwise. Asks the cookies alone, no database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.cookies = frozenset({settings.SESSION_COOKIE_NAME, *KNOWN_BY})

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        named = request.COOKIES.keys() | response.cookies.keys()
        is_known = "Authorization" in request.headers or bool(self.cookies & named)
        if is_known and not response.has_header("Cache-Control"):
            response["Cache-Control"] = PRIVATE
        return response
