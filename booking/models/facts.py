"""Facts of days that are over: counts without a person, written each night.

A row without a store sums all stores of the brand, so that a page of the whole brand
reads as few rows as one of a store.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from stores.models import Brand, Channel, Store, Topic
from stores.models.brand import BrandQuerySet
from stores.retention import Retention


class DayFacts(models.Model):
    """The visits of one local day, by topic and channel. `due` is all that was agreed
    and not cancelled; `kept` began, `on_time` within `ON_TIME` of its hour, a callback
    within its window. Of those that are `done` so many were `rated`, and `scores` is
    the sum of what their customers gave."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    store = models.ForeignKey(
        Store, models.CASCADE, null=True, blank=True, related_name="+"
    )
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel)
    day = models.DateField()
    due = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)
    missed_by_customer = models.PositiveIntegerField(default=0)
    missed_by_staff = models.PositiveIntegerField(default=0)
    cancelled_by_customer = models.PositiveIntegerField(default=0)
    cancelled_by_store = models.PositiveIntegerField(default=0)
    switched = models.PositiveIntegerField(
        default=0, help_text="Booked by another channel, and held by telephone."
    )
    minutes = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0, db_default=0)
    rated = models.PositiveIntegerField(default=0, db_default=0)
    scores = models.PositiveIntegerField(default=0, db_default=0)

    objects = BrandQuerySet["DayFacts"].as_manager()

    retention = Retention()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "store", "day", "topic", "channel"],
                nulls_distinct=False,
                name="dayfacts_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.channel}: {self.due}"


class HourFacts(models.Model):
    """The visits that were due in one local hour, and the minutes that people of the
    store were there by their hours."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    store = models.ForeignKey(
        Store, models.CASCADE, null=True, blank=True, related_name="+"
    )
    day = models.DateField()
    hour = models.PositiveSmallIntegerField()
    demand = models.PositiveIntegerField(default=0)
    present = models.PositiveIntegerField(default=0, help_text="Minutes of people.")

    objects = BrandQuerySet["HourFacts"].as_manager()

    retention = Retention()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "store", "day", "hour"],
                nulls_distinct=False,
                name="hourfacts_once",
            ),
            models.CheckConstraint(
                condition=Q(hour__lt=24), name="hourfacts_hour_of_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.hour} h: {self.demand}"
