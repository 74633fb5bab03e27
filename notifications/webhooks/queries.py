"""Questions about endpoints, what was called there, and what it tells of."""

from __future__ import annotations

from collections.abc import Iterable

from booking.models import AppointmentEvent
from notifications.models import Delivery, WebhookAttempt, WebhookEndpoint
from stores.models import Brand

MOST_LISTED = 50


def endpoint_of(delivery: Delivery) -> WebhookEndpoint | None:
    rows = WebhookEndpoint.objects.all_brands().filter(brand=delivery.brand_id)
    return rows.filter(pk=delivery.recipient).first()


def endpoints_of(brand: Brand) -> list[WebhookEndpoint]:
    return list(WebhookEndpoint.objects.for_brand(brand).order_by("created_at", "id"))


def attempts_of(endpoint: WebhookEndpoint) -> list[WebhookAttempt]:
    """The last of them, newest first."""
    return list(endpoint.attempts.order_by("-made_at", "-id")[:MOST_LISTED])


def kinds_of_events(ids: Iterable[int]) -> dict[int, str]:
    rows = AppointmentEvent.objects.all_brands().filter(pk__in=ids)
    return dict(rows.values_list("pk", "kind"))


def waiting_calls(endpoint: WebhookEndpoint) -> int:
    rows = Delivery.objects.for_brand(endpoint.brand).filter(
        channel=Delivery.Channel.WEBHOOK,
        recipient=str(endpoint.pk),
        state__in=[Delivery.State.DUE, Delivery.State.SENDING],
    )
    return rows.count()


def event_of(kind: str, prefix: str) -> AppointmentEvent | None:
    """The event that a delivery of this kind tells of."""
    rows = AppointmentEvent.objects.all_brands()
    return rows.filter(pk=int(kind.removeprefix(prefix))).first()
