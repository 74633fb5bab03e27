"""Returned messages: addresses that refuse, and what providers said."""

from __future__ import annotations

import datetime as dt

from django.db import models

from notifications.models.delivery import Delivery
from stores.models import Brand
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention


class Refusal(models.Model):
    """An address that wants no messages, or takes none. `mark` is a keyed hash: the
    answer outlives the customer's row, the address does not."""

    class Reason(models.TextChoices):
        STOPPED = "stopped"
        UNSUBSCRIBED = "unsubscribed"
        BOUNCED = "bounced"

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="refusals")
    channel = models.CharField(max_length=8, choices=Delivery.Channel)
    mark = models.CharField(max_length=80)
    reason = models.CharField(max_length=12, choices=Reason)
    created_at = models.DateTimeField()

    objects = BrandQuerySet["Refusal"].as_manager()

    retention = Retention(keeps=("mark",))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "channel", "mark", "reason"], name="refusal_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.reason}"


class ProviderEvent(models.Model):
    """A notice of a provider that was acted on: the same id is never acted on again."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="provider_events")
    event_id = models.CharField(max_length=80)
    received_at = models.DateTimeField()

    objects = BrandQuerySet["ProviderEvent"].as_manager()

    retention = Retention(
        (Erasure("received_at", age=dt.timedelta(days=40), goes=True),),
        keeps=("event_id",),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "event_id"], name="providerevent_once"
            ),
        ]

    def __str__(self) -> str:
        return self.event_id
