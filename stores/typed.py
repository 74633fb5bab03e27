"""The words that somebody of the staff typed into a form whose session had ended.

The sign-in page carries them, signed, and hands them back after the sign-in, to be sent
by a new press. They are given to nobody but the account that typed them: on a shared
tablet the next to sign in is often a colleague. A signed cookie names the account that
this browser was last signed in with. A form that another account's page sent fails
before, at its CSRF token, which each sign-in changes. Passwords are never kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TYPED = "typed"
TYPED_FOR = dt.timedelta(hours=12)
LONGEST_TYPED = 100_000
UNTYPED = frozenset(
    {
        "as_shown",
        "back",
        "csrfmiddlewaretoken",
        "next",
        "once",
        "sequence",
        "shown",
        "status",
        "version",
    }
)
"""Fields that pages fill: a form of these alone is pressed again in a moment."""
MANAGED = ("-TOTAL_FORMS", "-INITIAL_FORMS", "-MIN_NUM_FORMS", "-MAX_NUM_FORMS")
"""Ends of the names of fields by which Django counts the rows of a form."""

TYPIST_COOKIE = "typist"
COOKIE_AGE = 180 * 24 * 3600

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class TypistMiddleware:
    """Tells the browser who is signed in, for the time after the session. Asks nothing
    of its own: where no view has asked who it is, nobody has typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "_cached_user", None)
        if user is not None and user.pk and typist_of(request) != user.pk:
            response.set_cookie(
                TYPIST_COOKIE,
                signing.dumps(user.pk, salt=TYPIST_COOKIE),
                max_age=COOKIE_AGE,
                httponly=True,
                samesite="Lax",
                secure=settings.SECURE_COOKIES,
            )
        return response


def typist_of(request: HttpRequest) -> int | None:
    """The id of the account that this browser was last signed in with."""
    try:
        cookie = request.COOKIES.get(TYPIST_COOKIE, "")
        return int(signing.loads(cookie, salt=TYPIST_COOKIE, max_age=COOKIE_AGE))
    except signing.BadSignature:
        return None


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, with what was typed: 403; else the way there."""
    typed = _typed_before(request) if request.method == "POST" else ""
    if not typed:
        return redirect_to_login(request.get_full_path())
    context = {"typed": typed}
    return render(request, "account/login.html", context, status=403)


def _typed_before(request: HttpRequest) -> str:
    """Signs what a form carried whose session had ended; empty where nobody typed
    anything, or a novel, and where nobody knows who. It is kept in that page alone: no
    row, no session, no cookie has it."""
    typist = typist_of(request)
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name.lower()
    ]
    if typist is None or not {name for name, _value in fields} - UNTYPED:
        return ""
    facts = [typist, request.get_full_path(), fields]
    typed = signing.dumps(facts, salt=TYPED, compress=True)
    return typed if len(typed) <= LONGEST_TYPED else ""


def typed_in(request: HttpRequest, *, by: int) -> dict[str, object] | None:
    """Reads what the sign-in page carried: the address that the form was for, all its
    fields, and what a person reads of them. None for nothing, for a forgery, and for
    what another account than `by` typed."""
    try:
        typist, path, fields = signing.loads(
            request.POST.get(TYPED, ""), salt=TYPED, max_age=TYPED_FOR
        )
    except (signing.BadSignature, ValueError):
        return None
    if typist != by:
        return None
    read = [value for name, value in fields if value and _is_read(name)]
    return {"path": path, "fields": fields, "read": read}


def _is_read(name: str) -> bool:
    return name not in UNTYPED and not name.endswith(MANAGED)


def signed_in(view: View[P]) -> View[P]:
    """As Django's `login_required`, and what was typed comes back after the sign-in."""

    @wraps(view)
    def door(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    return door
