"""A short address that leads past questions whose answers it knows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from stores.models import Brand, Channel, StaffMember, Store, Topic
from stores.models.brand import BrandQuerySet
from stores.retention import Retention


class ShortLink(models.Model):
    """For a poster, a shelf or a profile: any of store, topic, channel and person.

    Its `code` is no secret. A link that is retired keeps it, for it may hang printed
    somewhere: it leads to the brand's front door then.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="short_links")
    code = models.CharField(max_length=12, unique=True)
    store = models.ForeignKey(
        Store, models.PROTECT, null=True, blank=True, related_name="short_links"
    )
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="short_links"
    )
    channel = models.CharField(max_length=10, choices=Channel, default="", blank=True)
    staff_member = models.ForeignKey(
        StaffMember, models.CASCADE, null=True, blank=True, related_name="short_links"
    )
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = BrandQuerySet["ShortLink"].as_manager()

    retention = Retention(keeps=("code", "channel"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="shortlink_brand"),
            models.CheckConstraint(
                condition=Q(channel__in=["", *Channel.values]),
                name="shortlink_channel",
            ),
        ]

    def __str__(self) -> str:
        return self.code
