"""What a customer typed before the form that books, kept for that form: the sentence
with which they began, or all of it when their time was lost.

It travels in the visitor's own signed HttpOnly cookie for a quarter of an hour: no
row of a person who has not booked, and no session.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from stores.written import one_line_end

COOKIE = "typed"
AGE = 15 * 60
FIELDS = ("name", "reach", "email", "phone", "question")
LONGEST = 300


def typed_of(request: HttpRequest) -> dict[str, str]:
    """Field → text; {} where nothing was kept, or too long ago."""
    try:
        kept: dict[str, str] = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=AGE
        )
    except signing.BadSignature:
        return {}
    return kept


def keep_typed(response: HttpResponse, posted: Mapping[str, str]) -> None:
    typed = {name: one_line_end(posted.get(name, "")) for name in FIELDS}
    kept = {name: text[:LONGEST] for name, text in typed.items() if text}
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=COOKIE, compress=True),
        max_age=AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE_COOKIES,
    )


def forget_typed(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")
