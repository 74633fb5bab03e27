"""The result of each call of a callback."""

from __future__ import annotations

from django.db import models

from booking.models.appointment import Appointment
from stores.models import Brand, User
from stores.models.brand import BrandQuerySet


class CallAttempt(models.Model):
    """One call to the customer of a callback, by number of the attempt from 1."""

    class Result(models.TextChoices):
        REACHED = "reached"
        NO_ANSWER = "no_answer"
        WRONG_NUMBER = "wrong_number"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="call_attempts")
    appointment = models.ForeignKey(
        Appointment, models.CASCADE, related_name="call_attempts"
    )
    number = models.PositiveSmallIntegerField()
    result = models.CharField(max_length=12, choices=Result)
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True, blank=True)

    objects = BrandQuerySet["CallAttempt"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "number"], name="callattempt_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} #{self.number}"
