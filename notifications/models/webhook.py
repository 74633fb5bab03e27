"""Programs of a brand that are called, and each attempt."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import models

from stores.models import Brand
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention


class WebhookEndpoint(models.Model):
    """An address at which a brand's own programs are told of its appointments.

    The secret is derived, not stored (`notifications.webhooks.secrets`): raising
    `generation` rotates it, and both sign until `previous_until`. `failing_since` is
    the first failure after the last success; `paused_at` says that it failed too long.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=500)
    kinds = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    key_id = models.CharField(max_length=20)
    generation = models.PositiveIntegerField(default=1)
    previous_until = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = BrandQuerySet["WebhookEndpoint"].as_manager()

    retention = Retention(keeps=("url", "kinds", "key_id"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["id", "brand"], name="webhookendpoint_brand"
            ),
            models.UniqueConstraint(
                fields=["brand", "url"], name="webhookendpoint_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class WebhookAttempt(models.Model):
    """One call of an endpoint: what it answered, or why it could not. `key` is the
    delivery's, none of a test."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="webhook_attempts")
    endpoint = models.ForeignKey(
        WebhookEndpoint, models.CASCADE, related_name="attempts"
    )
    key = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=80, default="", blank=True)
    took_ms = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    objects = BrandQuerySet["WebhookAttempt"].as_manager()

    retention = Retention(
        (Erasure("made_at", age=dt.timedelta(days=30), goes=True),),
        keeps=("kind", "problem"),
    )

    class Meta:
        indexes = [
            models.Index(fields=["endpoint", "-made_at"], name="webhookattempt_log"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.status or self.problem}"
