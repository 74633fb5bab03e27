"""Kept answers to requests that named a key, so that asking twice is once."""

from __future__ import annotations

import datetime as dt

from django.db import models

from stores.models import Brand
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention


class IdempotencyKey(models.Model):
    """A client's key and the answer that it got; kept for a day.

    The row is inserted in the transaction of what it protects: an equal request that
    comes meanwhile waits for that commit and then reads the answer.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="idempotency_keys")
    key = models.CharField(max_length=80)
    fingerprint = models.CharField(
        max_length=64, help_text="SHA-256 of method, path and body."
    )
    status = models.PositiveSmallIntegerField(default=0)
    document = models.JSONField(default=dict)
    cookies = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    objects = BrandQuerySet["IdempotencyKey"].as_manager()

    retention = Retention(
        (Erasure("created_at", age=dt.timedelta(hours=24), goes=True),),
        keeps=("key", "fingerprint", "document", "cookies"),
    )

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]
        constraints = [
            models.UniqueConstraint(fields=["brand", "key"], name="idempotency_once"),
        ]

    def __str__(self) -> str:
        return self.key
