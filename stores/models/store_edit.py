"""Many stores changed at once, and how each was before."""

from __future__ import annotations

import datetime as dt

from django.db import models

from stores.models.brand import Brand, BrandQuerySet
from stores.models.user import User
from stores.retention import Erasure, Retention

UNDONE_WITHIN = dt.timedelta(hours=24)


class StoreEdit(models.Model):
    """One field of many stores was given one value. `before` is {store id: old value},
    of those alone that changed; it goes when nothing can be taken back any more."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="store_edits")
    field = models.CharField(max_length=20)
    value = models.JSONField(null=True)
    before = models.JSONField(default=dict)
    made_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = BrandQuerySet["StoreEdit"].as_manager()

    retention = Retention(
        (Erasure("made_at", age=dt.timedelta(days=90), goes=True),),
        keeps=("field", "value", "before"),
    )

    class Meta:
        indexes = [models.Index(fields=["brand", "-made_at"], name="store_edit_newest")]

    def __str__(self) -> str:
        return f"{self.field}, {self.made_at:%Y-%m-%d %H:%M}"

    def can_be_undone(self, now: dt.datetime) -> bool:
        return self.undone_at is None and now < self.made_at + UNDONE_WITHIN
