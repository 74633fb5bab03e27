"""Notices from providers: arrived, failed, came back, answered."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications.returns.notices import take_notice
from notifications.signatures import is_signed

LARGEST_NOTICE = 16 * 1024


# No cookie takes part: the signature says who calls.
@csrf_exempt
@require_POST
def sms_notice(request: HttpRequest) -> HttpResponse:
    """From the gateway of text messages."""
    return _take(request, settings.SMS_GATEWAY_KEY)


@csrf_exempt
@require_POST
def mail_notice(request: HttpRequest) -> HttpResponse:
    """Takes notices of the mail provider, or of our own server that reads them."""
    return _take(request, settings.MAIL_NOTICES_KEY)


def _take(request: HttpRequest, key: str) -> HttpResponse:
    """403 unless signed within five minutes, 400 for what is no notice; else 204,
    also for a notice that came before or that is about no message of us."""
    now = timezone.now()
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_NOTICE:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    signed = is_signed(
        key,
        request.headers,
        method="POST",
        path=request.get_full_path(),
        body=request.body,
        now=now,
    )
    if not signed:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    told = _told(request.body)
    if told is None:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    take_notice(**told, now=now)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _told(body: bytes) -> dict[str, str] | None:
    """The fields of a notice as texts without NUL, or None."""
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    names = {
        "event": "event_id",
        "type": "kind",
        "key": "key",
        "from": "phone",
        "text": "text",
    }
    found = {ours: told.get(theirs, "") for theirs, ours in names.items()}
    good = all(isinstance(v, str) and "\0" not in v for v in found.values())
    return found if good and 0 < len(found["event_id"]) <= 80 else None
