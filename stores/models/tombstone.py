"""That a row was erased: which, when and why, and nothing of what stood there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models

from stores.models.brand import Brand, BrandQuerySet
from stores.retention import Erasure, Retention


class Tombstone(models.Model):
    """Written in the transaction of the erasure. A backup is older than it: after a
    restore the tombstones that were kept beside the backups are applied again
    (`manage.py erase --replay`)."""

    class Why(models.TextChoices):
        ASKED = "asked"
        DATE = "date"
        REPLAYED = "replayed"

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="tombstones")
    table = models.CharField(max_length=60, help_text="For example booking.customer.")
    row = models.CharField(max_length=40)
    why = models.CharField(max_length=8, choices=Why)
    erased_at = models.DateTimeField()

    objects = BrandQuerySet["Tombstone"].as_manager()

    retention = Retention(
        (Erasure("erased_at", age=dt.timedelta(days=400), goes=True),),
        keeps=("table", "row"),
    )

    class Meta:
        indexes = [models.Index(fields=["erased_at"], name="tombstone_age")]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"

    @classmethod
    def set_over(
        cls,
        model: type[models.Model],
        rows: Iterable[tuple[Any, int]],
        *,
        why: Tombstone.Why,
        now: dt.datetime,
    ) -> None:
        """One for each row, given by primary key and brand."""
        table = model._meta.label_lower
        Tombstone.objects.bulk_create(
            Tombstone(brand_id=brand, table=table, row=str(pk), why=why, erased_at=now)
            for pk, brand in rows
        )
