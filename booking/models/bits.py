"""Free time as bits, written down: what a new process need not compute again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from stores.models import Agenda, Brand, Store
from stores.models.brand import BrandQuerySet
from stores.retention import Retention


class AgendaBits(models.Model):
    """A mask of one agenda as it was at a version: what it opens at a store by a
    channel or, without a store, what its appointments take.

    A copy that may be deleted at any time. It counts only while agenda, version, first
    day and recipe are all the reader's own; `bits` are packed by `snapshots.pack`.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="agenda_bits")
    agenda = models.ForeignKey(Agenda, models.CASCADE, related_name="bits")
    store = models.ForeignKey(
        Store, models.CASCADE, null=True, blank=True, related_name="agenda_bits"
    )
    channel = models.CharField(max_length=10, default="", blank=True)
    version = models.PositiveBigIntegerField()
    first_day = models.DateField(help_text="The Monday of bit 0.")
    recipe = models.CharField(max_length=40, help_text="What the bits were made by.")
    bits = models.BinaryField()

    objects = BrandQuerySet["AgendaBits"].as_manager()

    retention = Retention(keeps=("channel", "recipe", "bits"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agenda", "store", "channel"],
                condition=Q(store__isnull=False),
                name="agendabits_open_once",
            ),
            models.UniqueConstraint(
                fields=["agenda"],
                condition=Q(store__isnull=True),
                name="agendabits_taken_once",
            ),
            models.CheckConstraint(
                condition=Q(store__isnull=True, channel="")
                | Q(store__isnull=False) & ~Q(channel=""),
                name="agendabits_open_or_taken",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agenda_id} at {self.store_id} by {self.channel}: {self.version}"
