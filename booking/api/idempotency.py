"""The same request twice is one act and one answer, for the one who made it.

A POST that creates may carry `Idempotency-Key`: a random text that nobody guesses (see
`is_strong`; a UUID will do). The first answer below 400 is kept for a day and given
again to an equal request of the same visitor; the same key with another body, or from
somebody else, is refused. A refusal is not kept: trying again later with the same key
is what the key is for.

Who asks is an API key or a link, asked before the key is looked up (a kept answer is
not a way around the door), else the visitor's cookie. Who lost the very answer that
brought the cookie repeats it within two minutes, from the same network.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from booking.access import give_again, name_newcomer
from booking.errors import KeyInvalid, KeyReused
from booking.models import IdempotencyKey
from booking.once import LONGEST, SHORTEST, claim_key, keep_answer
from booking.visitors import network_of, visitor_of
from stores.access import brand_for_slug

HEADER = "Idempotency-Key"
LEAST_DIFFERENT = 6
NEWCOMER_WAITS = dt.timedelta(minutes=2)
PARAMETER = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description=(
        f"Drawn at random, {SHORTEST} to {LONGEST} printable ASCII characters without "
        "spaces; a UUID will do. What can be guessed is refused."
    ),
)

DOORS = frozenset({"found", "key"})
"""Arguments of a view that a door has let in: by a link, by an API key."""

View = Callable[..., Response]


def idempotent(view: View) -> View:
    """For an API view whose second argument is the brand's slug."""

    @wraps(view)
    def once(request: Request, brand: str, **arguments: Any) -> Response:
        key = request.headers.get(HEADER, "")
        if not key:
            return view(request, brand, **arguments)
        if not is_strong(key):
            raise KeyInvalid
        now, is_newcomer, content = timezone.now(), False, _fingerprint(request)
        if not DOORS & arguments.keys():
            secret = f"{key}\n{network_of(request)}\n{content}"
            is_newcomer = name_newcomer(request, secret)
            content = _hashed(f"{content}\n{visitor_of(request)}")
        with transaction.atomic():
            row, is_new = claim_key(
                brand=brand_for_slug(brand), key=key, fingerprint=content, now=now
            )
            is_late = is_newcomer and now > row.created_at + NEWCOMER_WAITS
            if row.fingerprint != content or (is_late and not is_new):
                raise KeyReused
            if not is_new:
                return _again(request, row)
            response = view(request, brand, **arguments)
            cookies = {name: m.value for name, m in response.cookies.items()}
            status = response.status_code
            keep_answer(row, status=status, document=response.data, cookies=cookies)
        return response

    return once


def is_strong(key: str) -> bool:
    """True if the key looks hard to guess: long enough, printable ASCII without spaces,
    neither a few characters repeated nor a sequence."""
    if not (SHORTEST <= len(key) <= LONGEST and key.isascii() and key.isprintable()):
        return False
    steps = [abs(ord(one) - ord(two)) for one, two in itertools.pairwise(key)]
    in_sequence = sum(step <= 1 for step in steps)
    is_varied = len(set(key)) >= LEAST_DIFFERENT
    return " " not in key and is_varied and 3 * in_sequence < 2 * len(steps)


def _fingerprint(request: Request) -> str:
    """Also by which key or link: two may differ in what they are shown."""
    who = request.headers.get("Authorization", "")
    digest = hashlib.sha256(f"{request.method} {request.path}\n{who}\n".encode())
    digest.update(request._request.body)  # noqa: SLF001  # the bytes as they came
    return digest.hexdigest()


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _again(request: Request, row: IdempotencyKey) -> Response:
    response = Response(row.document, status=HTTPStatus(row.status))
    response["Idempotency-Replayed"] = "true"
    for name, value in row.cookies.items():
        give_again(request, response, name, value)
    return response
