"""Counts of appointments booked in a day, by subject."""

from __future__ import annotations

import datetime as dt

from django.db import models

from stores.models import Brand
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention


class BookingCount(models.Model):
    """The amount taken from one budget on one day (UTC); `subject` is a keyed hash of
    an address, a number or a network. Kept for two days."""

    class Scope(models.TextChoices):
        CONTACT = "contact"
        NETWORK = "network"
        STORE = "store", "network at store"

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="booking_counts")
    day = models.DateField()
    scope = models.CharField(max_length=8, choices=Scope)
    subject = models.CharField(max_length=80)
    taken = models.PositiveIntegerField()

    objects = BrandQuerySet["BookingCount"].as_manager()

    retention = Retention(
        (Erasure("day", age=dt.timedelta(days=2), goes=True),), keeps=("subject",)
    )

    class Meta:
        indexes = [models.Index(fields=["day"], name="bookingcount_age")]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "day", "scope", "subject"], name="bookingcount_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.scope}: {self.taken}"
