"""Texts of a brand that replace the product's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Q

from notifications.models.delivery import Delivery
from stores.models import Brand, User
from stores.models.brand import BrandQuerySet, M
from stores.retention import Retention

LONGEST_SUBJECT = 90
LONGEST_BODY = 600


Text = tuple[str, str, str]
"""Kind, channel and language."""


class MessageTextQuerySet(BrandQuerySet[M]):
    def newest(self) -> Self:
        """Of each text the version that counts, which may say "ours"."""
        names = ("brand", "kind", "channel", "language")
        return self.order_by(*names, "-version").distinct(*names)

    def in_place(self, brands: Iterable[int]) -> dict[int, dict[Text, MessageText]]:
        """By brand, then by kind, channel and language: the texts that replace the
        product's now. One query."""
        found: dict[int, dict[Text, MessageText]] = {}
        for row in self.filter(brand__in=set(brands)).newest():
            if isinstance(row, MessageText) and not row.is_ours:
                found.setdefault(row.brand_id, {})[row.key] = row
        return found


class MessageText(models.Model):
    """One version of the text of one event by one channel in one language; rows are
    never changed, the highest version counts.

    A mail has a subject, and paragraphs before and after the plate; each that is empty
    is ours. A text message has its words in `before`. `is_ours` gives all back to us.
    Placeholders are checked when it is written (`notifications.content.own_texts`).
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="message_texts")
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=8, choices=Delivery.Channel)
    language = models.CharField(max_length=5)
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=LONGEST_SUBJECT, default="", blank=True)
    before = models.CharField(max_length=LONGEST_BODY, default="", blank=True)
    after = models.CharField(max_length=LONGEST_BODY, default="", blank=True)
    is_ours = models.BooleanField(default=False)
    changed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField()

    objects = MessageTextQuerySet["MessageText"].as_manager()

    retention = Retention(keeps=("kind", "language", "subject", "before", "after"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "kind", "channel", "language", "version"],
                name="messagetext_version",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["email", "sms"]), name="messagetext_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.language} v{self.version}"

    @property
    def key(self) -> Text:
        return (self.kind, self.channel, self.language)
