"""A customer's file, opened for a quarter of an hour, and who has looked into it."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from booking.models.appointment import Appointment
from stores.models import Brand, Store, User
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention


class Case(models.Model):
    """One opening of an appointment's file, for any counter of the brand.

    Its code of eight signs is derived from `key_id` and the id whenever the customer
    looks; a keyed hash of it is kept, by which a counter finds it. `shows` are the
    pieces that the customer ticked. It is over at `closes_at`, or when they close it.
    """

    class Piece(models.TextChoices):
        QUESTION = "question"
        ANSWERS = "answers"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="cases")
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="cases")
    key_id = models.CharField(max_length=20)
    code_hash = models.CharField(max_length=64)
    shows = ArrayField(models.CharField(max_length=12, choices=Piece))
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = BrandQuerySet["Case"].as_manager()

    retention = Retention(
        (Erasure("appointment__erase_after", goes=True),),
        keeps=("key_id", "code_hash", "shows"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="case_brand"),
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(closed_at__isnull=True),
                name="case_open_once",
            ),
            models.UniqueConstraint(
                fields=["brand", "code_hash"], name="case_code_once"
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opened_at")), name="case_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class CaseView(models.Model):
    """Somebody of a store has looked: the customer reads who, where and when."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="case_views")
    case = models.ForeignKey(Case, models.CASCADE, related_name="views")
    store = models.ForeignKey(Store, models.PROTECT, related_name="case_views")
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    seen_at = models.DateTimeField()

    objects = BrandQuerySet["CaseView"].as_manager()

    retention = Retention(
        (Erasure("case__appointment__erase_after", goes=True),),
        tells=("store", "seen_at"),
    )

    class Meta:
        ordering = ("-seen_at", "-pk")

    def __str__(self) -> str:
        return f"{self.case_id} {self.seen_at}"
