"""A message to be sent once, and visits that could not be planned."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from booking.models import Appointment
from stores.models import Brand, Membership, StaffMember
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention

STAFF_KEPT = dt.timedelta(days=366)


def _once(subject: str, *more: str, name: str) -> models.UniqueConstraint:
    """A message of one kind, by one channel, once for each occasion of the subject."""
    return models.UniqueConstraint(
        fields=[subject, *more, "kind", "channel", "recipient", "occasion"],
        condition=Q(**{f"{subject}__isnull": False}),
        name=name,
    )


def _one_of(*subjects: str) -> Q:
    """Exactly one of these columns is filled."""
    found = Q()
    for subject in subjects:
        found |= Q(**{f"{other}__isnull": other != subject for other in subjects})
    return found


class StaffKind(StrEnum):
    """Kinds of messages to staff; the customer's kinds stand in the policy."""

    ANSWER_LATE = "answer_late"
    CALL_DUE = "call_due"
    RECOVERY_LATE = "recovery_late"


class TeamKind(StrEnum):
    """Kinds of messages to somebody of the staff that hang on no visit."""

    INVITATION = "invitation"
    ABSENCE_ASKED = "absence_asked"
    ABSENCE_ANSWERED = "absence_answered"


class Delivery(models.Model):
    """A message that is due at `due_at` and worthless after `useless_after`.

    Its subject is one of an appointment, a person of the staff and a member: each has
    a column and a constraint of its own, and another subject adds both. `occasion`
    names the row that causes it ("absence-12"), where the subject alone does not.

    `sequence` is the appointment's when it was planned: another sequence at the time
    of sending makes it void. `recipient` names a role ("customer"), the membership of
    a colleague ("member-7") or the subject itself, never an address: that is read when
    it is sent, from the appointment or the account. The lease and its fence (`tries`)
    use the database's clock. `counted_at` says that it was taken from its budgets, and
    `delivered_at` that a phone has it.
    """

    ITSELF = "itself"
    """The recipient where the subject is somebody of the staff."""

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
        Appointment, models.CASCADE, null=True, blank=True, related_name="deliveries"
    )
    # Found by the constraints below: an index of their own would be empty but for few.
    staff_member = models.ForeignKey(
        StaffMember, models.CASCADE, null=True, blank=True, db_index=False,
        related_name="deliveries",
    )  # fmt: skip
    member = models.ForeignKey(
        Membership, models.CASCADE, null=True, blank=True, db_index=False,
        related_name="deliveries",
    )  # fmt: skip
    occasion = models.CharField(max_length=60, default="", blank=True, db_default="")
    sequence = models.PositiveIntegerField(default=0)
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
    counted_at = models.DateTimeField(null=True, blank=True)
    cost = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BrandQuerySet["Delivery"].as_manager()

    retention = Retention(
        (
            Erasure("appointment__erase_after", clears={"provider_reference": ""}),
            # What was told to staff goes as a whole, as what it told of does.
            Erasure(
                "useless_after", age=STAFF_KEPT, only={"appointment": None}, goes=True
            ),
        ),
        keeps=("kind", "recipient", "problem", "occasion"),
        tells=("kind", "channel", "sent_at"),
        tells_only={"recipient": "customer", "state": "sent"},
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["due", "sending"]),
                name="delivery_due",
            ),
            # In the order in which senders ask; what rests or is leased stands behind.
            models.Index(
                "channel",
                Coalesce("lease_until", "due_at"),
                "id",
                condition=Q(state__in=["due", "sending"]),
                name="delivery_next",
            ),
            models.Index(
                fields=["due_at"], condition=Q(state="dead"), name="delivery_dead"
            ),
            models.Index(fields=["appointment", "id"], name="delivery_history"),
        ]
        constraints = [
            _once("appointment", "sequence", name="delivery_once_for_visit"),
            _once("staff_member", name="delivery_once_for_person"),
            _once("member", name="delivery_once_for_member"),
            models.CheckConstraint(
                condition=_one_of("appointment", "staff_member", "member"),
                name="delivery_one_subject",
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
        return f"{self.kind} {self.appointment_id or self.occasion}"

    @property
    def key(self) -> tuple[str, str, str]:
        """The name that tells it from its siblings of the same sequence."""
        return (self.kind, self.channel, self.recipient)


class PlanningFault(models.Model):
    """A visit whose messages could not be worked out: `code` names the fault, and
    until `next_at` (the database's clock) no planner looks at it again. The row goes
    when it is planned."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="planning_faults")
    appointment = models.OneToOneField(
        Appointment, models.CASCADE, related_name="planning_fault"
    )
    code = models.CharField(max_length=80)
    tries = models.PositiveSmallIntegerField(default=0)
    began_at = models.DateTimeField(auto_now_add=True)
    next_at = models.DateTimeField()

    objects = BrandQuerySet["PlanningFault"].as_manager()

    retention = Retention(keeps=("code",))

    def __str__(self) -> str:
        return f"{self.appointment_id}: {self.code}"
