"""The summary of a visit, written by staff for its customer."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q

from booking.models.appointment import Appointment
from stores.models import Brand, StaffMember
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention


class VisitSummary(models.Model):
    """One for each visit: a draft until `released_at`. The next step is complete or
    absent. `promised_for` is until when the customer was told that it will be
    written."""

    LONGEST, LONGEST_STEP = 2000, 280

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="summaries")
    appointment = models.OneToOneField(
        Appointment, models.CASCADE, related_name="summary"
    )
    words = models.CharField(max_length=LONGEST, default="", blank=True)
    next_step = models.CharField(max_length=LONGEST_STEP, default="", blank=True)
    next_owner = models.ForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="next_steps"
    )
    next_due_at = models.DateTimeField(null=True, blank=True)
    promised_for = models.DateTimeField(null=True, blank=True)
    written_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    objects = BrandQuerySet["VisitSummary"].as_manager()

    retention = Retention(
        (
            Erasure(
                "appointment__question_erase_after",
                clears={"words": "", "next_step": ""},
            ),
        ),
        tells=("words", "next_step", "next_due_at", "released_at"),
        tells_only={"released_at__isnull": False},
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(next_owner__isnull=True, next_due_at__isnull=True)
                | Q(next_owner__isnull=False, next_due_at__isnull=False),
                name="visitsummary_step_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.appointment_id)

    @property
    def is_readable(self) -> bool:
        """Released, and neither empty nor erased."""
        return self.released_at is not None and bool(self.words or self.next_step)

    def next_due(self, now: dt.datetime) -> dt.datetime | None:
        """Until when something is promised; None where nothing is ahead."""
        due_at = self.next_due_at if self.next_step else None
        return due_at if due_at is not None and due_at > now else None
