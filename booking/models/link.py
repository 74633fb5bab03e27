"""The permanent link of an appointment: derived when needed, stored as a hash."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from booking.models.appointment import Appointment
from stores.models import Brand
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention


class AccessLink(models.Model):
    """A link that opens an appointment without an account.

    The token is HMAC-SHA256(LINK_KEYS[key_id], id ‖ generation), first 22 characters
    of its base64url form; only its SHA-256 is kept. Raising `generation` revokes it.
    `booking.links` derives and looks up.
    """

    class Purpose(models.TextChoices):
        CUSTOMER = "customer"
        GUEST = "guest"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="links")
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="links")
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.CUSTOMER)
    key_id = models.CharField(max_length=20)
    generation = models.PositiveIntegerField(default=1)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    objects = BrandQuerySet["AccessLink"].as_manager()

    retention = Retention(
        # Who had themselves erased reads on the link that it was done.
        (Erasure("appointment__erase_after", goes=True, by_date_only=True),),
        keeps=("key_id", "token_hash"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(purpose="customer"),
                name="link_one_per_appointment",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
