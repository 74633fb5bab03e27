"""The secret calendar address of one adviser: derived when needed, stored as a hash."""

from __future__ import annotations

import uuid

from django.db import models

from stores.models import Brand, StaffMember
from stores.models.brand import BrandQuerySet
from stores.retention import Retention


class CalendarFeed(models.Model):
    """Opens an adviser's coming visits to a calendar program, which cannot sign in.

    The token is derived as an AccessLink's is. Raising `generation` makes a new
    address and closes the old one; deleting the row closes it for good.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="feeds")
    staff_member = models.OneToOneField(
        StaffMember, models.CASCADE, related_name="feed"
    )
    key_id = models.CharField(max_length=20)
    generation = models.PositiveIntegerField(default=1)
    token_hash = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=5, default="fr")
    created_at = models.DateTimeField()

    objects = BrandQuerySet["CalendarFeed"].as_manager()

    retention = Retention(keeps=("key_id", "token_hash", "language"))

    def __str__(self) -> str:
        return str(self.id)
