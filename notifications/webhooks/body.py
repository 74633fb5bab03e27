"""The body of a call: an event of a visit, and how the visit stands.

The body names no person: it leaves for a program that we do not know, is logged there
and sent again, and an erasure would never reach it. Who may know more asks for the
visit by its id. Nor does it carry the permanent link, which opens the visit to anybody
who reads it. The visit is told as it is when the call leaves, not as it was when the
event happened: of two calls the one with the higher `version` is right.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from booking.models import Appointment, EventKind
from notifications.channels.webhook import WebhookMessage
from notifications.models import Delivery, WebhookEndpoint
from notifications.webhooks.queries import endpoint_of, event_of
from notifications.webhooks.secrets import valid_secrets

PREFIX = "event-"
TEST = "test"
LASTS = dt.timedelta(days=3)
"""A call that could not be made for so long is not made any more."""

KINDS = frozenset(EventKind.values)


def kind_for(event_id: int) -> str:
    """The `kind` of a delivery that tells of this event."""
    return f"{PREFIX}{event_id}"


def event_id_of(kind: str) -> int | None:
    """The event that a delivery or a call of this `kind` tells of; none of a test."""
    number = kind.removeprefix(PREFIX)
    return int(number) if number.isdecimal() else None


def why_not(delivery: Delivery, now: dt.datetime) -> str:
    endpoint = endpoint_of(delivery)
    if endpoint is None or not endpoint.active:
        return "endpoint_off"
    if endpoint.paused_at:
        return "endpoint_paused"
    return "too_late" if now >= delivery.useless_after else ""


def message_for(delivery: Delivery, appointment: Appointment) -> WebhookMessage:
    endpoint, event = endpoint_of(delivery), event_of(delivery.kind, PREFIX)
    if endpoint is None or event is None:
        raise LookupError(delivery.kind)
    told = {
        "id": str(event.pk),
        "type": f"appointment.{event.kind}",
        "occurred_at": event.occurred_at.isoformat(),
        "brand": appointment.brand.slug,
        "appointment": _facts(appointment),
    }
    return _message(endpoint, told, delivery)


def message_of_test(endpoint: WebhookEndpoint, now: dt.datetime) -> WebhookMessage:
    """Without a visit: a receiver must not take it for one."""
    told = {
        "id": f"{TEST}-{now.timestamp():.0f}",
        "type": TEST,
        "occurred_at": now.isoformat(),
        "brand": endpoint.brand.slug,
    }
    return _message(endpoint, told, Delivery(channel=Delivery.Channel.WEBHOOK))


def _facts(appointment: Appointment) -> dict[str, Any]:
    path = reverse("booking:staff_appointment", args=[appointment.pk])
    return {
        "id": str(appointment.pk),
        "version": appointment.version,
        "sequence": appointment.sequence,
        "status": appointment.status,
        "channel": appointment.channel,
        "topic": appointment.topic.slug,
        "store": appointment.store.slug,
        "starts_at": appointment.starts_at.isoformat(),
        "ends_at": appointment.ends_at.isoformat(),
        "time_zone": appointment.time_zone,
        "links": {"staff": settings.SITE_URL.rstrip("/") + path},
    }


def _message(
    endpoint: WebhookEndpoint, told: dict[str, Any], delivery: Delivery
) -> WebhookMessage:
    return WebhookMessage(
        key=delivery.provider_key,
        to=endpoint.url,
        sender_name="",
        sender_address="",
        subject=told["type"],
        text=json.dumps(told, ensure_ascii=False, sort_keys=True),
        html="",
        language="",
        is_retry=delivery.tries > 1,
        secrets=tuple(valid_secrets(endpoint, timezone.now())),
    )
