"""Deliveries: due rows, each one message to one recipient by one channel."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from booking.models import Appointment
from stores.models import Brand
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention


def french_regions() -> list[str]:
    """France and what dials like it: pumping schemes need a number abroad."""
    return ["FR", "GP", "BL", "MF", "MQ", "GF", "RE", "YT", "PM", "NC", "PF", "WF"]


class StaffKind(StrEnum):
    """What staff are told of a visit; the customer's kinds stand in the policy."""

    ANSWER_LATE = "answer_late"


class Delivery(models.Model):
    """A message that is due at `due_at` and worthless after `useless_after`.

    `sequence` is the appointment's when it was planned: another sequence at the time
    of sending makes it void. `recipient` names a role ("customer") or the membership
    of a colleague ("member-7"), never an address: that is read when it is sent, from
    the appointment or the account. The lease and its fence (`tries`) use the
    database's clock. `counted_at` says that it was taken from its budgets, and
    `delivered_at` that a phone has it.
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
    counted_at = models.DateTimeField(null=True, blank=True)
    cost = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BrandQuerySet["Delivery"].as_manager()

    retention = Retention(
        (Erasure("appointment__erase_after", clears={"provider_reference": ""}),),
        keeps=("kind", "recipient", "problem"),
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


class TextRule(models.Model):
    """How many text messages a brand may pay for in a day (UTC), and to where.

    Without a row the defaults hold. `countries` are the regions of numbers.
    """

    brand = models.OneToOneField(Brand, models.CASCADE, related_name="text_rule")
    per_brand = models.PositiveIntegerField(default=2000)
    per_network = models.PositiveIntegerField(default=60)
    per_phone = models.PositiveIntegerField(default=12)
    countries = models.JSONField(default=french_regions)

    objects = BrandQuerySet["TextRule"].as_manager()

    retention = Retention(keeps=("countries",))

    def __str__(self) -> str:
        return f"{self.brand_id}: {self.per_brand} a day"


class TextCount(models.Model):
    """What was taken from one budget on one day; `subject` is a keyed hash. Of text
    messages, and of mails to one address."""

    class Scope(models.TextChoices):
        BRAND = "brand"
        NETWORK = "network"
        PHONE = "phone"
        ADDRESS = "address"

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="text_counts")
    day = models.DateField()
    scope = models.CharField(max_length=8, choices=Scope)
    subject = models.CharField(max_length=80, default="", blank=True)
    taken = models.PositiveIntegerField()

    objects = BrandQuerySet["TextCount"].as_manager()

    retention = Retention(
        (Erasure("day", age=dt.timedelta(days=40), goes=True),), keeps=("subject",)
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "day", "scope", "subject"], name="textcount_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.scope}: {self.taken}"


class Refusal(models.Model):
    """An address that wants no messages, or takes none. `mark` is a keyed hash: the
    answer outlives the customer's row, the address does not."""

    class Reason(models.TextChoices):
        STOPPED = "stopped"
        UNSUBSCRIBED = "unsubscribed"
        BOUNCED = "bounced"

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="refusals")
    channel = models.CharField(max_length=8, choices=Delivery.Channel)
    mark = models.CharField(max_length=80)
    reason = models.CharField(max_length=12, choices=Reason)
    created_at = models.DateTimeField()

    objects = BrandQuerySet["Refusal"].as_manager()

    retention = Retention(keeps=("mark",))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "channel", "mark", "reason"], name="refusal_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.reason}"


class ProviderEvent(models.Model):
    """A notice of a provider that was acted on: the same id is never acted on again."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="provider_events")
    event_id = models.CharField(max_length=80)
    received_at = models.DateTimeField()

    objects = BrandQuerySet["ProviderEvent"].as_manager()

    retention = Retention(
        (Erasure("received_at", age=dt.timedelta(days=40), goes=True),),
        keeps=("event_id",),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "event_id"], name="providerevent_once"
            ),
        ]

    def __str__(self) -> str:
        return self.event_id


class WebhookEndpoint(models.Model):
    """Where a brand's own programs are told of what happens to its visits.

    The secret is derived, not stored (`notifications.webhooks.secrets`): raising
    `generation` rotates it, and both sign until `previous_until`. `failing_since` is
    the first failure after the last success; `paused_at` says that it failed too long.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=500)
    kinds = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    key_id = models.CharField(max_length=20)
    generation = models.PositiveIntegerField(default=1)
    previous_until = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = BrandQuerySet["WebhookEndpoint"].as_manager()

    retention = Retention(keeps=("url", "kinds", "key_id"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["id", "brand"], name="webhookendpoint_brand"
            ),
            models.UniqueConstraint(
                fields=["brand", "url"], name="webhookendpoint_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class WebhookAttempt(models.Model):
    """One call of an endpoint: what it answered, or why it could not. `key` is the
    delivery's, none of a test."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="webhook_attempts")
    endpoint = models.ForeignKey(
        WebhookEndpoint, models.CASCADE, related_name="attempts"
    )
    key = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=80, default="", blank=True)
    took_ms = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    objects = BrandQuerySet["WebhookAttempt"].as_manager()

    retention = Retention(
        (Erasure("made_at", age=dt.timedelta(days=30), goes=True),),
        keeps=("kind", "problem"),
    )

    class Meta:
        indexes = [
            models.Index(fields=["endpoint", "-made_at"], name="webhookattempt_log"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.status or self.problem}"
