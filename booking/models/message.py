"""Messages between a customer and the staff about one visit, with photographs."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from booking.models.appointment import Appointment
from stores.models import Brand, StaffMember, StoredFile
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention

MOST_PICTURES = 3


class Message(models.Model):
    """Words or photographs, never changed once sent; they go with the visit's question.

    `staff_member` is who of the staff wrote; a message of theirs may have none, where
    the writer gives no advice. What the system says has a `code`, which the page puts
    into words.
    """

    class Author(models.TextChoices):
        CUSTOMER = "customer"
        STAFF = "staff"
        SYSTEM = "system"

    class Code(models.TextChoices):
        LATE = "late"

    LONGEST = 280

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="messages")
    appointment = models.ForeignKey(
        Appointment, models.CASCADE, related_name="messages"
    )
    author = models.CharField(max_length=8, choices=Author)
    staff_member = models.ForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="messages"
    )
    text = models.CharField(max_length=LONGEST, default="", blank=True)
    code = models.CharField(max_length=8, choices=Code, default="", blank=True)
    sent_at = models.DateTimeField()

    objects = BrandQuerySet["Message"].as_manager()

    retention = Retention(
        (Erasure("appointment__question_erase_after", goes=True),),
        keeps=("text",),
        tells=("author", "text", "sent_at"),
    )

    class Meta:
        ordering = ("sent_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="message_brand"),
            models.CheckConstraint(
                condition=Q(author__in=["customer", "staff"], code="")
                | Q(author="system", code="late", text=""),
                name="message_author",
            ),
            models.CheckConstraint(
                condition=Q(staff_member__isnull=True) | Q(author="staff"),
                name="message_of_staff",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class MessagePhoto(models.Model):
    """A picture of a message. Deleting the row deletes its file (a trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="message_photos")
    message = models.ForeignKey(Message, models.CASCADE, related_name="photos")
    file = models.OneToOneField(
        StoredFile, models.CASCADE, related_name="message_photo"
    )
    place = models.PositiveSmallIntegerField(help_text="0 to 2, as they are shown.")

    objects = BrandQuerySet["MessagePhoto"].as_manager()

    retention = Retention(
        (Erasure("message__appointment__question_erase_after", goes=True),),
        tells=("file",),
    )

    class Meta:
        ordering = ("place",)
        constraints = [
            models.CheckConstraint(
                condition=Q(place__lt=MOST_PICTURES), name="messagephoto_three"
            ),
            models.UniqueConstraint(
                fields=["message", "place"], name="messagephoto_place"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
