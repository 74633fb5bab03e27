"""Use cases of webhooks: endpoints are added, changed, tried, paused and resumed."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from booking.models import AppointmentEvent
from booking.shown import AsShown
from notifications.channels.sms import sends_texts
from notifications.channels.webhook import WebhookChannel
from notifications.errors import DeliveryError, EndpointKnown
from notifications.models import Delivery, WebhookAttempt, WebhookEndpoint
from notifications.webhooks import body
from notifications.webhooks.secrets import BOTH_FOR
from stores.derived import newest_key_id
from stores.models import Brand
from stores.models.brand import BrandQuerySet

logger = logging.getLogger(__name__)

PATIENCE = dt.timedelta(hours=24)
PAUSED = "endpoint_paused"


def add_endpoint(
    *, brand: Brand, url: str, kinds: list[str], active: bool, now: dt.datetime
) -> WebhookEndpoint:
    """Raises EndpointKnown where the brand has this address already."""
    try:
        with transaction.atomic():
            return WebhookEndpoint.objects.create(
                brand=brand, url=url, kinds=sorted(kinds), active=active,
                key_id=newest_key_id(), created_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise EndpointKnown from None


def change_endpoint(
    *,
    endpoint: WebhookEndpoint,
    url: str,
    kinds: list[str],
    active: bool,
    as_shown: AsShown | None = None,
) -> None:
    """Changes the endpoint; what is due goes to the new address. Raises EndpointKnown
    and StaleVersion."""
    try:
        with transaction.atomic():
            if as_shown is not None:
                as_shown.check(*said_of(_row(endpoint).select_for_update().get()))
            endpoint.url, endpoint.kinds, endpoint.active = url, sorted(kinds), active
            endpoint.save(update_fields=["url", "kinds", "active"])
    except IntegrityError:
        raise EndpointKnown from None


def said_of(endpoint: WebhookEndpoint) -> tuple[object, ...]:
    """The rows that its form shows; how its calls fare is no part of that."""
    return endpoint.url, endpoint.kinds, endpoint.active


def rotate_secret(
    *, endpoint: WebhookEndpoint, generation: int, now: dt.datetime
) -> bool:
    """A new secret; the old one signs beside it for a day. False where `generation`
    is not the present one: the form was sent twice."""
    rows = _row(endpoint).filter(generation=generation)
    done = rows.update(generation=F("generation") + 1, previous_until=now + BOTH_FOR)
    endpoint.refresh_from_db()
    return bool(done)


def resume(*, endpoint: WebhookEndpoint, now: dt.datetime) -> int:
    """Call it again, and make up for what it missed; how many calls those are."""
    with transaction.atomic():
        _row(endpoint).update(paused_at=None, failing_since=None)
        missed = Delivery.objects.for_brand(endpoint.brand).filter(
            channel=Delivery.Channel.WEBHOOK,
            recipient=str(endpoint.pk),
            state=Delivery.State.VOID,
            problem=PAUSED,
            useless_after__gt=now,
        )
        return missed.update(state=Delivery.State.DUE, problem="", tries=0)


def try_endpoint(*, endpoint: WebhookEndpoint, now: dt.datetime) -> WebhookAttempt:
    """One call with a test event, at once; its failure counts for no pause."""
    began, status, problem = time.monotonic(), None, ""
    try:
        handed = WebhookChannel().send(body.message_of_test(endpoint, now))
        status = int(handed.reference)
    except DeliveryError as error:
        status, problem = error.status, error.code
    return WebhookAttempt.objects.create(
        brand_id=endpoint.brand_id, endpoint=endpoint, kind=body.TEST, number=1,
        status=status, problem=problem, made_at=now,
        took_ms=round((time.monotonic() - began) * 1000),
    )  # fmt: skip


def plan_calls(*, events: Iterable[AppointmentEvent]) -> None:
    """A due call for each endpoint that wants to hear of an event; once, also when
    planned again. Two statements for any number, in the caller's transaction."""
    events = list(events)
    # Paused ones too: their calls are voided when due, and found again by `resume`.
    endpoints = WebhookEndpoint.objects.all_brands().filter(
        brand__in={event.brand_id for event in events}, active=True
    )
    calls = [
        _call_of(endpoint, event)
        for endpoint in endpoints
        for event in events
        if event.brand_id == endpoint.brand_id and event.kind in endpoint.kinds
    ]
    Delivery.objects.bulk_create(calls, ignore_conflicts=True)


def _call_of(endpoint: WebhookEndpoint, event: AppointmentEvent) -> Delivery:
    return Delivery(
        brand_id=event.brand_id,
        appointment_id=event.appointment_id,
        sequence=event.sequence,
        kind=body.kind_for(event.pk),
        channel=Delivery.Channel.WEBHOOK,
        recipient=str(endpoint.pk),
        due_at=event.occurred_at,
        useless_after=event.occurred_at + body.LASTS,
    )


def note_attempt(
    *,
    delivery: Delivery,
    status: int | None,
    problem: str,
    took: float,
    now: dt.datetime,
) -> None:
    """Write the log's line; a success ends a row of failures, a failure that crowns a
    day of them pauses the endpoint and says so in the log."""
    rows = WebhookEndpoint.objects.all_brands().filter(pk=delivery.recipient)
    WebhookAttempt.objects.create(
        brand_id=delivery.brand_id, endpoint_id=delivery.recipient,
        key=delivery.provider_key, kind=delivery.kind, number=delivery.tries,
        status=status, problem=problem, took_ms=round(took * 1000), made_at=now,
    )  # fmt: skip
    if not problem:
        rows.exclude(failing_since=None).update(failing_since=None)
        return
    rows.filter(failing_since=None).update(failing_since=now)
    spent = Q(failing_since__lte=now - PATIENCE, paused_at=None)
    if rows.filter(spent).update(paused_at=now):
        logger.error("webhook %s: paused after a day of failures", delivery.recipient)


def _row(endpoint: WebhookEndpoint) -> BrandQuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.for_brand(endpoint.brand).filter(pk=endpoint.pk)


def receivers_of(brand: Brand) -> list[str]:
    """Those who carry messages or are called, for the brand's page about data. A host
    is named once; its programs learn of a visit, and of nobody's name."""
    rows = WebhookEndpoint.objects.for_brand(brand).filter(active=True)
    hosts = sorted({urlsplit(row.url).hostname or "" for row in rows})
    said = [_("our mail server, and your own mail provider")]
    if sends_texts():
        said.append(_("our text message service, and your operator"))
    if hosts:
        named = ", ".join(filter(None, hosts))
        words = _("other programs of %(brand)s, without your name: %(hosts)s")
        said.append(words % {"brand": brand.name, "hosts": named})
    return said
