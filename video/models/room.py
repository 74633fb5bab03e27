"""The room, and what it is opened for."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Protocol

from django.db import models

from booking.models import Appointment
from stores.models import Brand
from stores.models.brand import BrandQuerySet
from video.models.node import MediaNode

OPENS_BEFORE = dt.timedelta(minutes=15)
CLOSES_AFTER = dt.timedelta(minutes=30)


class HoldMessage(models.TextChoices):
    """The reason why somebody at the door has to wait, in words that the page knows."""

    WITH_CUSTOMER = "with_customer"
    LONGER = "longer"
    GETTING_READY = "getting_ready"


class RoomSubject(Protocol):
    """The subject of a room. Today that is an appointment."""

    @property
    def starts_at(self) -> dt.datetime: ...

    @property
    def ends_at(self) -> dt.datetime: ...

    @property
    def takes_time(self) -> bool:
        """True if it stands: the room of a cancelled appointment opens for nobody."""


class Room(models.Model):
    """One appointment's room, for life; when it is open follows from the appointment.

    A room lives in exactly one worker: `node`, as of `epoch`, which rises each time
    the room is placed again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="rooms")
    appointment = models.OneToOneField(Appointment, models.CASCADE, related_name="room")
    node = models.ForeignKey(
        MediaNode, models.SET_NULL, null=True, blank=True, related_name="placed_rooms"
    )
    epoch = models.PositiveIntegerField(default=0)
    placed_at = models.DateTimeField(null=True, blank=True)
    hold_message = models.CharField(
        max_length=20, choices=HoldMessage, default="", blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BrandQuerySet["Room"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="room_brand"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def subject(self) -> RoomSubject:
        return self.appointment

    @property
    def opens_at(self) -> dt.datetime:
        return self.subject.starts_at - OPENS_BEFORE

    @property
    def closes_at(self) -> dt.datetime:
        return self.subject.ends_at + CLOSES_AFTER

    def is_open(self, now: dt.datetime) -> bool:
        return self.opens_at <= now < self.closes_at and self.subject.takes_time
