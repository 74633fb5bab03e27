"""The same request twice is one act and one answer.

A POST that creates may carry `Idempotency-Key` (a random text of 16 to 80
characters). The first answer below 400 is kept for a day and given again to an equal
request; the same key with another body is refused. A refusal is not kept: trying
again later with the same key is what the key is for.

Whoever must be somebody (an API key, a link) is asked before the key is looked up: a
kept answer is not a way around the door.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from booking.access import set_cookie
from booking.errors import KeyInvalid, KeyReused
from booking.services.keys import claim_key, keep_answer
from stores.access import brand_for_slug

HEADER = "Idempotency-Key"
SHORTEST, LONGEST = 16, 80

View = Callable[..., Response]


def idempotent(view: View) -> View:
    """For an API view whose second argument is the brand's slug."""

    @wraps(view)
    def once(request: Request, brand: str, **arguments: Any) -> Response:
        key = request.headers.get(HEADER, "")
        if not key:
            return view(request, brand, **arguments)
        if not SHORTEST <= len(key) <= LONGEST:
            raise KeyInvalid
        with transaction.atomic():
            row, is_new = claim_key(
                brand=brand_for_slug(brand),
                key=key,
                fingerprint=_fingerprint(request),
                now=timezone.now(),
            )
            if row.fingerprint != _fingerprint(request):
                raise KeyReused
            if not is_new:
                return _again(row.status, row.document, row.cookies)
            response = view(request, brand, **arguments)
            cookies = {name: m.value for name, m in response.cookies.items()}
            keep_answer(
                row,
                status=response.status_code,
                document=response.data,
                cookies=cookies,
            )
        return response

    return once


def _fingerprint(request: Request) -> str:
    """Also who asks: two API keys may differ in what they are shown."""
    who = request.headers.get("Authorization", "")
    digest = hashlib.sha256(f"{request.method} {request.path}\n{who}\n".encode())
    digest.update(request._request.body)  # noqa: SLF001  # the bytes as they came
    return digest.hexdigest()


def _again(status: int, document: Any, cookies: dict[str, str]) -> Response:
    response = Response(document, status=HTTPStatus(status))
    response["Idempotency-Replayed"] = "true"
    for name, value in cookies.items():
        set_cookie(response, name, value)
    return response
