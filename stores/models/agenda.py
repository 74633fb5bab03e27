"""The agenda: the row that is locked, and the hours written on it.

What is written here is changed by `booking.rota.absences` only, under the
agenda's lock and with its version raised; anything else would let cached free time
outlive the truth. An absence that is only asked for changes no time, until it is
approved.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    BigIntegerRangeField,
    DateTimeRangeField,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Func, Q, Value

from stores.models.brand import Brand, BrandQuerySet
from stores.models.offer import Channel
from stores.models.staff import Resource, StaffMember
from stores.models.store import Store
from stores.models.user import User
from stores.retention import Erasure, Retention

CHANNELS_IN_FULL = Q(channels__len__gte=1) & Q(channels__contained_by=Channel.values)


class Agenda(models.Model):
    """Everything that must be free has exactly one: a staff member or a resource.

    `version` rises with each write that changes its free time; readers compare it
    and never ask how old a copy is.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="agendas")
    staff_member = models.OneToOneField(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="agenda"
    )
    resource = models.OneToOneField(
        Resource, models.PROTECT, null=True, blank=True, related_name="agenda"
    )
    version = models.PositiveBigIntegerField(default=1)

    objects = BrandQuerySet["Agenda"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="agenda_brand"),
            models.CheckConstraint(
                condition=Q(staff_member__isnull=False, resource__isnull=True)
                | Q(staff_member__isnull=True, resource__isnull=False),
                name="agenda_of_one_owner",
            ),
        ]

    def __str__(self) -> str:
        return str(self.staff_member or self.resource)

    @classmethod
    def give_to(cls, owner: StaffMember | Resource) -> Agenda:
        """The owner's agenda, made without hours where there is none yet."""
        name = "resource" if isinstance(owner, Resource) else "staff_member"
        mine: dict[str, Any] = {name: owner}
        given, _ = cls.objects.get_or_create(brand=owner.brand, **mine)
        return given


class WorkingHours(models.Model):
    """Open time that returns each week (RFC 7953 AVAILABLE with a weekly RRULE).

    `starts_at` is local time in the store's zone; `minutes` may cross midnight. Every
    `every_n_weeks` counts from the week of `valid_from`.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="working_hours")
    agenda = models.ForeignKey(Agenda, models.CASCADE, related_name="working_hours")
    store = models.ForeignKey(Store, models.PROTECT, related_name="working_hours")
    weekday = models.PositiveSmallIntegerField(help_text="0 is Monday.")
    starts_at = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    channels = ArrayField(models.CharField(max_length=10))
    every_n_weeks = models.PositiveSmallIntegerField(default=1)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    objects = BrandQuerySet["WorkingHours"].as_manager()

    retention = Retention(keeps=("channels",))

    class Meta:
        indexes = [models.Index(fields=["store", "weekday"], name="hours_by_store")]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6), name="workinghours_weekday"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=1440),
                name="workinghours_minutes",
            ),
            models.CheckConstraint(
                condition=CHANNELS_IN_FULL, name="workinghours_channels"
            ),
            models.CheckConstraint(
                condition=Q(every_n_weeks=1)
                | Q(every_n_weeks__gte=2, every_n_weeks__lte=8)
                & Q(valid_from__isnull=False),
                name="workinghours_rhythm_has_anchor",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from"))
                | Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True),
                name="workinghours_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agenda} {self.weekday} {self.starts_at:%H:%M}+{self.minutes}"


class DayOverride(models.Model):
    """Replaces all working hours of an agenda that begin on one local day.

    Each row is one open stretch of that day; a row without a start opens nothing, so
    that alone it makes the day a day off.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="day_overrides")
    agenda = models.ForeignKey(Agenda, models.CASCADE, related_name="day_overrides")
    store = models.ForeignKey(Store, models.PROTECT, related_name="day_overrides")
    day = models.DateField()
    starts_at = models.TimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    channels = ArrayField(models.CharField(max_length=10), default=list, blank=True)

    objects = BrandQuerySet["DayOverride"].as_manager()

    retention = Retention(keeps=("channels",))

    class Meta:
        indexes = [models.Index(fields=["agenda", "day"], name="override_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, minutes__isnull=True)
                | Q(starts_at__isnull=False, minutes__gte=5, minutes__lte=1440)
                & CHANNELS_IN_FULL,
                name="dayoverride_open_or_off",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agenda} {self.day}"


class Absence(models.Model):
    """Time in which an agenda offers nothing, whatever its hours say."""

    class Reason(models.TextChoices):
        HOLIDAY = "holiday"
        SICKNESS = "sickness"
        TRAINING = "training"
        OTHER = "other"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="absences")
    agenda = models.ForeignKey(Agenda, models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=10, choices=Reason, default=Reason.OTHER)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BrandQuerySet["Absence"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["agenda", "ends_at"], name="absence_by_agenda")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="absence_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["holiday", "sickness", "training", "other"]),
                name="absence_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agenda} {self.starts_at:%Y-%m-%d %H:%M}"


class AbsenceRequest(models.Model):
    """An absence that somebody of the staff asks for. It takes no time from anybody:
    approved, it becomes an `Absence`. `seen_at` says when they read the answer."""

    class State(models.TextChoices):
        ASKED = "asked"
        APPROVED = "approved"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    ANSWERED = (State.APPROVED, State.REFUSED)
    LONGEST_NOTE = 200

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="absence_requests")
    agenda = models.ForeignKey(Agenda, models.CASCADE, related_name="absence_requests")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=10, choices=Absence.Reason)
    note = models.CharField(max_length=LONGEST_NOTE, default="", blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=LONGEST_NOTE, default="", blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = BrandQuerySet["AbsenceRequest"].as_manager()

    # Why somebody was away may tell of their health: the words go before the row.
    retention = Retention(
        (
            Erasure(
                "ends_at", age=dt.timedelta(days=30), clears={"note": "", "answer": ""}
            ),
            Erasure("ends_at", age=dt.timedelta(days=366), goes=True),
        )
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="absencerequest_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["holiday", "sickness", "training", "other"]),
                name="absencerequest_reason",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["approved", "refused"], answered_at__isnull=False
                )
                | Q(state__in=["asked", "withdrawn"], answered_at__isnull=True),
                name="absencerequest_answered_or_not",
            ),
            ExclusionConstraint(
                name="absencerequest_asked_once",
                expressions=[
                    (
                        Func(
                            F("agenda_id"),
                            F("agenda_id"),
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            F("starts_at"),
                            F("ends_at"),
                            Value("[)"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state="asked"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agenda} {self.starts_at:%Y-%m-%d %H:%M} ({self.state})"
