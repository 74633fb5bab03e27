"""Calls to a brand's own programs: one signed POST, and any 2xx says that it is told.

`Visavis-Timestamp` and `Visavis-Signature: v1=<hex>[,v1=<hex>]`, see
`notifications.signatures`; `Idempotency-Key` is the same at each try of one call, the
body's `id` the same for all that are told of one event.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from notifications.channels.base import Handed, Message
from notifications.channels.outgoing import call, path_of
from notifications.errors import DeliveryError
from notifications.signatures import signed_headers

GONE = 410


@dataclass(frozen=True, kw_only=True)
class WebhookMessage(Message):
    """`secrets`: all that the receiver may know at this moment, the newest first."""

    secrets: tuple[str, ...]


class WebhookChannel:
    def send(self, message: Message) -> Handed:
        """The reference is the status of the answer."""
        if not isinstance(message, WebhookMessage):
            raise DeliveryError("no_endpoint", permanent=True)
        body = message.text.encode()
        headers = signed_headers(
            *message.secrets,
            method="POST",
            path=path_of(message.to),
            body=body,
            now=timezone.now(),
        )
        headers |= {
            "Content-Type": "application/json",
            "Idempotency-Key": str(message.key),
            "User-Agent": "Visavis",
        }
        answer = call(
            "POST",
            message.to,
            body=body,
            headers=headers,
            allow_private=settings.WEBHOOK_ALLOW_PRIVATE,
        )
        if answer.status // 100 == 2:
            return Handed(str(answer.status))
        # Only "gone" is final: a receiver that is being changed may refuse for a while.
        raise DeliveryError(
            f"answered_{answer.status}",
            permanent=answer.status == GONE,
            status=answer.status,
        )
