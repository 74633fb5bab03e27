"""The words by which staff find a visit."""

from __future__ import annotations

from django.db import models

from booking.models.appointment import Appointment
from stores.models import Brand
from stores.models.brand import BrandQuerySet
from stores.retention import Retention


class SearchWord(models.Model):
    """A word of the customer's name without accents, the digits of the number, or the
    e-mail address; one row for each and visit.

    Two triggers of the database write it, whatever writes a visit or a customer: who is
    erased has no words any more. `store_id` is the visit's, for the people of one
    store look among its visits only. Later visits have higher ids.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="words")
    store_id = models.BigIntegerField()
    word = models.CharField(max_length=254)

    objects = BrandQuerySet["SearchWord"].as_manager()

    retention = Retention(keeps=("word",))

    class Meta:
        indexes = [
            models.Index(
                fields=["brand", "word", "-id"],
                opclasses=["int8_ops", "text_pattern_ops", "int8_ops"],
                name="searchword_of_brand",
            ),
            models.Index(
                fields=["store_id", "word", "-id"],
                opclasses=["int8_ops", "text_pattern_ops", "int8_ops"],
                name="searchword_of_store",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id}"
