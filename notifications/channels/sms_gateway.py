"""A gateway over HTTP: signed requests, our key as its idempotency key.

`POST {SMS_GATEWAY_URL}/messages` with `{key, from, to, text}` answers 2xx with
`{id, cost}`; `GET …/messages/{key}` answers the same for what it has, else 404. Its
notices come to `/api/v1/sms/notices/` (views/notices.py).
"""

from __future__ import annotations

import json
import uuid
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils import timezone

from notifications.channels.base import Handed, Message
from notifications.channels.outgoing import HttpAnswer, call, path_of
from notifications.errors import DeliveryError
from notifications.signatures import signed_headers

BUSY = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
}
"""Refusals that another time may lift."""


class GatewayProvider:
    def send(self, message: Message) -> Handed:
        told = {
            "key": str(message.key),
            "from": message.sender_name,
            "to": message.to,
            "text": message.text,
        }
        body = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
        answer = _call("POST", "/messages", body, key=message.key)
        if answer.status // 100 == 2:
            return _handed(answer)
        is_final = answer.status // 100 == 4 and answer.status not in BUSY
        raise DeliveryError("provider_refuses", permanent=is_final)

    def find(self, key: uuid.UUID) -> Handed | None:
        answer = _call("GET", f"/messages/{key}", b"", key=key)
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        if answer.status // 100 == 2:
            return _handed(answer)
        raise DeliveryError("provider_refuses")


def _call(method: str, path: str, body: bytes, *, key: uuid.UUID) -> HttpAnswer:
    url = settings.SMS_GATEWAY_URL.rstrip("/") + path
    headers = signed_headers(
        settings.SMS_GATEWAY_KEY,
        method=method,
        path=path_of(url),
        body=body,
        now=timezone.now(),
    )
    headers |= {"Content-Type": "application/json", "Idempotency-Key": str(key)}
    # The operator names it, and it may stand in the next rack.
    return call(method, url, body=body, headers=headers, allow_private=True)


def _handed(answer: HttpAnswer) -> Handed:
    """An answer that cannot be read is no reason to send a second time."""
    try:
        told: Any = json.loads(answer.body)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return Handed("")
    try:
        cost = Decimal(str(told["cost"])).quantize(Decimal("0.0001"))
    except (KeyError, InvalidOperation):
        cost = None
    return Handed(str(told.get("id", ""))[:200], cost)
