"""The first start: the code that opens an empty installation, and how far a new brand
has come."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from stores.models.brand import Brand, BrandQuerySet
from stores.retention import Retention


class SetupCode(models.Model):
    """The one code that is good now. Its text is printed once and stands nowhere; the
    row holds a keyed hash, and goes with the brand that it opens."""

    ONLY: ClassVar[int] = 1

    code_hash = models.CharField(max_length=64)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()

    retention = Retention(keeps=("code_hash",))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="setupcode_only_one"),
        ]

    def __str__(self) -> str:
        return f"until {self.expires_at}"


class BrandSetup(models.Model):
    """A brand on its first steps. What is done is read from its stores, hours, topics
    and people; here stands only what no other row says."""

    brand = models.OneToOneField(Brand, models.CASCADE, related_name="setup")
    colleague_later_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = BrandQuerySet["BrandSetup"].as_manager()

    def __str__(self) -> str:
        return str(self.brand)
