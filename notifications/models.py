"""Deliveries: due rows, each one message to one recipient by one channel."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from booking.models import Appointment
from stores.models import Brand
from stores.querysets import BrandQuerySet


class Delivery(models.Model):
    """A message that is due at `due_at` and worthless after `useless_after`.

    `sequence` is the appointment's when it was planned: another sequence at the time
    of sending makes it void. `recipient` names a role ("customer", "staff"), never an
    address: that is read from the appointment when it is sent. The lease and its
    fence (`tries`) use the database's clock.
    """

    class State(models.TextChoices):
        DUE = "due"
        SENDING = "sending"
        SENT = "sent"
        VOID = "void"
        DEAD = "dead"

    class Channel(models.TextChoices):
        EMAIL = "email"
        SMS = "sms"
        WEBHOOK = "webhook"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="deliveries")
    appointment = models.ForeignKey(
        Appointment, models.CASCADE, related_name="deliveries"
    )
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=24)
    channel = models.CharField(max_length=8, choices=Channel)
    recipient = models.CharField(max_length=40, default="customer")
    due_at = models.DateTimeField()
    useless_after = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.DUE)
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    provider_key = models.UUIDField(unique=True, default=uuid.uuid4)
    provider_reference = models.CharField(max_length=200, default="", blank=True)
    problem = models.CharField(max_length=80, default="", blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BrandQuerySet["Delivery"].as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["due", "sending"]),
                name="delivery_due",
            ),
            models.Index(fields=["appointment", "id"], name="delivery_history"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "sequence", "kind", "channel", "recipient"],
                name="delivery_once",
            ),
            models.CheckConstraint(
                condition=Q(useless_after__gt=F("due_at")), name="delivery_useful"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["due", "sending", "sent", "void", "dead"]),
                name="delivery_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.appointment_id}"

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from its siblings of the same sequence."""
        return (self.kind, self.channel, self.recipient)
