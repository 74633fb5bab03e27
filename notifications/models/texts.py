"""Rules and counts of text messages."""

from __future__ import annotations

import datetime as dt

from django.db import models

from stores.models import Brand
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention


def french_regions() -> list[str]:
    """France and what dials like it: pumping schemes need a number abroad."""
    return ["FR", "GP", "BL", "MF", "MQ", "GF", "RE", "YT", "PM", "NC", "PF", "WF"]


class TextRule(models.Model):
    """The number of text messages a brand may pay for in a day (UTC), and the
    countries.

    Without a row the defaults hold. `countries` are the regions of numbers.
    """

    brand = models.OneToOneField(Brand, models.CASCADE, related_name="text_rule")
    per_brand = models.PositiveIntegerField(default=2000)
    per_network = models.PositiveIntegerField(default=60)
    per_phone = models.PositiveIntegerField(default=12)
    countries = models.JSONField(default=french_regions)

    objects = BrandQuerySet["TextRule"].as_manager()

    retention = Retention(keeps=("countries",))

    def __str__(self) -> str:
        return f"{self.brand_id}: {self.per_brand} a day"


class TextCount(models.Model):
    """The amount taken from one budget on one day; `subject` is a keyed hash. Of text
    messages, and of mails to one address."""

    class Scope(models.TextChoices):
        BRAND = "brand"
        NETWORK = "network"
        PHONE = "phone"
        ADDRESS = "address"

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="text_counts")
    day = models.DateField()
    scope = models.CharField(max_length=8, choices=Scope)
    subject = models.CharField(max_length=80, default="", blank=True)
    taken = models.PositiveIntegerField()

    objects = BrandQuerySet["TextCount"].as_manager()

    retention = Retention(
        (Erasure("day", age=dt.timedelta(days=40), goes=True),), keeps=("subject",)
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "day", "scope", "subject"], name="textcount_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.scope}: {self.taken}"
