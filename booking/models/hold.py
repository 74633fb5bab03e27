"""A time kept for somebody who has not confirmed yet."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q

from booking.models.querysets import HoldQuerySet
from stores.models import Brand, Channel, Offer, StaffMember, Store, Topic
from stores.retention import Erasure, Retention


class Hold(models.Model):
    """STATUS:TENTATIVE in RFC 5545's words: occupies time until `expires_at`.

    One per visitor (a random id in the visitor's signed cookie, hashed here), so
    choosing another hour gives the first one back. An expired hold occupies nothing;
    the next writer of the same agenda deletes it.
    """

    class Purpose(models.TextChoices):
        BOOKING = "booking"
        UNDO = "undo"
        WAITLIST = "waitlist"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="holds")
    store = models.ForeignKey(Store, models.PROTECT, related_name="holds")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="holds")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="holds")
    staff_member = models.ForeignKey(StaffMember, models.PROTECT, related_name="holds")
    channel = models.CharField(max_length=10, choices=Channel)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.BOOKING)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    renewals = models.PositiveSmallIntegerField(default=0)
    for_wish = models.ForeignKey(
        "booking.Wish", models.CASCADE, null=True, blank=True, related_name="holds",
        help_text="Who wished for it; it has no visitor then.",
    )  # fmt: skip
    visitor = models.CharField(max_length=64, help_text="SHA-256 of the cookie's id.")
    network = models.CharField(max_length=64, help_text="Keyed hash of the network.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = HoldQuerySet["Hold"].as_manager()

    retention = Retention(
        (Erasure("expires_at", age=dt.timedelta(days=1), goes=True),),
        keeps=("visitor", "network"),
    )

    class Meta:
        indexes = [
            models.Index(fields=["network", "expires_at"], name="hold_by_network"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="hold_brand"),
            models.UniqueConstraint(
                fields=["brand", "visitor"],
                condition=Q(purpose="booking"),
                name="hold_one_per_visitor",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="hold_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="hold_channel"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def local_start(self) -> dt.datetime:
        return self.starts_at.astimezone(self.store.zone)

    @property
    def kept_until(self) -> dt.datetime:
        """From its start on it is worth nothing, however long it is kept."""
        return min(self.expires_at, self.starts_at)
