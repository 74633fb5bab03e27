"""History and outbox in one: what happened to an appointment."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.db.models import Q

from booking.models.querysets import EventQuerySet
from stores.models import Brand, User
from stores.retention import Retention


class EventKind(models.TextChoices):
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    MOVED = "moved"
    OVERLAPPED = "overlapped"
    REASSIGNED = "reassigned"
    CHANNEL_CHANGED = "channel_changed"
    CANCELLED = "cancelled"
    ARRIVED = "arrived"
    DELAYED = "delayed"
    STARTED = "started"
    COMPLETED = "completed"
    MISSED = "missed"
    BECAME_CALLBACK = "became_callback"
    CALL_TRIED = "call_tried"
    REOPENED = "reopened"
    CONTACT_CHANGED = "contact_changed"
    KEPT = "kept"
    ANSWER_LATE = "answer_late"
    NOBODY_CAME = "nobody_came"
    RECOVERY_PROMISED = "recovery_promised"
    RECOVERY_LATE = "recovery_late"
    WORDS_SHOWN = "words_shown"
    QUESTION_CHANGED = "question_changed"
    THREAD_ANSWERED = "thread_answered"
    ERASED = "erased"
    HOUR_OFFERED = "hour_offered"
    SUMMARY_RELEASED = "summary_released"
    CASE_OPENED = "case_opened"


@dataclass(frozen=True)
class Actor:
    """The author of an event: an id and a kind, never a name or an address."""

    class Kind(models.TextChoices):
        CUSTOMER = "customer"
        STAFF = "staff"
        SYSTEM = "system"

    kind: Actor.Kind
    user_id: int | None = None

    @classmethod
    def customer(cls) -> Actor:
        return cls(cls.Kind.CUSTOMER)

    @classmethod
    def staff(cls, user: User) -> Actor:
        return cls(cls.Kind.STAFF, user.pk)

    @classmethod
    def system(cls) -> Actor:
        return cls(cls.Kind.SYSTEM)


class AppointmentEvent(models.Model):
    """Written in the transaction of the change; ids and codes only, never a person's
    words or contact. `relayed_at` is the only column that is ever updated."""

    class Reason(models.TextChoices):
        EMERGENCY = "emergency"
        SHORT_VISIT = "short_visit"
        JOINT_VISIT = "joint_visit"
        CUSTOMER_WISH = "customer_wish"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="events")
    appointment = models.ForeignKey(
        "booking.Appointment", models.CASCADE, related_name="events"
    )
    kind = models.CharField(max_length=20, choices=EventKind)
    from_status = models.CharField(max_length=24, default="", blank=True)
    to_status = models.CharField(max_length=24)
    version = models.PositiveIntegerField()
    sequence = models.PositiveIntegerField()
    actor = models.CharField(max_length=10, choices=Actor.Kind)
    actor_user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(
        max_length=20, choices=Reason, default="", blank=True, db_default=""
    )
    occurred_at = models.DateTimeField()
    relayed_at = models.DateTimeField(null=True, blank=True)

    objects = EventQuerySet["AppointmentEvent"].as_manager()

    retention = Retention(keeps=("from_status", "to_status"))

    class Meta:
        indexes = [
            models.Index(
                fields=["appointment"],
                condition=Q(relayed_at__isnull=True),
                name="event_unrelayed",
            ),
            models.Index(fields=["appointment", "id"], name="event_history"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=EventKind.values), name="event_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.appointment_id}"
