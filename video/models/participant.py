"""People in a room, and what they said and measured there."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from stores.models import Brand, StaffMember, User
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention
from video.models.room import Room


class Refusal(models.TextChoices):
    """The reason why somebody was not let in, or was put out."""

    NOT_NOW = "not_now"
    BY_PHONE = "by_phone"
    ANOTHER_VISIT = "another_visit"
    REMOVED = "removed"


class Participant(models.Model):
    """A seat in a room. Leaving and coming back is the same seat.

    `session` is the worker's id of the media session that the seat has now; the
    resume secret, kept as a hash, lets the same browser take its seat again.
    A guest's seat has the id of the AccessLink that invited them, and the first name
    they gave. A supervisor may have no staff row: then `user` says who it is.
    """

    class Role(models.TextChoices):
        CUSTOMER = "customer"
        ADVISER = "adviser"
        GUEST = "guest"
        SUPERVISOR = "supervisor"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="participants")
    room = models.ForeignKey(Room, models.CASCADE, related_name="participants")
    role = models.CharField(max_length=10, choices=Role)
    staff_member = models.ForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+"
    )
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_name = models.CharField(max_length=60, default="", blank=True, db_default="")
    session = models.CharField(max_length=40, default="", blank=True)
    resume_hash = models.CharField(max_length=64, default="", blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    present_at = models.DateTimeField(null=True, blank=True)
    admitted_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(
        max_length=20, choices=Refusal, default="", blank=True, db_default=""
    )
    connected_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    erase_after = models.DateTimeField(
        null=True, blank=True, help_text="When the first name goes, if one was given."
    )

    objects = BrandQuerySet["Participant"].as_manager()

    retention = Retention(
        (
            Erasure("erase_after", clears={"first_name": ""}),
            Erasure(
                "room__appointment__erase_after",
                clears={"session": "", "resume_hash": ""},
            ),
        ),
        of="room__appointment",
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["erase_after"],
                condition=~Q(first_name=""),
                name="participant_to_erase",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["room"],
                condition=Q(role="customer"),
                name="participant_one_customer",
            ),
            models.UniqueConstraint(
                fields=["room", "staff_member"],
                condition=Q(staff_member__isnull=False),
                name="participant_once_per_staff",
            ),
            models.UniqueConstraint(
                fields=["room", "user"],
                condition=Q(user__isnull=False),
                name="participant_once_per_user",
            ),
            models.UniqueConstraint(fields=["id", "brand"], name="participant_brand"),
            models.CheckConstraint(
                condition=Q(role__in=["customer", "adviser", "guest", "supervisor"]),
                name="participant_role",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def name(self) -> str:
        """The name that the others in the room read."""
        if self.staff_member is not None:
            return self.staff_member.display_name
        if self.user is not None:
            return str(self.user)
        if self.role == self.Role.CUSTOMER:
            return self.room.appointment.customer.first_name or self.role
        return self.first_name or self.role


class Stay(models.Model):
    """One media session of a seat, from its connection to its end, and why it ended."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="stays", db_index=False
    )
    session = models.CharField(max_length=40, unique=True)
    connected_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=20, default="", blank=True)

    objects = BrandQuerySet["Stay"].as_manager()

    retention = Retention(keeps=("session", "reason"))

    class Meta:
        indexes = [
            models.Index(fields=["participant", "connected_at"], name="stay_order"),
        ]

    def __str__(self) -> str:
        return self.session


class CallQualitySample(models.Model):
    """A browser's measures of its line over some seconds. Figures only."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="samples", db_index=False
    )
    taken_at = models.DateTimeField()
    line = models.CharField(max_length=8)
    reason = models.CharField(max_length=12, default="", blank=True)
    rung = models.CharField(max_length=8, default="", blank=True)
    round_trip_ms = models.PositiveIntegerField(null=True, blank=True)
    lost_percent = models.FloatField(null=True, blank=True)
    frames_per_second = models.PositiveSmallIntegerField(null=True, blank=True)
    freezes = models.PositiveIntegerField(default=0)
    kbits_in = models.PositiveIntegerField(null=True, blank=True)
    kbits_out = models.PositiveIntegerField(null=True, blank=True)

    objects = BrandQuerySet["CallQualitySample"].as_manager()

    retention = Retention(keeps=("line", "reason", "rung"))

    class Meta:
        indexes = [
            models.Index(fields=["participant", "taken_at"], name="sample_order"),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.taken_at:%H:%M:%S}"


class ChatMessage(models.Model):
    """A line written in the room: kept for those who re-join, erased with it."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    room = models.ForeignKey(
        Room, models.CASCADE, related_name="messages", db_index=False
    )
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="+")
    text = models.TextField(max_length=2000)
    posted_at = models.DateTimeField()
    erase_after = models.DateTimeField(
        null=True, blank=True, help_text="When the room closes, nobody re-joins."
    )

    objects = BrandQuerySet["ChatMessage"].as_manager()

    retention = Retention(
        (Erasure("erase_after", clears={"text": ""}),),
        of="room__appointment",
        tells=("text", "posted_at"),
    )

    class Meta:
        indexes = [
            models.Index(fields=["room", "posted_at"], name="chat_order"),
            models.Index(
                fields=["erase_after"],
                condition=~Q(text=""),
                name="chat_to_erase",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
