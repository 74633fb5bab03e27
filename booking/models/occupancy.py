"""The one table that says "taken"."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    BigIntegerRangeField,
    DateTimeRangeField,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Func, Q, Value

from booking.models.appointment import Appointment
from booking.models.hold import Hold
from booking.models.querysets import OccupancyQuerySet
from stores.models import Agenda, Brand


class Occupancy(models.Model):
    """Half-open, finite time of one agenda, taken by one hold or one appointment.

    It includes the offer's buffers, so it is wider than the visit. Reads use the
    scalars; the exclusion constraint stands behind the agenda's lock. It
    compares agendas as ranges of one number, which needs no extension.

    `overlap_allowed` rows are staff's explicit, logged overlaps: outside the
    constraint.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="occupancies")
    agenda = models.ForeignKey(Agenda, models.PROTECT, related_name="occupancies")
    hold = models.ForeignKey(
        Hold, models.CASCADE, null=True, blank=True, related_name="occupancies"
    )
    appointment = models.ForeignKey(
        Appointment, models.CASCADE, null=True, blank=True, related_name="occupancies"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    during = models.GeneratedField(
        expression=Func(
            F("starts_at"),
            F("ends_at"),
            Value("[)"),
            function="tstzrange",
            output_field=DateTimeRangeField(),
        ),
        output_field=DateTimeRangeField(),
        db_persist=True,
    )
    active = models.BooleanField(default=True)
    overlap_allowed = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OccupancyQuerySet["Occupancy"].as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["agenda", "ends_at"],
                condition=Q(active=True),
                name="occupancy_active",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(hold__isnull=False, appointment__isnull=True)
                | Q(hold__isnull=True, appointment__isnull=False),
                name="occupancy_of_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="occupancy_not_empty"
            ),
            ExclusionConstraint(
                name="occupancy_no_overlap",
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
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(active=True, overlap_allowed=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agenda_id} {self.starts_at:%Y-%m-%d %H:%M}"
