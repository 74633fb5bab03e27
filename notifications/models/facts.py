"""Facts of messages of days that are over: counts without a person."""

from __future__ import annotations

from django.db import models

from notifications.models.delivery import Delivery
from stores.models import Brand, Store
from stores.models.brand import BrandQuerySet
from stores.retention import Retention


class DeliveryFacts(models.Model):
    """The messages about visits of one local day. A row without a store sums all of the
    brand. `dead` never arrived: no address, refused, or given up."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    store = models.ForeignKey(
        Store, models.CASCADE, null=True, blank=True, related_name="+"
    )
    day = models.DateField()
    channel = models.CharField(max_length=8, choices=Delivery.Channel)
    sent = models.PositiveIntegerField(default=0)
    dead = models.PositiveIntegerField(default=0)

    objects = BrandQuerySet["DeliveryFacts"].as_manager()

    retention = Retention()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "store", "day", "channel"],
                nulls_distinct=False,
                name="deliveryfacts_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.channel}: {self.dead}"
