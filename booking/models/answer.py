"""Answers of customers to the questions of a topic."""

from __future__ import annotations

from django.db import models

from booking.models.appointment import Appointment
from stores.models import Brand, TopicQuestion
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention


class AppointmentAnswer(models.Model):
    """One answer. `asked` are the words of the question as the customer read them: the
    shop may change them later. A choice is kept by its words, too.

    Its text is cleared on the day on which the visit's own question is, also after a
    move; the empty row says that there was one.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="answers")
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="answers")
    question = models.ForeignKey(TopicQuestion, models.PROTECT, related_name="answers")
    asked = models.CharField(max_length=TopicQuestion.LONGEST)
    text = models.CharField(max_length=TopicQuestion.LONGEST, blank=True)

    objects = BrandQuerySet["AppointmentAnswer"].as_manager()

    retention = Retention(
        (Erasure("appointment__question_erase_after", clears={"text": ""}),),
        keeps=("asked",),
        tells=("asked", "text"),
    )

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "question"], name="appointmentanswer_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.question_id}"
