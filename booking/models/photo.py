"""Photographs that customers send with a visit."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from booking.models.appointment import Appointment
from stores.models import Brand, StoredFile
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention

MOST_PHOTOS = 3


class Photo(models.Model):
    """A picture of exactly one owner: of a visit, or, before it is booked, of the hold
    of a `visitor`. A visitor has one hold of a brand, and its row may be gone before
    the form is sent: so the hold is named by its visitor, as it names itself.

    The file of a hold goes at its own `erase_after`; that of a visit with the visit's
    question. Deleting the row deletes its file (a trigger), and the other way round.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="photos")
    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="photo")
    appointment = models.ForeignKey(
        Appointment, models.CASCADE, null=True, blank=True, related_name="photos"
    )
    visitor = models.CharField(
        max_length=64, default="", blank=True, help_text="That of the hold."
    )
    place = models.PositiveSmallIntegerField(help_text="0 to 2, as they are shown.")
    digest = models.CharField(
        max_length=64, help_text="Keyed, of the file as it came: sent twice is once."
    )
    created_at = models.DateTimeField()

    objects = BrandQuerySet["Photo"].as_manager()

    retention = Retention(
        (Erasure("appointment__question_erase_after", goes=True),),
        keeps=("visitor", "digest"),
        tells=("file",),
    )

    class Meta:
        ordering = ("place",)
        constraints = [
            models.CheckConstraint(
                condition=Q(appointment__isnull=True) ^ Q(visitor=""),
                name="photo_of_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(place__lt=MOST_PHOTOS), name="photo_at_most_three"
            ),
            models.UniqueConstraint(
                fields=["appointment", "place"], name="photo_of_visit"
            ),
            models.UniqueConstraint(
                fields=["appointment", "digest"], name="photo_of_visit_once"
            ),
            models.UniqueConstraint(
                fields=["brand", "visitor", "place"],
                condition=~Q(visitor=""),
                name="photo_of_hold",
            ),
            models.UniqueConstraint(
                fields=["brand", "visitor", "digest"],
                condition=~Q(visitor=""),
                name="photo_of_hold_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
