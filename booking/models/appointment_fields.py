"""The columns of an appointment, and what follows from them."""

from __future__ import annotations

import datetime as dt
import uuid
import zoneinfo

from django.db import models
from django.db.models import F, Q

from booking.fields import Need
from booking.models.customer import Customer
from booking.states import LIVE, MISSED, STANDING, UPCOMING, Outcome, Status
from stores.models import Brand, Channel, Offer, StaffMember, Store, Topic
from stores.retention import Erasure, Retention

NEEDS = f"^(({'|'.join(Need.values)})( |$))*$"
OPEN_CALL = Q(channel=Channel.CALLBACK, status__in=sorted(STANDING))


class AppointmentFields(models.Model):
    """The columns of `Appointment`, which knows how they may change."""

    class Source(models.TextChoices):
        WEB = "web"
        STAFF = "staff"
        API = "api"

    class Stock(models.TextChoices):
        ASKED = "asked"
        YES = "yes"
        NO = "no"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="appointments")
    store = models.ForeignKey(Store, models.PROTECT, related_name="appointments")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="appointments")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="appointments")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="appointments")
    staff_member = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="appointments"
    )
    channel = models.CharField(max_length=10, choices=Channel)
    status = models.CharField(max_length=24, choices=Status)
    outcome = models.CharField(max_length=12, choices=Outcome, default="", blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=50, help_text="The store's, for life.")
    language = models.CharField(max_length=5, default="fr")
    question = models.CharField(max_length=280, default="", blank=True)
    question_erase_after = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=280, default="", blank=True, db_default="")
    product = models.CharField(
        max_length=300, default="", blank=True, db_default="",
        help_text="A link or a reference, as the customer typed it.",
    )  # fmt: skip
    stock = models.CharField(
        max_length=5, choices=Stock, default="", blank=True, db_default="",
        help_text="Whether the product is there, as the customer asked.",
    )  # fmt: skip
    stock_left = models.PositiveSmallIntegerField(null=True, blank=True)
    needs = models.CharField(
        max_length=60, default="", blank=True, db_default="",
        help_text="Codes of `booking.fields.Need`, with a space between.",
    )  # fmt: skip
    source = models.CharField(max_length=6, choices=Source, default=Source.WEB)
    is_trial = models.BooleanField(
        default=False, db_default=False,
        help_text="Booked by the shop itself to try its page; in no figure.",
    )  # fmt: skip
    network = models.CharField(
        max_length=64, default="", blank=True, db_default="",
        help_text="Keyed hash of the network that booked; text messages count by it.",
    )  # fmt: skip
    privacy_version = models.PositiveSmallIntegerField(
        default=0, db_default=0,
        help_text="The version of the privacy text that was shown, in its language; "
        "0 is the product's own.",
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1)
    sequence = models.PositiveIntegerField(default=0)
    delay_minutes = models.PositiveSmallIntegerField(default=0)
    arrived_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    staff_came_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    erase_after = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    retention = Retention(
        (
            Erasure(
                "question_erase_after",
                clears={"question": "", "answer": "", "product": "", "needs": ""},
            ),
            Erasure("erase_after", clears={"network": ""}, marks="erased_at"),
        ),
        keeps=("time_zone", "language", "stock"),
        tells=(
            *("starts_at", "ends_at", "time_zone", "store", "topic", "staff_member"),
            *("channel", "status", "question", "answer", "product", "stock", "needs"),
            *("arrived_at", "started_at", "ended_at", "created_at"),
            "privacy_version",
        ),
    )

    class Meta:
        abstract = True

        indexes = [
            models.Index(fields=["store", "starts_at"], name="appointment_store_day"),
            models.Index(
                fields=["staff_member", "starts_at"], name="appointment_staff_day"
            ),
            models.Index(fields=["brand", "starts_at", "id"], name="appointment_day"),
            models.Index(
                fields=["store", "starts_at"],
                condition=Q(status=Status.REQUESTED),
                name="appointment_asked",
            ),
            # Counted on each page of the desk: calls that are still to be made.
            models.Index(
                fields=["store", "starts_at"],
                condition=OPEN_CALL,
                name="appointment_store_calls",
            ),
            models.Index(
                fields=["staff_member", "starts_at"],
                condition=OPEN_CALL,
                name="appointment_staff_calls",
            ),
            # Asked for every few seconds: people who wait for one of ours.
            models.Index(
                fields=["starts_at"],
                condition=Q(status=Status.ARRIVED),
                name="appointment_waiting",
            ),
            models.Index(
                fields=["erase_after"],
                condition=Q(erased_at__isnull=True),
                name="appointment_to_erase",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="appointment_brand"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="appointment_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="appointment_status"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="appointment_channel"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *Outcome.values]),
                name="appointment_outcome",
            ),
            models.CheckConstraint(
                condition=Q(stock__in=["", "asked", "yes", "no"]),
                name="appointment_stock",
            ),
            models.CheckConstraint(
                condition=Q(needs__regex=NEEDS), name="appointment_needs"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    # What is true of it

    @property
    def uid(self) -> str:
        """RFC 5545 UID: the same for life."""
        return f"{self.id}@visavis"

    @property
    def calls_from(self) -> str:
        """Of a callback the number that the customer will see; empty: it may hide."""
        if self.channel != Channel.CALLBACK:
            return ""
        return self.store.calls_from or self.brand.calls_from

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def local_start(self) -> dt.datetime:
        return self.starts_at.astimezone(self.zone)

    @property
    def local_end(self) -> dt.datetime:
        return self.ends_at.astimezone(self.zone)

    @property
    def duration(self) -> dt.timedelta:
        return self.ends_at - self.starts_at

    @property
    def minutes(self) -> int:
        """As it was booked; its offer may have another length since."""
        return self.duration // dt.timedelta(minutes=1)

    @property
    def is_open_call(self) -> bool:
        """As OPEN_CALL: a call that is agreed and not over."""
        return self.channel == Channel.CALLBACK and self.status in STANDING

    @property
    def expected_at(self) -> dt.datetime:
        """Its hour, as our side last announced it."""
        return self.starts_at + dt.timedelta(minutes=self.delay_minutes)

    @property
    def takes_time(self) -> bool:
        return self.status in LIVE

    @property
    def is_missed(self) -> bool:
        return self.status in MISSED

    @property
    def needed(self) -> list[Need]:
        return [Need(code) for code in self.needs.split()]

    @property
    def is_by_writing(self) -> bool:
        return Need.WRITING in self.needs.split()

    def may_bring(self, now: dt.datetime) -> bool:
        """True while the customer may still add to what they sent: until the start."""
        return self.status in UPCOMING and now < self.starts_at

    def is_late(self, now: dt.datetime) -> bool:
        """Its hour has come and nobody began."""
        return self.status in (Status.CONFIRMED, Status.ARRIVED) and (
            now > self.starts_at
        )

    def can_cancel(self, now: dt.datetime) -> bool:
        """By the customer, online: before the offer's limit, and also from the waiting
        page: who has said that they are here is not kept."""
        limit = dt.timedelta(minutes=self.offer.cancel_limit)
        return self.status in UPCOMING and now < self.starts_at - limit
