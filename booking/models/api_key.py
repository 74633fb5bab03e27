"""A key with which a brand's own systems read and write its appointments."""

from __future__ import annotations

import base64
import hashlib

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from stores.models import Brand, User
from stores.models.brand import BrandQuerySet
from stores.retention import Retention

MARK = "vv"


class ApiKey(models.Model):
    """The secret is shown once and kept as a hash; `prefix` is how people name the key
    and how it is found. A key is never changed: it is revoked and another one made."""

    class Scope(models.TextChoices):
        READ_APPOINTMENTS = "read:appointments"
        WRITE_APPOINTMENTS = "write:appointments"
        READ_CUSTOMERS = "read:customers"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=24, choices=Scope))
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = BrandQuerySet["ApiKey"].as_manager()

    retention = Retention(keeps=("name", "prefix", "secret_hash", "scopes"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__len__gte=1)
                & Q(
                    scopes__contained_by=[
                        "read:appointments",
                        "write:appointments",
                        "read:customers",
                    ]
                ),
                name="apikey_scopes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"

    def allows(self, scope: ApiKey.Scope) -> bool:
        return self.revoked_at is None and scope in self.scopes


def text_of(prefix: str, secret: bytes) -> str:
    coded = base64.urlsafe_b64encode(secret).decode().rstrip("=")
    return f"{MARK}_{prefix}_{coded}"


def key_hash(text: str) -> str:
    """Plain SHA-256: the text holds 256 random bits, so there is nothing to guess."""
    return hashlib.sha256(text.encode()).hexdigest()
